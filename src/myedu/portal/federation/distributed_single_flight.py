"""Single flight over all processes: one of them fetches from the journal, the others wait for its result.

`SingleFlight` has joined the equal queries of each process; here at most one comes from each.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from uuid import uuid4

import psycopg
from psycopg_pool import PoolTimeout

from myedu.portal.federation.leases import RENEW_SECONDS, Ended, Lease, LeaseAttempt, LeaseStore
from myedu.portal.federation.models import Answer, Fresh, JournalQuery, Unavailable
from myedu.portal.federation.query_keys import lease_key

# A journal answers in some dozens of milliseconds. Waiting for a notification from the other process would
# need LISTEN on a connection of its own and a lock of the whole server at each NOTIFY; polling costs 0.1 ms.
_FIRST_POLL, _POLL_GROWTH, _LONGEST_POLL = 0.015, 1.5, 0.1  # seconds, factor, seconds


class DistributedSingleFlight:
    """This process among the others. Close it at the program's end."""

    def __init__(self, leases: LeaseStore) -> None:
        self._leases = leases
        self._held: dict[Lease, LeaseStore] = {}
        self._renewing: asyncio.Task[None] | None = None

    async def run(
        self,
        query: JournalQuery[Answer],
        copy_at: datetime | None,
        fetch: Callable[[Lease], Awaitable[Fresh[Answer] | Unavailable]],
        read_copy: Callable[[], Awaitable[Fresh[Answer] | None]],
    ) -> Fresh[Answer] | Unavailable:
        """The result of `fetch`, or of another process's: then `read_copy` reads the copy that it left.

        `copy_at`: when the copy that the caller has was fetched. `fetch` saves or confirms the copy with the
        lease that it is given, which releases the lease; an Unavailable is passed to the waiting processes.
        """
        while True:
            attempt = await self._leases.acquire(query, Lease(lease_key(query), uuid4()))
            refreshed_at = attempt.copy_refreshed_at
            if refreshed_at is not None and (copy_at is None or refreshed_at > copy_at):
                copy = await read_copy()
                if copy is not None:
                    if attempt.acquired:
                        await attempt.store.release(attempt.lease)
                    return copy
            if attempt.acquired:
                return await self._fetch(attempt, fetch)
            failure = await _wait_for_end(attempt)
            if failure is not None:
                return failure

    async def close(self) -> None:
        """Stop renewing leases: what is still under way can be taken over by other processes."""
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)

    async def _fetch(
        self, attempt: LeaseAttempt, fetch: Callable[[Lease], Awaitable[Fresh[Answer] | Unavailable]]
    ) -> Fresh[Answer] | Unavailable:
        with self._renewed(attempt):
            result = await fetch(attempt.lease)
        if isinstance(result, Unavailable):
            await attempt.store.fail(attempt.lease, result)
        elif not attempt.store.released_by_copy_write:
            await attempt.store.release(attempt.lease)
        return result

    @contextmanager
    def _renewed(self, attempt: LeaseAttempt) -> Iterator[None]:
        self._held[attempt.lease] = attempt.store
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            self._held.pop(attempt.lease, None)

    async def _renew(self) -> None:
        """One statement a second for all leases of this process, as long as there are any."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if not self._held:
                return
            by_store: dict[LeaseStore, list[Lease]] = {}
            for lease, store in self._held.items():
                by_store.setdefault(store, []).append(lease)
            for store, leases in by_store.items():
                # A lease that runs out means that a journal is asked twice, no more.
                with suppress(psycopg.Error, PoolTimeout, OSError):
                    await store.renew(leases)


async def _wait_for_end(attempt: LeaseAttempt) -> Unavailable | None:
    """Wait for another process's fetch; why it failed, or None when the lease can be acquired."""
    pause = _FIRST_POLL
    while True:
        await asyncio.sleep(pause)
        found = await attempt.store.check(attempt.lease)
        if isinstance(found, Unavailable):
            return found
        if isinstance(found, Ended):
            return None
        pause = min(pause * _POLL_GROWTH, _LONGEST_POLL)
