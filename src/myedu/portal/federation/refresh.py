"""The portal's own renewals: copies of pupils whose diary changed, before their families ask.

Families go first. A renewal waits for the small share of the journal that the worker's bulkhead has, a few at
a time, and is given up where it doesn't succeed soon: whoever opens the page asks then, as without a feed.
"""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from myedu.contract.windows import Window
from myedu.kit.clock import Clock
from myedu.kit.db import Database, execute, fetch_all
from myedu.kit.sql import load_queries
from myedu.portal.federation import copy_reader
from myedu.portal.federation.caches import Caches
from myedu.portal.federation.fetcher import Fetcher
from myedu.portal.federation.journal import Journal
from myedu.portal.federation.models import SLOW, Fresh, Limits, Question, RefreshTarget, Unavailable

QUERIES = load_queries(__package__, "feed.sql")

_AT_ONCE = 4
_MOST_TRIES = 3
_WORTH = timedelta(hours=2)  # after that a lesson's news is old, and somebody has asked


class CopyRefresher:
    """Asks journals as pages do (one flight with theirs), in the portal's own name."""

    def __init__(self, database: Database, clock: Clock, limits: Limits, caches: Caches) -> None:
        self._database, self._clock = database, clock
        self._copies, self._convoy = caches.copies, caches.convoy
        self._asking = Fetcher(database, caches.copies, clock, limits)
        self._seconds = limits.flight_seconds

    async def drain(self, journal: Journal, region: str, system_id: str, until: float) -> bool:
        """Renew what waits, until a time of the loop; False where something is left for another run."""
        place, time = {"region": region, "system_id": system_id}, asyncio.get_running_loop().time
        async with self._database.connection() as conn:
            too_old = {"most_tries": _MOST_TRIES, "before": self._clock.now() - _WORTH}
            await execute(conn, QUERIES.give_up, {**place, **too_old})
        while time() < until:
            async with self._database.connection() as conn:
                batch = await fetch_all(conn, QUERIES.waiting, {**place, "most": _AT_ONCE}, _Waiting)
            done = await asyncio.gather(*(self._renew(journal, place, one) for one in batch))
            if not any(done) or journal.bulkhead.rest():
                return True  # nothing waits, or nothing succeeds: the next regular run tries again
        return False

    async def _renew(self, journal: Journal, place: dict[str, str], one: "_Waiting") -> bool:
        """False where it must wait for another time."""
        student = RefreshTarget(place["region"], place["system_id"], one.student_id)
        question = Question(one.method, student, Window(first=one.first_day, last=one.last_day))
        landing = await self._landed(journal, question, one.since)
        done = not isinstance(landing, Unavailable)
        async with self._database.connection() as conn:
            row = {**place, **msgspec.structs.asdict(one)}
            await execute(conn, QUERIES.renewed if done else QUERIES.in_vain, row)
        return done

    async def _landed(
        self, journal: Journal, question: Question, since: datetime
    ) -> Fresh[Any] | Unavailable | None:
        """None where there is nothing to renew: the copy is gone, or a family has asked since."""
        copy = await self._copies.kept_copy_of(question)
        known = copy_reader.opened(self._copies, question, copy)
        if copy is None or known is None or copy.fetched_at > since:
            return None

        async def renewed() -> Fresh[Any] | None:
            return copy_reader.opened(self._copies, question, await self._copies.kept_copy_of(question))

        try:
            async with asyncio.timeout(self._seconds + 1):  # a flight of another process may hang
                return await self._convoy.fly(
                    question,
                    copy.fetched_at,
                    lambda flight: self._asking.fly(journal, question, copy, known, None, flight),
                    renewed,
                )
        except TimeoutError:
            return Unavailable(SLOW, self._clock.now())


class _Waiting(msgspec.Struct, frozen=True):
    student_id: str
    method: Any
    first_day: date
    last_day: date
    since: datetime
