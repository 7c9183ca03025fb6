"""Journals' feeds of changes: read a little each time, so that copies are renewed before families ask.

A job of the worker, one of a system at a time. What a feed says is only a hint: it names pupils, and what
their diaries hold now is asked. It can't make the portal ask about a pupil at whom no family has looked.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from psycopg import AsyncConnection

from myedu.connector.sdk.client import (
    JournalAddress,
    JournalClient,
    JournalError,
    JournalRefuses,
    JournalWrong,
)
from myedu.connector.sdk.errors import CursorGone
from myedu.contract.answers import Change, Changes
from myedu.kit.clock import Clock
from myedu.kit.db import Database, execute, fetch_all, fetch_one
from myedu.kit.sql import load_queries
from myedu.portal.federation.bulkhead import NotAsked
from myedu.portal.federation.caches import Caches
from myedu.portal.federation.journal import Journal
from myedu.portal.federation.models import Limits, Method
from myedu.portal.federation.refresh import CopyRefresher
from myedu.portal.federation.registry import JournalRegistry
from myedu.portal.federation.settings import FeedSettings
from myedu.portal.federation.telemetry import JournalTelemetry
from myedu.portal.people import service as people
from myedu.portal.tasks import Due, JobRun

QUERIES = load_queries(__package__, "feed.sql")

_RUN_SECONDS = 15.0  # of one job: a worker that is told to stop finishes it first
_PAGES = 20  # of one run, each of at most 20 000 entries (connector/sdk/answer_parser.py)
_LOOK_AGAIN = timedelta(hours=1)  # whether a system that had no feed has one now
_LONGEST_PAUSE = timedelta(minutes=15)
_METHODS: dict[str, tuple[Method, ...]] = {
    "schedule": ("diary",),
    "homework": ("diary",),
    "attendance": ("diary",),
    "marks": ("diary", "marks"),
    "final-marks": (),  # nothing that is kept has them
}
_ALL: tuple[Method, ...] = ("diary", "marks")

_log = logging.getLogger(__name__)


class Feeds:
    """Reads the feeds of all systems (tasks.QueuedTask)."""

    name = "changes"
    keeps_failed = False  # the next read is soon

    def __init__(
        self,
        database: Database,
        client_for: Callable[[JournalAddress], JournalClient],
        clock: Clock,
        limits: Limits,
        settings: FeedSettings,
        *,
        caches: Caches,
        telemetry: JournalTelemetry | None = None,
    ) -> None:
        """`limits.bounds` should be a small share of what pages have: this isn't urgent."""
        self._database, self._clock, self._settings = database, clock, settings
        self._interval = timedelta(seconds=settings.changes_seconds)
        self.interval: timedelta | None = self._interval
        self._systems = JournalRegistry(
            database, client_for, clock, limits, telemetry or JournalTelemetry.disabled()
        )
        self._renewing = CopyRefresher(database, clock, limits, caches)

    async def subjects(self, conn: AsyncConnection) -> list[str]:
        """Every registered system."""
        return [system.id for system in await people.systems(conn)]

    async def due(self, conn: AsyncConnection, now: datetime) -> list[Due]:
        """A read of each system's feed whose time has come; its next time is put off. In a transaction."""
        when = {"now": now, "interval": self._interval}
        rows = await fetch_all(conn, QUERIES.due, when, _Due)
        return [Due(subject=row.system_id, dedupe_key=f"{self.name}/{row.system_id}") for row in rows]

    async def run(self, job: JobRun) -> None:
        """Read a system's feed from where it was left, and refresh what waits. No journal makes it raise."""
        system_id = job.subject
        journal = await self._systems.journal_of(system_id)
        async with self._database.connection() as conn:
            place = await fetch_one(conn, QUERIES.place, {"system_id": system_id}, _Place)
        if journal is None or place is None or journal.bulkhead.rest():
            return
        until = asyncio.get_running_loop().time() + _RUN_SECONDS
        try:
            if not await journal.declares("changes", until):
                await self._put_off(system_id, _LOOK_AGAIN)
                return
            whole = await self._follow(journal, system_id, place, until)
        except NotAsked:
            return  # it is ill or busy: next time
        except JournalError as error:
            await self._failed(system_id, place, error)
            return
        async with self._database.connection() as conn:
            await execute(conn, QUERIES.well, {"system_id": system_id, "now": self._clock.now()})
        if not (await self._renewing.drain(journal, place.region, system_id, until) and whole):
            await self._put_off(system_id, timedelta())

    async def _follow(self, journal: Journal, system_id: str, place: "_Place", until: float) -> bool:
        """False where there is more than one run may read."""
        cursor, seen = place.cursor, set()
        for _ in range(_PAGES):
            page = await self._page(journal, system_id, cursor, until)
            if page is None:
                await self._begin_anew(system_id, cursor)
                cursor, page = None, await journal.changes(None, until)
            taken = await self._take(system_id, place.region, cursor, page)
            if not page.more or not taken:
                return True
            seen.add(cursor)
            cursor = page.cursor
            if cursor in seen:
                raise JournalWrong("endless-feed", "its feed says that there is more and leads in a circle")
        return False

    async def _page(
        self, journal: Journal, system_id: str, cursor: str | None, until: float
    ) -> Changes | None:
        """What stands behind the cursor; None where the journal doesn't know it."""
        try:
            return await journal.changes(cursor, until)
        except (CursorGone, JournalRefuses) as error:
            # A journal that was set up anew may call our cursor a bad parameter: then it is "refused".
            if cursor is None or error.reason not in ("cursor-gone", "refused"):
                raise
            _log.warning("feed begins anew: system=%s reason=%s", system_id, error.reason)
            return None

    async def _begin_anew(self, system_id: str, was: str | None) -> None:
        """What changed meanwhile is found when a family asks: answers tell what is new since their copies."""
        async with self._database.connection() as conn:
            await execute(conn, QUERIES.move, {"system_id": system_id, "was": was, "cursor": None})

    async def _take(self, system_id: str, region: str, was: str | None, page: Changes) -> bool:
        """The wishes and the cursor behind them together: neither is lost without the other.

        False where another worker, which took this job over, has read the page.
        """
        now = self._clock.now()
        asked_since = now.date() - timedelta(days=self._settings.changes_days)
        wanted = _wanted(page.changes)
        async with self._database.transaction() as conn:
            step = {"system_id": system_id, "was": was, "cursor": page.cursor}
            if not await execute(conn, QUERIES.move, step):
                return False
            if wanted["students"]:
                where = {"region": region, "system_id": system_id}
                renewals = {**where, **wanted, "now": now, "asked_since": asked_since}
                count = await execute(conn, QUERIES.want_renewed, renewals)
                _log.info("feed: system=%s changes=%d copies=%d", system_id, len(page.changes), count)
        return True

    async def _failed(self, system_id: str, place: "_Place", error: JournalError) -> None:
        if place.failures == 0:
            _log.warning("feed can't be read: system=%s reason=%s", system_id, error.reason)
        pause = min(self._interval * 2 ** min(place.failures, 20), _LONGEST_PAUSE)
        row = {"system_id": system_id, "code": error.reason, "next_at": self._clock.now() + pause}
        async with self._database.connection() as conn:
            await execute(conn, QUERIES.ill, row)

    async def _put_off(self, system_id: str, pause: timedelta) -> None:
        async with self._database.connection() as conn:
            next_at = self._clock.now() + pause
            await execute(conn, QUERIES.put_off, {"system_id": system_id, "next_at": next_at})


class _Due(msgspec.Struct, frozen=True):
    system_id: str


class _Place(msgspec.Struct, frozen=True):
    region: str
    cursor: str | None
    failures: int


def _wanted(changes: Iterable[Change]) -> dict[str, Sequence[Any]]:
    """Each pupil, kept method and days once, as columns. A code that we don't know may mean anything."""
    rows: dict[tuple[str, Method, date | None, date | None], None] = {}
    for change in changes:
        methods = {one for what in change.what or ("",) for one in _METHODS.get(what, _ALL)}
        for method in methods:
            rows[change.student_id, method, change.first_day, change.last_day] = None
    columns = tuple(zip(*rows, strict=True)) or ((), (), (), ())
    names = ("students", "methods", "first_days", "last_days")
    return {name: list(column) for name, column in zip(names, columns, strict=True)}
