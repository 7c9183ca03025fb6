"""Leases of all processes in PostgreSQL: a row for each query that is fetched now, in an unlogged table."""

from datetime import timedelta

from myedu.kit.db import Database
from myedu.portal.federation import store
from myedu.portal.federation.leases import FAILURE_SECONDS, LEASE_SECONDS, Ended, Held, Lease, LeaseAttempt
from myedu.portal.federation.models import Answer, JournalQuery, Unavailable

_DURATION = timedelta(seconds=LEASE_SECONDS)
_FAILURE_KEPT = timedelta(seconds=FAILURE_SECONDS)


class PostgresLeaseStore:
    """Leases by the server's clock. No connection is held while a fetch is under way."""

    released_by_copy_write = True

    def __init__(self, database: Database) -> None:
        self._database = database

    async def acquire(self, query: JournalQuery[Answer], lease: Lease) -> LeaseAttempt:
        """LeaseStore.acquire."""
        async with self._database.connection() as conn:
            found = await store.acquire_lease(conn, query, lease, _DURATION)
        held = Lease(lease.key, found.holder)
        return LeaseAttempt(self, held, found.holder == lease.holder, found.copy_refreshed_at)

    async def check(self, lease: Lease) -> Held | Ended | Unavailable:
        """LeaseStore.check."""
        async with self._database.connection() as conn:
            row = await store.read_lease(conn, lease.key)
        if row is None or row.holder != lease.holder:
            return Ended()
        if row.reason is None or row.failed_at is None:
            return Held()
        return Unavailable(row.reason, row.failed_at, row.retry_after)

    async def renew(self, leases: list[Lease]) -> None:
        """LeaseStore.renew, in one statement."""
        async with self._database.connection() as conn:
            await store.renew_leases(conn, leases, _DURATION)

    async def fail(self, lease: Lease, failure: Unavailable) -> None:
        """LeaseStore.fail."""
        async with self._database.connection() as conn:
            await store.fail_lease(conn, lease, failure, _FAILURE_KEPT)

    async def release(self, lease: Lease) -> None:
        """LeaseStore.release."""
        async with self._database.connection() as conn:
            await store.release_lease(conn, lease)
