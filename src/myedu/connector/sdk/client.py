"""The one way in which the portal calls a journal."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Generic, NotRequired, TypedDict, TypeVar, Unpack, cast
from uuid import UUID

import msgspec

from myedu.connector.sdk.channel import Channel, JournalAddress, quoted, size_of
from myedu.connector.sdk.errors import (
    JournalError,
    JournalRefuses,
    JournalSilent,
    JournalWrong,
    NotThere,
    StudentUnknown,
)
from myedu.connector.sdk.outgoing import Session
from myedu.connector.sdk.reading import read_answer
from myedu.connector.sdk.wire import error_of, etag_of, skew_seconds
from myedu.contract.act import Act
from myedu.contract.answers import (
    AttendanceList,
    Capabilities,
    Changes,
    Diary,
    FileLink,
    FinalMarks,
    HomeworkList,
    Marks,
    Schedule,
    StudentAnswer,
    TeacherSchedule,
)
from myedu.contract.package import Manifest, TableFile
from myedu.contract.windows import Window
from myedu.kit.clock import Clock

__all__ = [
    "JournalAddress",
    "JournalClient",
    "JournalError",
    "JournalRefuses",
    "JournalSilent",
    "JournalWrong",
    "NotThere",
    "Reply",
    "StudentUnknown",
]

_log = logging.getLogger(__name__)

T = TypeVar("T")
DayAnswer = TypeVar("DayAnswer", bound=StudentAnswer)


class Reply(msgspec.Struct, Generic[T], frozen=True):
    """An answer; `value` None and an empty body say that it hasn't changed since `etag` (304)."""

    value: T | None
    body: bytes
    etag: str | None


class How(TypedDict):
    """`etag`: of the answer that the caller holds. `timeout`: seconds for this call with its token."""

    etag: NotRequired[str | None]
    timeout: NotRequired[float | None]


class ForWhom(How):
    """`asker`: a pseudonym of the person who asks, the same for this person and system.

    `pupil` is what a system of the federal profile knows a student by; the contract goes without it.
    """

    act: Act
    asker: str
    pupil: NotRequired["Pupil"]


class Pupil(msgspec.Struct, frozen=True):
    """A student as the federal profile sees one: an account of ESIA, and the school's IANA time zone."""

    esia_oid: str | None
    time_zone: str


class JournalClient:
    """Calls one system. Every method raises JournalError and nothing else.

    `session` should be this system's own (guard.guarded_session). `key`: the private key in PEM, RSA or
    (twenty times quicker to sign with) P-256. `timeout` in seconds is for a whole call with its
    token; `answer_bytes` bounds an answer after decompression.
    """

    def __init__(
        self,
        session: Session,
        address: JournalAddress,
        key: str,
        *,
        clock: Clock,
        timeout: float = 10.0,
        answer_bytes: int = 4 * 1024 * 1024,
    ) -> None:
        self.address = address
        self._clock = clock
        self._channel = Channel(
            session, address, key, clock=clock, seconds=timeout, answer_bytes=answer_bytes
        )

    async def capabilities(self, **how: Unpack[How]) -> Reply[Capabilities]:
        reply = await self._read("/v1/capabilities", Capabilities, {}, how)
        if reply.value is not None:
            skew = skew_seconds(reply.value.server_time, self._clock.now())
            if skew is not None:
                _log.warning("journal clock-skew: system=%s seconds=%+.0f", self.address.system_id, skew)
        return reply

    async def schedule(self, student_id: str, window: Window, **how: Unpack[ForWhom]) -> Reply[Schedule]:
        return await self._days("schedule", Schedule, student_id, window, how)

    async def homework(self, student_id: str, window: Window, **how: Unpack[ForWhom]) -> Reply[HomeworkList]:
        return await self._days("homework", HomeworkList, student_id, window, how)

    async def marks(self, student_id: str, window: Window, **how: Unpack[ForWhom]) -> Reply[Marks]:
        return await self._days("marks", Marks, student_id, window, how)

    async def diary(self, student_id: str, window: Window, **how: Unpack[ForWhom]) -> Reply[Diary]:
        return await self._days("diary", Diary, student_id, window, how)

    async def attendance(
        self, student_id: str, window: Window, **how: Unpack[ForWhom]
    ) -> Reply[AttendanceList]:
        return await self._days("attendance", AttendanceList, student_id, window, how)

    async def final_marks(
        self, student_id: str, academic_year: int, **how: Unpack[ForWhom]
    ) -> Reply[FinalMarks]:
        """`academic_year`: its first calendar year."""

        def check(answer: FinalMarks) -> None:
            _check_student(answer.student_id, student_id)
            if answer.academic_year != academic_year:
                raise JournalWrong("wrong-window", f"the answer is about the year {answer.academic_year}")

        path, query = _student_path(student_id, "final-marks"), {"academic_year": str(academic_year)}
        with _unknown_student():
            return await self._read(path, FinalMarks, query, how, check)

    async def teacher_schedule(
        self, teacher_id: str, window: Window, **how: Unpack[ForWhom]
    ) -> Reply[TeacherSchedule]:
        def check(answer: TeacherSchedule) -> None:
            if answer.teacher_id != teacher_id:
                raise JournalWrong("wrong-teacher", "the answer is about another teacher: it was thrown away")
            _check_window(answer.first_day, answer.last_day, window)

        path = f"/v1/teachers/{quoted(teacher_id)}/schedule"
        return await self._read(path, TeacherSchedule, _query(window), how, check)

    async def file(self, file_id: str, **how: Unpack[ForWhom]) -> Reply[FileLink]:
        """A link for the person's own browser, good for some minutes."""
        return await self._read(f"/v1/files/{quoted(file_id)}", FileLink, {}, how)

    async def changes(self, since: str | None, **how: Unpack[How]) -> Reply[Changes]:
        """Whose diary changed after the cursor `since`; None: where to begin."""
        return await self._read("/v1/changes", Changes, {"since": since} if since else {}, how)

    async def latest_export(self, **how: Unpack[How]) -> Reply[Manifest]:
        """The newest package's manifest; NotThere while there is none."""
        return await self._read("/v1/exports/latest", Manifest, {}, how)

    async def export_file(
        self, export_id: UUID, file: TableFile, target: Path, *, seconds: float = 600.0
    ) -> None:
        """Stream one file of a package to `target`, never past the manifest's bytes; check its sum yourself.

        What an earlier call left in `<target>.part` is continued, not fetched again.
        """
        part = target.with_name(f"{target.name}.part")
        if size_of(part) > file.bytes:
            part.unlink()
        if size_of(part) < file.bytes or file.bytes == 0:
            path = f"/v1/exports/{export_id}/{quoted(file.file)}"
            await self._channel.download(path, file, part, seconds)
        if (size := size_of(part)) != file.bytes:
            part.unlink()
            raise JournalWrong("wrong-size", f"{file.file} has {size} bytes, the manifest says {file.bytes}")
        part.replace(target)

    async def _days(
        self, method: str, kind: type[DayAnswer], student_id: str, window: Window, how: ForWhom
    ) -> Reply[DayAnswer]:
        def check(answer: DayAnswer) -> None:
            _check_student(answer.student_id, student_id)
            _check_window(answer.first_day, answer.last_day, window)

        with _unknown_student():
            return await self._read(_student_path(student_id, method), kind, _query(window), how, check)

    async def _read(
        self,
        path: str,
        kind: type[T],
        query: Mapping[str, str],
        how: How,
        check: Callable[[T], None] | None = None,
    ) -> Reply[T]:
        etag = how.get("etag")
        whom = cast(ForWhom, how) if "act" in how else None
        act = (whom["act"], whom["asker"]) if whom else None
        heard = await self._channel.ask(path, query, act=act, etag=etag, seconds=how.get("timeout"))
        tag = etag_of(heard)
        if heard.status == 304 and etag is not None:
            return Reply(None, b"", tag or etag)
        if heard.status != 200:
            raise error_of(heard, self._clock.now())
        value, body = read_answer(heard, kind)
        if check is not None:
            check(value)
        return Reply(value, body, tag)


@contextmanager
def _unknown_student() -> Iterator[None]:
    """A 404 of a student's method says that there is no such student."""
    try:
        yield
    except NotThere as error:
        raise StudentUnknown(error.reason, error.sentence) from None


def _student_path(student_id: str, method: str) -> str:
    return f"/v1/students/{quoted(student_id)}/{method}"


def _query(window: Window) -> dict[str, str]:
    return {"from": window.first.isoformat(), "to": window.last.isoformat()}


def _check_student(answered: str, asked: str) -> None:
    if answered != asked:
        # no ids in the sentence: it ends in logs and on pages
        raise JournalWrong("wrong-student", "the answer is about another student: it was thrown away")


def _check_window(first: date, last: date, window: Window) -> None:
    if (first, last) != (window.first, window.last):
        raise JournalWrong("wrong-window", f"the answer is about {first} to {last}: it was thrown away")
