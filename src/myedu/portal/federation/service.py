"""Asking journals on demand. A silent journal never silences a page: it gets the last good copy."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from myedu.connector.sdk.client import JournalAddress, JournalClient, JournalError, NotThere
from myedu.contract.answers import Diary, FileLink, Marks, TeacherSchedule
from myedu.contract.school import Homework
from myedu.contract.windows import Window
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.portal.federation import copy_reader, events, store
from myedu.portal.federation.caches import Caches
from myedu.portal.federation.copy_store import decode
from myedu.portal.federation.fetcher import Fetcher, FetchRequest, requester_for, teachers_requester
from myedu.portal.federation.history import exchange, exchange_counts, exchanges, history
from myedu.portal.federation.models import (
    NO_SUCH_POST,
    NOT_REGISTERED,
    RESTING,
    SLOW,
    Answer,
    Copy,
    EncryptedCopy,
    Event,
    Fresh,
    FreshJson,
    Health,
    JournalQuery,
    Outcome,
    ReadLimits,
    Stale,
    Unavailable,
    Wait,
)
from myedu.portal.federation.query_keys import cache_key
from myedu.portal.federation.registry import JournalRegistry
from myedu.portal.federation.single_flight import SingleFlight
from myedu.portal.federation.stats import recent_stats
from myedu.portal.federation.telemetry import JournalTelemetry, OutcomeName, Source
from myedu.portal.federation.wake_ups import wake
from myedu.portal.people.models import Place, StaffGroup, Student, Viewer

__all__ = [
    "Federation",
    "UnreadableCopy",
    "erase_persons",
    "exchange",
    "exchange_counts",
    "exchanges",
    "history",
    "recent_stats",
    "wake",
]

_OUTCOME_NAMES: dict[type, OutcomeName] = {
    Fresh: "fresh",
    FreshJson: "fresh",
    Stale: "stale",
    Unavailable: "unavailable",
}


class UnreadableCopy(Exception):
    """A copy was kept that this release can't read: discard it and read again."""


class Federation:
    """All journals of the country for one program. Close it at the program's end."""

    def __init__(
        self,
        database: Database,
        client_for: Callable[[JournalAddress], JournalClient],
        clock: Clock,
        limits: ReadLimits | None = None,
        *,
        caches: Caches,
        telemetry: JournalTelemetry | None = None,
    ) -> None:
        self._database, self._clock = database, clock
        self._limits = limits or ReadLimits()
        self._telemetry = telemetry or JournalTelemetry.disabled()
        self._registry = JournalRegistry(database, client_for, clock, self._limits, self._telemetry)
        self._copies = caches.copies
        self._fetcher = Fetcher(database, caches, clock, self._limits)
        self._single_flight = SingleFlight()

    async def read_diary(
        self, student: Student, window: Window, *, viewer: Viewer, wait: Wait = "until-deadline"
    ) -> Outcome[Diary]:
        """Lessons with homework and marks of the days.

        `student`: a pupil whom `viewer` may see, as people.visible_students gives them.
        """
        query = JournalQuery(Diary, student, window)
        return await self._read(query, await self._copies.find(query), viewer, wait)

    async def read_opened_diary(
        self,
        student: Student,
        window: Window,
        encrypted: EncryptedCopy | None,
        *,
        viewer: Viewer,
        wait: Wait = "until-deadline",
    ) -> Outcome[Diary]:
        """`read_diary` for a caller whose own statement has already read the copy (None: there is none)."""
        query = JournalQuery(Diary, student, window)
        return await self._read(query, await self._copies.decrypt(query, encrypted), viewer, wait)

    async def read_marks(
        self, student: Student, window: Window, *, viewer: Viewer, wait: Wait = "until-deadline"
    ) -> Outcome[Marks]:
        """The marks set on the days of the window, which may be as long as a school year."""
        query = JournalQuery(Marks, student, window)
        return await self._read(query, await self._copies.find(query), viewer, wait)

    async def read_teacher_schedule(
        self, post: StaffGroup, window: Window, *, viewer: Viewer
    ) -> Fresh[TeacherSchedule] | Unavailable:
        """The lessons of a post of the viewer. No copy is kept.

        `post`: any group of it, as people.visible_groups gives them.
        """
        began, system_id = time.monotonic(), post.system_id
        outcome: Fresh[TeacherSchedule] | Unavailable
        journal = await self._registry.journal_of(system_id)
        if journal is None:
            outcome = Unavailable(NOT_REGISTERED, self._clock.now())
        else:
            requester = teachers_requester(post, viewer, self._limits.deadline_seconds)
            try:
                reply = await journal.teacher_schedule(post.staff_id, window, requester)
                assert reply.value is not None  # no ETag was sent
                outcome = Fresh(reply.value, reply.body, self._clock.now())
            except NotThere:
                outcome = Unavailable(NO_SUCH_POST, self._clock.now())
            except JournalError as error:
                outcome = self._fetcher.unavailable(error)
        self._telemetry.record_answer(
            system_id,
            "teacher-schedule",
            outcome=_OUTCOME_NAMES[type(outcome)],
            source="journal",
            reason=None if isinstance(outcome, Fresh) else outcome.reason,
            seconds=time.monotonic() - began,
        )
        return outcome

    async def read_diary_with_copy(
        self,
        student: Student,
        window: Window,
        encrypted: EncryptedCopy | None,
        *,
        viewer: Viewer,
        wait: Wait = "until-deadline",
    ) -> Outcome[Diary] | FreshJson:
        """`read_opened_diary` for a caller who may not need the value of a fresh copy: see `decode_diary`."""
        query = JournalQuery(Diary, student, window)
        copy = await self._copies.decrypt(query, encrypted)
        if copy is not None and self._is_fresh(copy.fetched_at):
            answer = FreshJson(copy.body, copy.fetched_at)
            self._record(query, answer, time.monotonic(), source="copy")
            return answer
        return await self._read(query, copy, viewer, wait)

    def decode_diary(self, answer: FreshJson) -> Fresh[Diary]:
        """The answer with its value. Raises UnreadableCopy if this release can't read its contract."""
        value = decode(Diary, answer.body)
        if value is None:
            raise UnreadableCopy("the copy isn't of a contract that this release can read")
        return Fresh(value, answer.body, answer.fetched_at)

    async def discard(
        self, student: Student, answer_type: type[Answer], window: Window, fetched_at: datetime
    ) -> None:
        """Throw away the copy of this time, as no page can be made of it: the next read asks the journal."""
        await self._copies.discard(JournalQuery(answer_type, student, window), fetched_at)

    async def shown_homework(
        self, conn: AsyncConnection, student: Student, homework_id: str
    ) -> Homework | None:
        """A task that the family can have seen: from the newest copy that has it. Asks no journal."""
        async for homework in copy_reader.shown_homework(self._copies, conn, student):
            if homework.id == homework_id:
                return homework
        return None

    async def file_link(
        self, student: Student, file_id: str, *, viewer: Viewer
    ) -> FileLink | Unavailable | None:
        """Where the viewer's browser may fetch an attachment; None if no copy of this child names the file.

        A system would give any file of its own: what makes it the child's is that the child was shown it.
        """
        async with self._database.connection() as conn:
            shown = False
            async for homework in copy_reader.shown_homework(self._copies, conn, student):
                shown = shown or any(file.id == file_id for file in homework.attachments)
        journal = await self._registry.journal_of(student.system_id) if shown else None
        if journal is None:
            return None
        requester = requester_for(student, viewer, self._limits.deadline_seconds)
        try:
            return await journal.file(file_id, requester)
        except NotThere:
            return None
        except JournalError as error:
            return self._fetcher.unavailable(error)

    async def ask_health(self, system_id: str) -> Health:
        """Whether a journal answers now: asked even if it rests, and the answer counts as any other."""
        journal = await self._registry.journal_of(system_id)
        if journal is None:
            return Health(NOT_REGISTERED)
        deadline = asyncio.get_running_loop().time() + self._limits.deadline_seconds
        try:
            answered = await journal.ask_health(deadline)
        except JournalError as error:
            return Health(error.reason)
        return Health(None, f"{answered.system.product} {answered.system.version}")

    async def events_of(
        self, conn: AsyncConnection, student: Student, after: int = 0, *, limit: int = events.PAGE
    ) -> list[Event]:
        """Changes in a child's diary after the cursor `after`, the oldest first.

        `student`: a pupil whom the viewer may see.
        """
        return await self._copies.events.of_student(conn, student, after, limit=limit)

    async def events_since(
        self, conn: AsyncConnection, region: str, after: int = 0, *, limit: int = events.PAGE
    ) -> list[Event]:
        """Changes in a region's diaries after a room's own cursor: for rooms that work without a viewer."""
        return await self._copies.events.since(conn, region, after, limit=limit)

    async def close(self) -> None:
        """Cancel the fetches that are under way."""
        await self._single_flight.close()

    async def _read(
        self, query: JournalQuery[Answer], copy: Copy | None, viewer: Viewer, wait: Wait
    ) -> Outcome[Answer]:
        began = time.monotonic()
        decoded = None if copy is None else self._copies.decode(query, copy)
        if decoded is not None and self._is_fresh(decoded.fetched_at):
            self._record(query, decoded, began, source="copy")
            return decoded
        fetched = await self._fetch(FetchRequest(query, viewer, copy, decoded), wait)
        if decoded is None or isinstance(fetched, Fresh):
            self._record(query, fetched, began, source="journal")
            return fetched
        stale = Stale(
            decoded.value,
            decoded.body,
            decoded.fetched_at,
            fetched.reason,
            fetched.failed_at,
            fetched.retry_after,
        )
        self._record(query, stale, began, source="copy")
        return stale

    async def _fetch(self, request: FetchRequest[Answer], wait: Wait) -> Fresh[Answer] | Unavailable:
        """The journal's answer, if it comes within the time that the page has; the fetch goes on anyway."""
        journal = await self._registry.journal_of(request.query.student.system_id)
        if journal is None:
            return Unavailable(NOT_REGISTERED, self._clock.now())
        if pause := journal.bulkhead.pause_left():
            return Unavailable(RESTING, self._clock.now(), pause)  # without starting a fetch
        # Without a copy there is nothing to show meanwhile, so every page waits.
        briefly = wait == "briefly" and request.decoded is not None
        try:
            return await self._single_flight.run(
                cache_key(request.query),
                lambda: self._fetcher.fetch(journal, request),
                self._limits.patience_seconds if briefly else self._limits.deadline_seconds,
            )
        except TimeoutError:
            return Unavailable(SLOW, self._clock.now())

    def _is_fresh(self, fetched_at: datetime) -> bool:
        """True for a copy that is shown without asking the journal."""
        return self._clock.now() - fetched_at < timedelta(seconds=self._limits.fresh_seconds)

    def _record(
        self,
        query: JournalQuery[Answer],
        outcome: Outcome[Answer] | FreshJson,
        began: float,
        *,
        source: Source,
    ) -> None:
        self._telemetry.record_answer(
            query.student.system_id,
            query.method,
            outcome=_OUTCOME_NAMES[type(outcome)],
            source=source,
            reason=None if isinstance(outcome, Fresh | FreshJson) else outcome.reason,
            seconds=time.monotonic() - began,
        )


async def erase_persons(conn: AsyncConnection, place: Place) -> None:
    """Erase the copies and events about persons who are erased in this transaction."""
    await store.erase_persons(conn, place)
    await events.erase_persons(conn, place)
