"""Journals' feeds of changes: read a little each time, so that copies are refreshed before families ask.

A job of the worker, one of a system at a time. A feed is only a hint: it names pupils, and the portal asks
what their diaries hold now. It can't make the portal ask about a pupil at whom no family has looked.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

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
from myedu.portal.federation.bulkhead import CallNotPermitted
from myedu.portal.federation.caches import Caches
from myedu.portal.federation.journal import Journal
from myedu.portal.federation.models import Method, ReadLimits
from myedu.portal.federation.refresh import CopyRefresher
from myedu.portal.federation.registry import JournalRegistry
from myedu.portal.federation.settings import FeedSettings
from myedu.portal.federation.telemetry import JournalTelemetry
from myedu.portal.people import service as people
from myedu.portal.tasks import Due, JobRun

QUERIES = load_queries(__package__, "feed.sql")

_RUN_SECONDS = 15.0  # of one job: a worker that is stopped finishes it first
_PAGES = 20  # of one run, each of at most 20 000 entries (connector/sdk/answer_parser.py)
_LOOK_AGAIN = timedelta(hours=1)  # whether a system that had no feed has one now
_LONGEST_PAUSE = timedelta(minutes=15)
_METHODS: dict[str, tuple[Method, ...]] = {
    "schedule": ("diary",),
    "homework": ("diary",),
    "attendance": ("diary",),
    "marks": ("diary", "marks"),
    "final-marks": (),  # no copy has them
}
_ALL_METHODS: tuple[Method, ...] = ("diary", "marks")

_log = logging.getLogger(__name__)


class ChangesFeedTask:
    """Reads the feeds of all systems (tasks.QueuedTask)."""

    name = "changes"
    keeps_failed = False  # the next read is soon

    def __init__(
        self,
        database: Database,
        client_for: Callable[[JournalAddress], JournalClient],
        clock: Clock,
        limits: ReadLimits,
        settings: FeedSettings,
        *,
        caches: Caches,
        telemetry: JournalTelemetry | None = None,
    ) -> None:
        """`limits.bulkhead` should be a small share of what pages have: this isn't urgent."""
        self._database, self._clock, self._settings = database, clock, settings
        self._interval = timedelta(seconds=settings.changes_seconds)
        self.interval: timedelta | None = self._interval
        self._registry = JournalRegistry(
            database, client_for, clock, limits, telemetry or JournalTelemetry.disabled()
        )
        self._refresher = CopyRefresher(database, clock, limits, caches)

    async def subjects(self, conn: AsyncConnection) -> list[str]:
        """The ids of all registered systems."""
        return [system.id for system in await people.systems(conn)]

    async def due(self, conn: AsyncConnection, now: datetime) -> list[Due]:
        """A read of each system's feed whose time has come; puts off its next time. In a transaction."""
        params = {"now": now, "interval": self._interval}
        rows = await fetch_all(conn, QUERIES.claim_due, params, _DueSystem)
        return [Due(subject=row.system_id, dedupe_key=f"{self.name}/{row.system_id}") for row in rows]

    async def run(self, job: JobRun) -> None:
        """Read a system's feed from its cursor and refresh the pending copies.

        Never raises for what the journal does.
        """
        system_id = job.subject
        journal = await self._registry.journal_of(system_id)
        async with self._database.connection() as conn:
            position = await fetch_one(conn, QUERIES.position, {"system_id": system_id}, _Position)
        if journal is None or position is None or journal.bulkhead.pause_left():
            return
        deadline = asyncio.get_running_loop().time() + _RUN_SECONDS
        try:
            if not await journal.declares("changes", deadline):
                await self._put_off(system_id, _LOOK_AGAIN)
                return
            at_end = await self._read_pages(journal, system_id, position, deadline)
        except CallNotPermitted:
            return  # the journal fails or is busy: next time
        except JournalError as error:
            await self._record_failure(system_id, position, error)
            return
        async with self._database.connection() as conn:
            await execute(conn, QUERIES.succeeded, {"system_id": system_id, "now": self._clock.now()})
        if not (await self._refresher.run(journal, position.region, system_id, deadline) and at_end):
            await self._put_off(system_id, timedelta())

    async def _read_pages(
        self, journal: Journal, system_id: str, position: "_Position", deadline: float
    ) -> bool:
        """False if the feed has more than one run may read."""
        cursor, seen = position.cursor, set()
        for _ in range(_PAGES):
            page = await self._read_page(journal, system_id, cursor, deadline)
            if page is None:
                await self._restart(system_id, cursor)
                cursor, page = None, await journal.changes(None, deadline)
            stored = await self._store_page(system_id, position.region, cursor, page)
            if not page.more or not stored:
                return True
            seen.add(cursor)
            cursor = page.cursor
            if cursor in seen:
                raise JournalWrong("endless-feed", "its feed has more and its cursors lead in a circle")
        return False

    async def _read_page(
        self, journal: Journal, system_id: str, cursor: str | None, deadline: float
    ) -> Changes | None:
        """What comes after the cursor; None if the journal doesn't know it."""
        try:
            return await journal.changes(cursor, deadline)
        except (CursorGone, JournalRefuses) as error:
            # A journal that was set up again may call our cursor a bad parameter: then it is "refused".
            if cursor is None or error.reason not in ("cursor-gone", "refused"):
                raise
            _log.warning("feed is read from its present: system=%s reason=%s", system_id, error.reason)
            return None

    async def _restart(self, system_id: str, before: str | None) -> None:
        """What changed meanwhile is found when a family asks: answers are compared with their copies."""
        async with self._database.connection() as conn:
            move = {"system_id": system_id, "before": before, "cursor": None}
            await execute(conn, QUERIES.move_cursor, move)

    async def _store_page(self, system_id: str, region: str, before: str | None, page: Changes) -> bool:
        """The pending refreshes and the cursor after them together: neither is lost without the other.

        False if another worker, which took this job over, has stored the page.
        """
        now = self._clock.now()
        asked_since = now.date() - timedelta(days=self._settings.changes_days)
        changed = _columns(page.changes)
        async with self._database.transaction() as conn:
            move = {"system_id": system_id, "before": before, "cursor": page.cursor}
            if not await execute(conn, QUERIES.move_cursor, move):
                return False
            if changed["students"]:
                system = {"region": region, "system_id": system_id}
                params = {**system, **changed, "now": now, "asked_since": asked_since}
                count = await execute(conn, QUERIES.request_refreshes, params)
                _log.info("feed: system=%s changes=%d copies=%d", system_id, len(page.changes), count)
        return True

    async def _record_failure(self, system_id: str, position: "_Position", error: JournalError) -> None:
        if position.failures == 0:
            _log.warning("feed can't be read: system=%s reason=%s", system_id, error.reason)
        pause = min(self._interval * 2 ** min(position.failures, 20), _LONGEST_PAUSE)
        row = {"system_id": system_id, "code": error.reason, "next_at": self._clock.now() + pause}
        async with self._database.connection() as conn:
            await execute(conn, QUERIES.failed, row)

    async def _put_off(self, system_id: str, pause: timedelta) -> None:
        async with self._database.connection() as conn:
            next_at = self._clock.now() + pause
            await execute(conn, QUERIES.put_off, {"system_id": system_id, "next_at": next_at})


class _DueSystem(msgspec.Struct, frozen=True):
    system_id: str


class _Position(msgspec.Struct, frozen=True):
    """How far a system's feed has been read. `failures`: in a row."""

    region: str
    cursor: str | None
    failures: int


def _columns(changes: Iterable[Change]) -> Mapping[str, Sequence[str] | Sequence[date | None]]:
    """Each pupil, method of a copy and days once, as columns. An unknown code may mean any method."""
    rows: dict[tuple[str, Method, date | None, date | None], None] = {}
    for change in changes:
        methods = {method for what in change.what or ("",) for method in _METHODS.get(what, _ALL_METHODS)}
        for method in methods:
            rows[change.student_id, method, change.first_day, change.last_day] = None
    return {
        "students": [student for student, _, _, _ in rows],
        "methods": [method for _, method, _, _ in rows],
        "first_days": [first_day for _, _, first_day, _ in rows],
        "last_days": [last_day for _, _, _, last_day in rows],
    }
