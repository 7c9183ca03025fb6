"""What a vendor implements: a journal as a handful of functions.

JournalSystem is required. Each of the other protocols is optional; a system implements the protocols of the
capabilities and profiles that it declares.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar, Union, cast, runtime_checkable

import anyio.to_thread
import msgspec

from myedu.contract.answers import (
    AttendanceList,
    Changes,
    Diary,
    FinalMarks,
    HomeworkList,
    Marks,
    Schedule,
    SystemDescription,
    TeacherSchedule,
)
from myedu.contract.meetings import Meeting, Presence
from myedu.contract.windows import Window

T = TypeVar("T")
Soon = Union[T, Awaitable[T]]  # noqa: UP007 - a generic alias
"""A vendor's function may be `async def` or a plain `def`; a plain one runs in a thread."""


@runtime_checkable
class JournalSystem(Protocol):
    """The required functions. None means that the id is unknown, and is answered with 404.

    `first_day` and `last_day` of an answer repeat the window. A system that can't answer now raises
    `ContractError(problem("unavailable"), retry_after=seconds)`.
    """

    def capabilities(self) -> Soon[SystemDescription]:
        """What the system declares. Must be cheap: called for every request, and not in a thread.

        The server adds its time and the exports that it serves.
        """
        ...

    def schedule(self, student_id: str, window: Window) -> Soon[Schedule | None]:
        """Lessons on days of the window."""
        ...

    def homework(self, student_id: str, window: Window) -> Soon[HomeworkList | None]:
        """Homework due in the window."""
        ...

    def marks(self, student_id: str, window: Window) -> Soon[Marks | None]:
        """Marks for days of the window."""
        ...


class FileContent(msgspec.Struct, frozen=True):
    """An attachment: its bytes, or the path of a file too large for memory."""

    name: str
    media_type: str
    content: bytes | Path


@runtime_checkable
class HasToday(Protocol):
    """A system with its own calendar day; without it, a request without a window means the day in UTC."""

    def today(self) -> date:
        """The current day in the system's time zone."""
        ...


@runtime_checkable
class HasDiary(Protocol):
    """A system with its own diary; without it, a declared diary is composed of the other answers."""

    def diary(self, student_id: str, window: Window) -> Soon[Diary | None]:
        """Lessons of the window with homework, marks and attendance."""
        ...


@runtime_checkable
class HasAttendance(Protocol):
    """For the capability attendance."""

    def attendance(self, student_id: str, window: Window) -> Soon[AttendanceList | None]:
        """Absences and late arrivals in the window."""
        ...


@runtime_checkable
class HasFinalMarks(Protocol):
    """For the capability final-marks."""

    def final_marks(self, student_id: str, academic_year: int) -> Soon[FinalMarks | None]:
        """Final marks of the year that begins in the calendar year `academic_year`."""
        ...


@runtime_checkable
class HasTeachers(Protocol):
    """For the capability teachers."""

    def teacher_schedule(self, teacher_id: str, window: Window) -> Soon[TeacherSchedule | None]:
        """Lessons of a teacher on days of the window."""
        ...


@runtime_checkable
class HasFiles(Protocol):
    """For the capability files."""

    def file(self, file_id: str) -> Soon[FileContent | None]:
        """An attachment of homework."""
        ...


@runtime_checkable
class HasChanges(Protocol):
    """For the capability changes."""

    def changes(self, since: str | None) -> Soon[Changes]:
        """Changes after a cursor.

        Raises `ContractError(problem("cursor-gone"))` for a cursor no longer kept.
        """
        ...


@runtime_checkable
class HasMeetings(Protocol):
    """For the capability meetings."""

    def put_meeting(self, lesson_id: str, meeting: Meeting) -> Soon[bool]:
        """Store the link of a video lesson. False if there is no such lesson."""
        ...

    def put_presence(self, lesson_id: str, presence: Presence) -> Soon[bool]:
        """Store who attended a video lesson. False if there is no such lesson."""
        ...


@runtime_checkable
class HasEsiaStudents(Protocol):
    """For the profile fgis-2021."""

    def student_by_esia_oid(self, oid: str) -> Soon[str | None]:
        """The id of the student with this ESIA account."""
        ...


@runtime_checkable
class HasEsiaTeachers(Protocol):
    """Optional in the profile fgis-2021: with it, teachers get their timetable too."""

    def teacher_by_esia_oid(self, oid: str) -> Soon[str | None]:
        """The id of the teacher with this ESIA account."""
        ...


class WholeJournal(
    JournalSystem,
    HasToday,
    HasDiary,
    HasAttendance,
    HasFinalMarks,
    HasTeachers,
    HasFiles,
    HasChanges,
    HasMeetings,
    HasEsiaStudents,
    HasEsiaTeachers,
    Protocol,
):
    """Every function that the server knows."""


class OptionalParts(msgspec.Struct, frozen=True, kw_only=True):
    """The same system under each optional protocol; None if it doesn't implement the protocol.

    Found once, when the server starts: a check by a runtime protocol takes microseconds, too many for each
    request.
    """

    today: HasToday | None
    diary: HasDiary | None
    attendance: HasAttendance | None
    final_marks: HasFinalMarks | None
    teachers: HasTeachers | None
    files: HasFiles | None
    changes: HasChanges | None
    meetings: HasMeetings | None
    esia_students: HasEsiaStudents | None
    esia_teachers: HasEsiaTeachers | None


def optional_parts(system: JournalSystem) -> OptionalParts:
    """The optional protocols that a system implements."""
    return OptionalParts(
        today=system if isinstance(system, HasToday) else None,
        diary=system if isinstance(system, HasDiary) else None,
        attendance=system if isinstance(system, HasAttendance) else None,
        final_marks=system if isinstance(system, HasFinalMarks) else None,
        teachers=system if isinstance(system, HasTeachers) else None,
        files=system if isinstance(system, HasFiles) else None,
        changes=system if isinstance(system, HasChanges) else None,
        meetings=system if isinstance(system, HasMeetings) else None,
        esia_students=system if isinstance(system, HasEsiaStudents) else None,
        esia_teachers=system if isinstance(system, HasEsiaTeachers) else None,
    )


class _Need(msgspec.Struct, frozen=True):
    """What declaring a capability or profile requires of a system."""

    part: Callable[[OptionalParts], object | None]
    functions: tuple[str, ...]


_NEEDS: Mapping[str, _Need] = {
    "attendance": _Need(lambda parts: parts.attendance, ("attendance",)),
    "final-marks": _Need(lambda parts: parts.final_marks, ("final_marks",)),
    "teachers": _Need(lambda parts: parts.teachers, ("teacher_schedule",)),
    "files": _Need(lambda parts: parts.files, ("file",)),
    "changes": _Need(lambda parts: parts.changes, ("changes",)),
    "meetings": _Need(lambda parts: parts.meetings, ("put_meeting", "put_presence")),
    "fgis-2021": _Need(lambda parts: parts.esia_students, ("student_by_esia_oid",)),
}


class Misdeclared(Exception):
    """The system declares what it doesn't implement; the message says what to write."""


def check_declared(system: JournalSystem, parts: OptionalParts, description: SystemDescription) -> None:
    """Raises Misdeclared if a declared capability or profile has no function."""
    for name in (*description.capabilities, *description.profiles):
        need = _NEEDS.get(name)
        if need is None or need.part(parts) is not None:
            continue
        missing = [function for function in need.functions if function not in dir(system)]
        function = (missing or need.functions)[0]
        raise Misdeclared(
            f"{type(system).__name__} declares {name!r} and has no function {function}(): "
            f"write it or remove {name!r} from capabilities()"
        )


async def call_vendor(function: Callable[..., Soon[T]], *arguments: object) -> T:
    """The result of a vendor's function, async or plain; a plain one runs in a thread."""
    is_async = inspect.iscoroutinefunction(function)
    result = function(*arguments) if is_async else await anyio.to_thread.run_sync(function, *arguments)
    return cast(T, await result if inspect.isawaitable(result) else result)
