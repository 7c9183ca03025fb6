"""The client of a journal: the only way in which the portal calls one."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Generic, NotRequired, TypedDict, TypeVar, Unpack, cast
from uuid import UUID

import msgspec

from myedu.connector.sdk.answer_parser import Parsed, clean_and_parse, parse_body, parse_clean
from myedu.connector.sdk.answer_process import CLEANED_BYTES, PLAIN_BYTES, AnswerProcess
from myedu.connector.sdk.authorized_session import AuthorizedSession, quote_segment, size_of
from myedu.connector.sdk.errors import (
    JournalError,
    JournalRefuses,
    JournalSilent,
    JournalWrong,
    NotThere,
    StudentUnknown,
)
from myedu.connector.sdk.http_client import Session
from myedu.connector.sdk.journal_address import JournalAddress
from myedu.connector.sdk.responses import check_json, error_of, etag_of, skew_seconds
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

ANSWER_BYTES = 4 * 1024 * 1024
"""The contract's bound of a body, after decompression."""
_PLACES_LOGGED = 5

T = TypeVar("T")
DayAnswer = TypeVar("DayAnswer", bound=StudentAnswer)


class Reply(msgspec.Struct, Generic[T], frozen=True):
    """An answer and its JSON. `value` None with an empty body: unchanged since the given etag (304)."""

    value: T | None
    body: bytes
    etag: str | None


class CallOptions(TypedDict):
    """Options of any call."""

    etag: NotRequired[str | None]  # of the answer that the caller has
    timeout: NotRequired[float | None]  # seconds for this call with its token


class PersonalCallOptions(CallOptions):
    """Options of a call made on behalf of a person."""

    act: Act
    asker: str  # a pseudonym, always the same for this person and system
    pupil: NotRequired["Pupil"]  # required by the federal profile, ignored by the contract


class Pupil(msgspec.Struct, frozen=True):
    """A student in the federal profile: the oid of their ESIA account, and the school's IANA time zone."""

    esia_oid: str | None
    time_zone: str


class JournalClient:
    """Calls one system. Every method raises JournalError and nothing else.

    `session` should be this system's own (ssrf_guard.guarded_session). `key`: the private key in PEM, RSA or
    P-256, which signs twenty times faster. `timeout`: seconds for a whole call with its token.
    `answer_bytes`: the longest answer after decompression. `long_answers`: where these are parsed; without it
    they are parsed here.
    """

    def __init__(
        self,
        session: Session,
        address: JournalAddress,
        key: str,
        *,
        clock: Clock,
        timeout: float = 10.0,
        answer_bytes: int = ANSWER_BYTES,
        long_answers: AnswerProcess | None = None,
    ) -> None:
        self.address = address
        self._timeout = timeout
        self._long_answers = long_answers
        self._one_long_answer = asyncio.Lock()  # of a system at a time: others' come between
        self._clock = clock
        self._http = AuthorizedSession(
            session, address, key, clock=clock, seconds=timeout, answer_bytes=answer_bytes
        )

    async def capabilities(self, **options: Unpack[CallOptions]) -> Reply[Capabilities]:
        """What the system declares. Logs a warning if its clock is more than a minute off."""
        reply = await self._read("/v1/capabilities", Capabilities, {}, options)
        if reply.value is not None:
            skew = skew_seconds(reply.value.server_time, self._clock.now())
            if skew is not None:
                _log.warning("journal clock-skew: system=%s seconds=%+.0f", self.address.system_id, skew)
        return reply

    async def schedule(
        self, student_id: str, window: Window, **options: Unpack[PersonalCallOptions]
    ) -> Reply[Schedule]:
        """Lessons of the window. Raises StudentUnknown."""
        return await self._days("schedule", Schedule, student_id, window, options)

    async def homework(
        self, student_id: str, window: Window, **options: Unpack[PersonalCallOptions]
    ) -> Reply[HomeworkList]:
        """Homework due in the window. Raises StudentUnknown."""
        return await self._days("homework", HomeworkList, student_id, window, options)

    async def marks(
        self, student_id: str, window: Window, **options: Unpack[PersonalCallOptions]
    ) -> Reply[Marks]:
        """Marks for days of the window. Raises StudentUnknown."""
        return await self._days("marks", Marks, student_id, window, options)

    async def diary(
        self, student_id: str, window: Window, **options: Unpack[PersonalCallOptions]
    ) -> Reply[Diary]:
        """Lessons of the window with homework, marks and attendance. Raises StudentUnknown."""
        return await self._days("diary", Diary, student_id, window, options)

    async def attendance(
        self, student_id: str, window: Window, **options: Unpack[PersonalCallOptions]
    ) -> Reply[AttendanceList]:
        """Absences and late arrivals in the window. Raises StudentUnknown."""
        return await self._days("attendance", AttendanceList, student_id, window, options)

    async def final_marks(
        self, student_id: str, academic_year: int, **options: Unpack[PersonalCallOptions]
    ) -> Reply[FinalMarks]:
        """Final marks of the year; `academic_year` is its first calendar year. Raises StudentUnknown."""

        def check(answer: FinalMarks) -> None:
            _check_student(answer.student_id, student_id)
            if answer.academic_year != academic_year:
                raise JournalWrong("wrong-window", f"the answer is about the year {answer.academic_year}")

        path, query = _student_path(student_id, "final-marks"), {"academic_year": str(academic_year)}
        with _unknown_student():
            return await self._read(path, FinalMarks, query, options, check)

    async def teacher_schedule(
        self, teacher_id: str, window: Window, **options: Unpack[PersonalCallOptions]
    ) -> Reply[TeacherSchedule]:
        """Lessons of a teacher in the window. Raises NotThere if the journal has no such teacher."""

        def check(answer: TeacherSchedule) -> None:
            if answer.teacher_id != teacher_id:
                raise JournalWrong("wrong-teacher", "the answer is about another teacher and was discarded")
            _check_window(answer.first_day, answer.last_day, window)

        path = f"/v1/teachers/{quote_segment(teacher_id)}/schedule"
        return await self._read(path, TeacherSchedule, _query(window), options, check)

    async def file(self, file_id: str, **options: Unpack[PersonalCallOptions]) -> Reply[FileLink]:
        """A link for the person's own browser; it expires in minutes."""
        return await self._read(f"/v1/files/{quote_segment(file_id)}", FileLink, {}, options)

    async def changes(self, since: str | None, **options: Unpack[CallOptions]) -> Reply[Changes]:
        """Students whose diary changed after the cursor `since`; None returns only a first cursor."""
        return await self._read("/v1/changes", Changes, {"since": since} if since else {}, options)

    async def latest_export(self, **options: Unpack[CallOptions]) -> Reply[Manifest]:
        """The manifest of the newest package. Raises NotThere if there is none yet."""
        return await self._read("/v1/exports/latest", Manifest, {}, options)

    async def export_file(
        self, export_id: UUID, file: TableFile, target: Path, *, seconds: float = 600.0
    ) -> None:
        """Download one file of a package to `target`, at most the manifest's bytes. Doesn't check the hash.

        Resumes what an earlier call left in `<target>.part`. `seconds`: for the whole file.
        """
        part = target.with_name(f"{target.name}.part")
        if size_of(part) > file.bytes:
            part.unlink()
        if size_of(part) < file.bytes or file.bytes == 0:
            path = f"/v1/exports/{export_id}/{quote_segment(file.file)}"
            await self._http.download(path, file, part, seconds)
        if (size := size_of(part)) != file.bytes:
            part.unlink()
            raise JournalWrong("wrong-size", f"{file.file} has {size} bytes, the manifest says {file.bytes}")
        part.replace(target)

    async def _days(
        self,
        method: str,
        kind: type[DayAnswer],
        student_id: str,
        window: Window,
        options: PersonalCallOptions,
    ) -> Reply[DayAnswer]:
        def check(answer: DayAnswer) -> None:
            _check_student(answer.student_id, student_id)
            _check_window(answer.first_day, answer.last_day, window)

        with _unknown_student():
            return await self._read(_student_path(student_id, method), kind, _query(window), options, check)

    async def _read(
        self,
        path: str,
        kind: type[T],
        query: Mapping[str, str],
        options: CallOptions,
        check: Callable[[T], None] | None = None,
    ) -> Reply[T]:
        etag = options.get("etag")
        personal = cast(PersonalCallOptions, options) if "act" in options else None
        act = (personal["act"], personal["asker"]) if personal else None
        response = await self._http.get(path, query, act=act, etag=etag, seconds=options.get("timeout"))
        tag = etag_of(response)
        if response.status == 304 and etag is not None:
            return Reply(None, b"", tag or etag)
        if response.status != 200:
            raise error_of(response, self._clock.now())
        check_json(response)
        parsed = await self._parse(response.body, kind, options)
        log_what_is_odd(parsed, self.address.system_id, kind)
        if check is not None:
            check(parsed.value)
        return Reply(parsed.value, parsed.body, tag)

    async def _parse(self, body: bytes, kind: type[T], options: CallOptions) -> Parsed[T]:
        """The answer, a long one from the process for these. Raises JournalError."""
        if self._long_answers is None:
            return parse_body(body, kind)
        if len(body) <= PLAIN_BYTES and (parsed := parse_clean(body, kind)) is not None:
            return parsed
        if len(body) <= CLEANED_BYTES:
            return clean_and_parse(body, kind)
        try:
            async with asyncio.timeout(options.get("timeout") or self._timeout), self._one_long_answer:
                return await self._long_answers.parse(body, kind)
        except TimeoutError:
            # not a time-out of the journal, which has answered: its other calls go on
            raise JournalWrong("too-large", "the answer takes too long to be read") from None


def log_what_is_odd(parsed: Parsed[T], system_id: str, kind: type[T]) -> None:
    """One line about what an answer lost, with the places and no value: a value may name a child."""
    if not parsed.odd:
        return
    named = sorted(parsed.odd.items(), key=lambda found: -found[1])
    places = "; ".join(f"{place}: {count}" for place, count in named[:_PLACES_LOGGED])
    rest = len(named) - _PLACES_LOGGED
    _log.warning(
        "journal sends odd values: system=%s answer=%s left_out=%d places=%s%s",
        system_id,
        kind.__name__,
        parsed.left_out,
        places,
        f"; and {rest} more" if rest > 0 else "",
    )


@contextmanager
def _unknown_student() -> Iterator[None]:
    """A 404 from a method about a student means that there is no such student."""
    try:
        yield
    except NotThere as error:
        raise StudentUnknown(error.reason, error.sentence) from None


def _student_path(student_id: str, method: str) -> str:
    return f"/v1/students/{quote_segment(student_id)}/{method}"


def _query(window: Window) -> dict[str, str]:
    return {"from": window.first.isoformat(), "to": window.last.isoformat()}


def _check_student(answered: str, requested: str) -> None:
    if answered != requested:
        # no ids in the sentence: it is logged and shown on pages
        raise JournalWrong("wrong-student", "the answer is about another student and was discarded")


def _check_window(first: date, last: date, window: Window) -> None:
    if (first, last) != (window.first, window.last):
        raise JournalWrong("wrong-window", f"the answer is about {first} to {last} and was discarded")
