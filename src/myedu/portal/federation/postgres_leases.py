"""Flights of all processes in PostgreSQL: a row a question under way, in an unlogged table."""

from datetime import timedelta

from myedu.kit.db import Database
from myedu.portal.federation import store
from myedu.portal.federation.leases import LEASE_SECONDS, TOLD_SECONDS, Ended, Flying, LeaseAttempt
from myedu.portal.federation.models import Question, Unavailable
from myedu.portal.federation.store import Lease

_LEASE = timedelta(seconds=LEASE_SECONDS)
_TOLD = timedelta(seconds=TOLD_SECONDS)


class PostgresLeaseStore:
    """Leases by the server's clock. No connection is held while a flight is under way."""

    lands_with_copy = True

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, question: Question, flight: Lease) -> LeaseAttempt:
        async with self._database.connection() as conn:
            taken = await store.take_flight(conn, question, flight, _LEASE)
        held = Lease(flight.key, taken.holds)
        return LeaseAttempt(self, held, taken.holds == flight.holder, taken.renewed_at)

    async def look(self, flight: Lease) -> Flying | Ended | Unavailable:
        async with self._database.connection() as conn:
            now = await store.look_at_flight(conn, flight.key)
        if now is None or now.holder != flight.holder:
            return Ended()
        if now.reason is None or now.failed_at is None:
            return Flying()
        return Unavailable(now.reason, now.failed_at, now.retry_after)

    async def renew(self, flights: list[Lease]) -> None:
        async with self._database.connection() as conn:
            await store.renew_flights(conn, flights, _LEASE)

    async def fail(self, flight: Lease, failure: Unavailable) -> None:
        async with self._database.connection() as conn:
            await store.fail_flight(conn, flight, failure, _TOLD)

    async def land(self, flight: Lease) -> None:
        async with self._database.connection() as conn:
            await store.land_flight(conn, flight)
