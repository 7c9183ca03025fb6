"""One flight for equal questions of all processes: one asks the journal, the others wait for what it brings.

`Flights` has already made equal questions of this process one; here one of each process comes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

import psycopg
from psycopg_pool import PoolTimeout

from myedu.portal.federation.leases import RENEW_SECONDS, Ended, Flying, LeaseAttempt, LeaseStore, key_of
from myedu.portal.federation.models import Fresh, Question, Unavailable
from myedu.portal.federation.store import Lease

Landing = Fresh[Any] | Unavailable

# A journal answers in some dozens of milliseconds. Waiting for a word from the other process would need
# LISTEN on a connection of its own and a lock of the whole server at each NOTIFY; looking costs 0.1 ms.
_FIRST_LOOK, _LOOK_GROWTH, _LONGEST_LOOK = 0.015, 1.5, 0.1


class DistributedSingleFlight:
    """This process among the others. Close it at the program's end."""

    def __init__(self, flock: LeaseStore) -> None:
        self._flock = flock
        self._leading: dict[Lease, LeaseStore] = {}
        self._renewing: asyncio.Task[None] | None = None

    async def fly(
        self,
        question: Question,
        known_at: datetime | None,
        ask: Callable[[Lease], Awaitable[Landing]],
        renewed: Callable[[], Awaitable[Fresh[Any] | None]],
    ) -> Landing:
        """What `ask` brings, or what another process's flight brought: then `renewed` reads the copy.

        `known_at` is the time of the copy that the caller has. `ask` keeps or confirms the copy with the
        holding that it is given, which lands the flight; of an Unavailable the waiting processes learn here.
        """
        while True:
            turn = await self._flock.take(question, Lease(key_of(question), uuid4()))
            if turn.renewed_at is not None and (known_at is None or turn.renewed_at > known_at):
                found = await renewed()
                if found is not None:
                    if turn.ours:
                        await turn.flock.land(turn.flight)
                    return found
            if turn.ours:
                return await self._lead(turn, ask)
            failure = await _follow(turn)
            if failure is not None:
                return failure

    async def close(self) -> None:
        """Stop renewing: what is still under way can be taken over by others."""
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)

    async def _lead(self, turn: LeaseAttempt, ask: Callable[[Lease], Awaitable[Landing]]) -> Landing:
        with self._alive(turn):
            landing = await ask(turn.flight)
        if isinstance(landing, Unavailable):
            await turn.flock.fail(turn.flight, landing)
        elif not turn.flock.lands_with_copy:
            await turn.flock.land(turn.flight)
        return landing

    @contextmanager
    def _alive(self, turn: LeaseAttempt) -> Iterator[None]:
        self._leading[turn.flight] = turn.flock
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            self._leading.pop(turn.flight, None)

    async def _renew(self) -> None:
        """One statement a second for all flights of this process, as long as there is one."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if not self._leading:
                return
            by_flock: dict[LeaseStore, list[Lease]] = {}
            for flight, flock in self._leading.items():
                by_flock.setdefault(flock, []).append(flight)
            for flock, flights in by_flock.items():
                # A lease that runs out means that a journal is asked twice, no more.
                with suppress(psycopg.Error, PoolTimeout, OSError):
                    await flock.renew(flights)


async def _follow(turn: LeaseAttempt) -> Unavailable | None:
    """Wait for somebody's flight; why it failed, None when the next turn can be taken."""
    pause = _FIRST_LOOK
    while True:
        await asyncio.sleep(pause)
        seen = await turn.flock.look(turn.flight)
        if isinstance(seen, Unavailable):
            return seen
        if isinstance(seen, Ended):
            return None
        assert isinstance(seen, Flying)
        pause = min(pause * _LOOK_GROWTH, _LONGEST_LOOK)
