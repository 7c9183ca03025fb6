"""Refreshing copies of pupils whose diary changed, before their families ask.

Families go first. A refresh uses the small share of the journal that the worker's bulkhead has, a few at a
time, and is given up if it doesn't succeed soon: the next page that is opened asks then, as without a feed.
"""

import asyncio
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from myedu.contract.answers import Diary, Marks
from myedu.contract.windows import Window
from myedu.kit.clock import Clock
from myedu.kit.db import Database, execute, fetch_all
from myedu.kit.sql import load_queries
from myedu.portal.federation.caches import Caches
from myedu.portal.federation.fetcher import Fetcher, FetchRequest
from myedu.portal.federation.journal import Journal
from myedu.portal.federation.models import Answer, JournalQuery, ReadLimits, RefreshTarget, Unavailable

QUERIES = load_queries(__package__, "feed.sql")

_AT_ONCE = 4
_MAX_TRIES = 3
_MAX_AGE = timedelta(hours=2)  # after that the change is old, and some family has asked

Result = Literal["refreshed", "not-needed", "failed"]


class CopyRefresher:
    """Asks journals as pages do (one single flight with theirs), in the portal's own name."""

    def __init__(self, database: Database, clock: Clock, limits: ReadLimits, caches: Caches) -> None:
        self._database, self._clock = database, clock
        self._copies = caches.copies
        self._fetcher = Fetcher(database, caches, clock, limits)

    async def run(self, journal: Journal, region: str, system_id: str, deadline: float) -> bool:
        """Refresh the pending copies until a time of the loop; False if some are left for another run."""
        system, time = {"region": region, "system_id": system_id}, asyncio.get_running_loop().time
        async with self._database.connection() as conn:
            expired = {"max_tries": _MAX_TRIES, "before": self._clock.now() - _MAX_AGE}
            await execute(conn, QUERIES.give_up, {**system, **expired})
        while time() < deadline:
            async with self._database.connection() as conn:
                batch = await fetch_all(conn, QUERIES.pending, {**system, "limit": _AT_ONCE}, _Pending)
            done = await asyncio.gather(*(self._process(journal, system, pending) for pending in batch))
            if not any(done) or journal.bulkhead.pause_left():
                return True  # nothing is pending, or nothing succeeds: the next regular run tries again
        return False

    async def _process(self, journal: Journal, system: dict[str, str], pending: "_Pending") -> bool:
        """False if it stays pending."""
        student = RefreshTarget(system["region"], system["system_id"], pending.student_id)
        window = Window(first=pending.first_day, last=pending.last_day)
        if pending.method == "diary":
            result = await self._refresh(journal, JournalQuery(Diary, student, window), pending.since)
        else:
            result = await self._refresh(journal, JournalQuery(Marks, student, window), pending.since)
        statement = QUERIES.refresh_failed if result == "failed" else QUERIES.refresh_done
        async with self._database.connection() as conn:
            await execute(conn, statement, {**system, **msgspec.structs.asdict(pending)})
        return result != "failed"

    async def _refresh(self, journal: Journal, query: JournalQuery[Answer], since: datetime) -> Result:
        """Not needed if the copy is gone, or a family has asked since."""
        copy = await self._copies.find_stored(query)
        decoded = None if copy is None else self._copies.decode(query, copy)
        if decoded is None or decoded.fetched_at > since:
            return "not-needed"
        answer = await self._fetcher.fetch(journal, FetchRequest(query, None, copy, decoded))
        return "failed" if isinstance(answer, Unavailable) else "refreshed"


class _Pending(msgspec.Struct, frozen=True):
    """A copy that is to be refreshed. `since`: when the portal learnt that the diary had changed."""

    student_id: str
    method: str
    first_day: date
    last_day: date
    since: datetime
