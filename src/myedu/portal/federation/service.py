"""Asking journals on demand. A silent journal never silences a page: it gets the last good copy."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

from psycopg import AsyncConnection

from myedu.connector.sdk.client import JournalAddress, JournalClient, JournalError, NotThere
from myedu.contract.answers import Diary, FileLink, Marks
from myedu.contract.school import Homework
from myedu.contract.windows import Window
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.portal.federation import copy_reader, events, store
from myedu.portal.federation.caches import Caches
from myedu.portal.federation.copies import decode
from myedu.portal.federation.fetcher import Fetcher, asker_of
from myedu.portal.federation.journal import Journal
from myedu.portal.federation.models import (
    NOT_REGISTERED,
    RESTING,
    SLOW,
    Copy,
    Fresh,
    Limits,
    Outcome,
    Question,
    SealedCopy,
    Stale,
    Unavailable,
)
from myedu.portal.federation.registry import JournalRegistry
from myedu.portal.federation.single_flight import SingleFlight
from myedu.portal.federation.telemetry import JournalTelemetry
from myedu.portal.people.models import Place, Student, Viewer

FLIGHT_MARGIN = 1.0
"""Seconds in which a flight that used its time may still keep its answer or tell why there is none."""
_STATES: dict[type, Literal["fresh", "stale", "unavailable"]] = {
    Fresh: "fresh",
    Stale: "stale",
    Unavailable: "unavailable",
}


class Federation:
    """All journals of the country for one program. Close it at the program's end."""

    def __init__(
        self,
        database: Database,
        client_for: Callable[[JournalAddress], JournalClient],
        clock: Clock,
        limits: Limits | None = None,
        *,
        caches: Caches,
        telemetry: JournalTelemetry | None = None,
    ) -> None:
        self._database, self._clock = database, clock
        self._limits = limits or Limits()
        self._telemetry = telemetry or JournalTelemetry.disabled()
        self._systems = JournalRegistry(database, client_for, clock, self._limits, self._telemetry)
        self._copies, self._convoy = caches.copies, caches.convoy
        self._asking = Fetcher(database, self._copies, clock, self._limits)
        self._flights: SingleFlight[Fresh[Any] | Unavailable] = SingleFlight()

    async def read_diary(
        self, student: Student, window: Window, *, viewer: Viewer, patient: bool = True
    ) -> Outcome[Diary]:
        """Lessons with homework and marks of the days; `student` is what the door gave to `viewer`.

        `patient=False`: who has a copy waits only `Limits.patience_seconds` for something newer.
        """
        return await self._read(Question("diary", student, window), viewer, patient)

    async def read_marks(
        self, student: Student, window: Window, *, viewer: Viewer, patient: bool = True
    ) -> Outcome[Marks]:
        """The marks set on the days of the window, which may be as long as a school year."""
        return await self._read(Question("marks", student, window), viewer, patient)

    async def renew_diary(
        self,
        student: Student,
        window: Window,
        sealed: SealedCopy | None,
        *,
        viewer: Viewer,
        decoded: bool = True,
        patient: bool = True,
    ) -> Outcome[Diary]:
        """`read_diary` for a caller whose own statement has already read the copy.

        `decoded=False` leaves a fresh copy's value None: for a caller that may not need it.
        """
        question = Question("diary", student, window)
        copy = await self._copies.opened(question, sealed)
        if not decoded and copy is not None and self.is_fresh(copy):
            outcome: Fresh[Any] = Fresh(None, copy.body, copy.fetched_at)
            self._tell(question, outcome, time.monotonic(), from_copy=True)
            return outcome
        return await self._answer(question, copy, viewer, patient)

    def decoded(self, outcome: Outcome[Diary]) -> Outcome[Diary]:
        """The outcome with the value of a copy that `renew_diary` left as received."""
        if not isinstance(outcome, Fresh) or outcome.value is not None:
            return outcome
        value = decode("diary", outcome.body)
        if value is None:
            return Unavailable("wrong-shape", self._clock.now())
        return Fresh(value, outcome.body, outcome.fetched_at)

    async def shown_homework(
        self, conn: AsyncConnection, student: Student, homework_id: str
    ) -> Homework | None:
        """A task that a family can have seen: one of a copy, the newest first. Asks no journal."""
        async for homework in copy_reader.shown_homework(self._copies, conn, student):
            if homework.id == homework_id:
                return homework
        return None

    async def file_link(
        self, student: Student, file_id: str, *, viewer: Viewer
    ) -> FileLink | Unavailable | None:
        """Where the viewer's browser may fetch an attachment; None for one that no copy of this child names.

        A system would give any file of its own: that the child was shown it is what makes it theirs.
        """
        async with self._database.connection() as conn:
            shown = False
            async for homework in copy_reader.shown_homework(self._copies, conn, student):
                shown = shown or any(file.id == file_id for file in homework.attachments)
        journal = await self._systems.journal_of(student.system_id) if shown else None
        if journal is None:
            return None
        try:
            return await journal.file(file_id, asker_of(student, viewer, self._limits.deadline_seconds))
        except NotThere:
            return None
        except JournalError as error:
            return self._asking.refused(error)

    async def events_of(
        self, conn: AsyncConnection, student: Student, after: int = 0, *, most: int = events.PAGE
    ) -> list[events.Event]:
        """What happened in a child's diary behind the cursor `after`; `student` is what the door gave."""
        return await self._copies.events.of_student(conn, student, after, most=most)

    async def events_since(
        self, conn: AsyncConnection, region: str, after: int = 0, *, most: int = events.PAGE
    ) -> list[events.Event]:
        """What happened in a region behind a room's own cursor: for rooms that work by themselves."""
        return await self._copies.events.since(conn, region, after, most=most)

    def is_fresh(self, copy: Copy | Fresh[Any]) -> bool:
        """True for a copy that is shown without asking the journal."""
        return self._clock.now() - copy.fetched_at < timedelta(seconds=self._limits.fresh_seconds)

    async def close(self) -> None:
        """Give up what is under way."""
        await self._flights.close()

    async def _read(self, question: Question, viewer: Viewer, patient: bool) -> Outcome[Any]:
        return await self._answer(question, await self._copies.copy_of(question), viewer, patient)

    async def _answer(
        self, question: Question, copy: Copy | None, viewer: Viewer, patient: bool
    ) -> Outcome[Any]:
        began = time.monotonic()
        known = copy_reader.opened(self._copies, question, copy)
        if known is not None and self.is_fresh(known):
            self._tell(question, known, began, from_copy=True)
            return known
        outcome: Outcome[Any] = await self._landed(question, copy, known, viewer, patient)
        if isinstance(outcome, Unavailable) and known is not None:
            outcome = Stale(
                known.value,
                known.body,
                known.fetched_at,
                outcome.reason,
                outcome.failed_at,
                outcome.retry_after,
            )
        self._tell(question, outcome, began, from_copy=isinstance(outcome, Stale))
        return outcome

    async def _landed(
        self, question: Question, copy: Copy | None, known: Fresh[Any] | None, viewer: Viewer, patient: bool
    ) -> Fresh[Any] | Unavailable:
        """What the flight of this question brings within the time that its passenger has."""
        journal = await self._systems.journal_of(question.student.system_id)
        if journal is None:
            return Unavailable(NOT_REGISTERED, self._clock.now())
        if rest := journal.bulkhead.rest():
            return Unavailable(RESTING, self._clock.now(), rest)  # no flight need learn that
        return await self._flown(journal, question, copy, known, viewer, self._patience(known, patient))

    async def _flown(
        self,
        journal: Journal,
        question: Question,
        copy: Copy | None,
        known: Fresh[Any] | None,
        viewer: Viewer,
        wait_seconds: float,
    ) -> Fresh[Any] | Unavailable:
        try:
            return await self._flights.join(
                _flight_key(question),
                lambda: self._asked_by_one(journal, question, copy, known, viewer),
                wait_seconds,
            )
        except TimeoutError:
            return Unavailable(SLOW, self._clock.now())

    async def _asked_by_one(
        self,
        journal: Journal,
        question: Question,
        copy: Copy | None,
        known: Fresh[Any] | None,
        viewer: Viewer,
    ) -> Fresh[Any] | Unavailable:
        """By this process, or by another one that asks the same now."""

        async def renewed() -> Fresh[Any] | None:
            return copy_reader.opened(self._copies, question, await self._copies.kept_copy_of(question))

        async with asyncio.timeout(self._limits.flight_seconds + FLIGHT_MARGIN):
            return await self._convoy.fly(
                question,
                copy.fetched_at if copy is not None else None,
                lambda flight: self._asking.fly(journal, question, copy, known, viewer, flight),
                renewed,
            )

    def _patience(self, known: Fresh[Any] | None, patient: bool) -> float:
        """Without a copy there is nothing to show meanwhile, so everybody waits."""
        if known is not None and not patient:
            return self._limits.patience_seconds
        return self._limits.deadline_seconds

    def _tell(self, question: Question, outcome: Outcome[Any], began: float, *, from_copy: bool) -> None:
        self._telemetry.answered(
            question.student.system_id,
            question.method,
            outcome=_STATES[type(outcome)],
            source="copy" if from_copy else "journal",
            reason=None if isinstance(outcome, Fresh) else outcome.reason,
            seconds=time.monotonic() - began,
        )


async def erase_persons(conn: AsyncConnection, place: Place) -> None:
    """Erase the copies and events about persons who are erased in this transaction (portal/erasing.py)."""
    await store.erase_persons(conn, place)
    await events.erase_persons(conn, place)


def _flight_key(question: Question) -> tuple[Any, ...]:
    student = question.student
    window = (question.window.first, question.window.last)
    return (student.region, student.system_id, student.person_id, question.method, *window)
