"""Asking journals on demand. A silent journal never silences a page: it gets the last good copy."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec
from psycopg import AsyncConnection

from myedu.connector.sdk.client import JournalAddress, JournalClient, JournalError, NotThere, Pupil, Reply
from myedu.contract.act import Act
from myedu.contract.answers import Diary, FileLink, Marks
from myedu.contract.school import Homework
from myedu.contract.windows import Window
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.portal.federation import incidents, store
from myedu.portal.federation.flights import Flights
from myedu.portal.federation.journal import Asker, Journal
from myedu.portal.federation.models import (
    NOT_REGISTERED,
    SLOW,
    Copy,
    Fresh,
    Limits,
    Outcome,
    Question,
    Stale,
    Unavailable,
)
from myedu.portal.people import service as people
from myedu.portal.people.intake import Place
from myedu.portal.people.models import Student, Viewer

T = TypeVar("T", Diary, Marks)

_log = logging.getLogger(__name__)
_ANSWERS: dict[str, type] = {"diary": Diary, "marks": Marks}
_DECODERS = {method: msgspec.json.Decoder(answer) for method, answer in _ANSWERS.items()}


class Federation:
    """All journals of the country for one program. Close it at the program's end."""

    def __init__(
        self,
        database: Database,
        client_for: Callable[[JournalAddress], JournalClient],
        clock: Clock,
        limits: Limits | None = None,
    ) -> None:
        self._database = database
        self._client_for = client_for
        self._clock = clock
        self._limits = limits or Limits()
        self._journals: dict[JournalAddress, Journal] = {}
        self._flights: Flights[Fresh[Any] | Unavailable] = Flights()

    async def read_diary(self, student: Student, window: Window, *, viewer: Viewer) -> Outcome[Diary]:
        """Lessons with homework and marks of the days; `student` is what the door gave to `viewer`."""
        return await self._read(Question("diary", student, window), viewer)

    async def read_marks(self, student: Student, window: Window, *, viewer: Viewer) -> Outcome[Marks]:
        """The marks set on the days of the window, which may be as long as a school year."""
        return await self._read(Question("marks", student, window), viewer)

    async def renew_diary(
        self, student: Student, window: Window, copy: Copy | None, *, viewer: Viewer, decoded: bool = True
    ) -> Outcome[Diary]:
        """`read_diary` for a caller whose own statement has already read the copy.

        `decoded=False` leaves a fresh copy's value None: for a caller that may not need it.
        """
        if not decoded and copy is not None and self.is_fresh(copy):
            return Fresh(None, copy.body, copy.fetched_at)
        return await self._answer(Question("diary", student, window), copy, viewer)

    def decoded(self, outcome: Outcome[Diary]) -> Outcome[Diary]:
        """The outcome with the value of a copy that `renew_diary` left as received."""
        if not isinstance(outcome, Fresh) or outcome.value is not None:
            return outcome
        read = _opened("diary", Copy(outcome.body, None, outcome.fetched_at))
        return read or Unavailable("wrong-shape", self._clock.now())

    async def shown_homework(
        self, conn: AsyncConnection, student: Student, homework_id: str
    ) -> Homework | None:
        """A task that a family can have seen: one of a copy, the newest first. Asks no journal."""
        async for homework in _homework_of_copies(conn, student):
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
            async for homework in _homework_of_copies(conn, student):
                shown = shown or any(file.id == file_id for file in homework.attachments)
            if not shown:
                return None
            journal = await self._journal_of(conn, student)
        try:
            async with asyncio.timeout(self._limits.deadline_seconds):
                return await journal.file(file_id, _asker(student, viewer)) if journal else None
        except NotThere:
            return None
        except JournalError as error:
            return Unavailable(error.reason, self._clock.now())
        except TimeoutError:
            return Unavailable(SLOW, self._clock.now())

    def is_fresh(self, copy: Copy) -> bool:
        """True for a copy that is shown without asking the journal."""
        return self._clock.now() - copy.fetched_at < timedelta(seconds=self._limits.fresh_seconds)

    async def close(self) -> None:
        """Give up what is under way."""
        await self._flights.close()

    async def _read(self, question: Question, viewer: Viewer) -> Outcome[Any]:
        async with self._database.connection() as conn:
            copy = await store.copy_of(conn, question)
        return await self._answer(question, copy, viewer)

    async def _answer(self, question: Question, copy: Copy | None, viewer: Viewer) -> Outcome[Any]:
        known = _opened(question.method, copy)
        if known is not None and self.is_fresh(copy):
            return known
        try:
            landed = await self._flights.join(
                _flight_key(question),
                lambda: self._fly(question, copy if known is not None else None, known, viewer),
                self._limits.deadline_seconds,
            )
        except TimeoutError:
            landed = Unavailable(SLOW, self._clock.now())
        if isinstance(landed, Unavailable) and known is not None:
            return Stale(known.value, known.body, known.fetched_at, landed.reason, landed.failed_at)
        return landed

    async def _fly(
        self, question: Question, copy: Copy | None, known: Fresh[Any] | None, viewer: Viewer
    ) -> Fresh[Any] | Unavailable:
        # Never raises for what a journal does: a flight may land with nobody left to catch it.
        try:
            async with asyncio.timeout(self._limits.flight_seconds):
                reply = await self._ask(question, copy.etag if copy else None, viewer)
        except JournalError as error:
            await incidents.report(self._database, self._clock, question, viewer, error.reason)
            return self._failed(question, error.reason)
        except TimeoutError:
            return self._failed(question, "timeout")
        if reply is None:
            return self._failed(question, NOT_REGISTERED)
        now = self._clock.now()
        if reply.value is None:
            return await self._confirmed(question, known, now)
        async with self._database.connection() as conn:
            await store.keep_copy(conn, question, Copy(reply.body, reply.etag, now))
        return Fresh(reply.value, reply.body, now)

    async def _ask(self, question: Question, etag: str | None, viewer: Viewer) -> Reply[Any] | None:
        student = question.student
        async with self._database.connection() as conn:
            journal = await self._journal_of(conn, student)
        if journal is None:
            return None
        ask = getattr(journal, question.method)
        return await ask(student.person_id, question.window, _asker(student, viewer), etag)

    async def _journal_of(self, conn: AsyncConnection, student: Student) -> Journal | None:
        """The student's journal; None for one that isn't registered, or that an operator keeps out."""
        system = await people.system(conn, student.system_id)
        if system is None or system.paused_at is not None:
            return None
        address = people.address_of(system)
        journal = self._journals.get(address)
        if journal is None:
            client = self._client_for(address)
            journal = Journal(client, self._clock, self._limits.capabilities_seconds)
            self._journals[address] = journal
        return journal

    async def _confirmed(
        self, question: Question, known: Fresh[Any] | None, now: datetime
    ) -> Fresh[Any] | Unavailable:
        if known is None:
            return self._failed(question, "wrong-shape")  # 304 to a question without If-None-Match
        async with self._database.connection() as conn:
            await store.confirm_copy(conn, question, now)
        return Fresh(known.value, known.body, now)

    def _failed(self, question: Question, reason: str) -> Unavailable:
        _log.warning(
            "journal failed: system=%s method=%s reason=%s",
            question.student.system_id,
            question.method,
            reason,
        )
        return Unavailable(reason, self._clock.now())


async def erase_persons(conn: AsyncConnection, place: Place) -> None:
    """Erase the copies about persons who are erased in this transaction (portal/erasing.py)."""
    await store.erase_persons(conn, place)


async def _homework_of_copies(conn: AsyncConnection, student: Student) -> AsyncIterator[Homework]:
    """All homework that the family can have seen, the newest copies first."""
    for copy in await store.copies_of(conn, student):
        known = _opened("diary", copy)
        if known is None:
            continue
        for entry in known.value.lessons:
            for homework in entry.homework:
                yield homework
        for homework in known.value.homework:
            yield homework


def _opened(method: str, copy: Copy | None) -> Fresh[Any] | None:
    """The copy read; None when there is none, or it is of a contract that this release can't read."""
    if copy is None:
        return None
    try:
        return Fresh(_DECODERS[method].decode(copy.body), copy.body, copy.fetched_at)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _flight_key(question: Question) -> tuple[Any, ...]:
    student = question.student
    window = (question.window.first, question.window.last)
    return (student.region, student.system_id, student.person_id, question.method, *window)


def _asker(student: Student, viewer: Viewer) -> Asker:
    act = Act(relation=student.relation, purpose="diary", student_id=student.person_id)
    # The same for this person and system, of no use with another system's.
    pseudonym = hashlib.sha256(f"{student.system_id} {viewer.account_id}".encode()).hexdigest()[:32]
    return Asker(act, pseudonym, Pupil(student.esia_oid, student.time_zone))
