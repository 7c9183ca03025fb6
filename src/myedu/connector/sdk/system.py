"""What a vendor implements: a journal as a handful of functions."""

import inspect
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TypeVar, Union, cast

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


class JournalSystem(Protocol):
    """The required part. `None` means that nobody has this id; it is answered with 404.

    `from` and `to` of an answer repeat the window. What can't be answered now is raised as
    `ContractError(problem("unavailable"), retry_after=seconds)`.
    """

    def capabilities(self) -> Soon[SystemDescription]:
        """Cheap: asked at every request. The server adds its time and the exports that it serves."""
        ...

    def schedule(self, student_id: str, window: Window) -> Soon[Schedule | None]: ...
    def homework(self, student_id: str, window: Window) -> Soon[HomeworkList | None]: ...
    def marks(self, student_id: str, window: Window) -> Soon[Marks | None]: ...


class FileContent(msgspec.Struct, frozen=True):
    """An attachment: bytes, or the path of a file too large for memory."""

    name: str
    media_type: str
    content: bytes | Path


class WholeJournal(JournalSystem, Protocol):
    """Every function that the server knows. The optional ones are used when they are declared."""

    def today(self) -> date:
        """The system's own day, for a request without a window; without this function: the day in UTC."""
        ...

    def diary(self, student_id: str, window: Window) -> Soon[Diary | None]:
        """Without this function a declared diary is composed of the other answers."""
        ...

    def attendance(self, student_id: str, window: Window) -> Soon[AttendanceList | None]: ...
    def final_marks(self, student_id: str, academic_year: int) -> Soon[FinalMarks | None]: ...
    def teacher_schedule(self, teacher_id: str, window: Window) -> Soon[TeacherSchedule | None]: ...
    def file(self, file_id: str) -> Soon[FileContent | None]: ...

    def changes(self, since: str | None) -> Soon[Changes]:
        """Changes after a cursor. A cursor no longer kept: `ContractError(problem("cursor-gone"))`."""
        ...

    def put_meeting(self, lesson_id: str, meeting: Meeting) -> Soon[bool]:
        """False: no such lesson."""
        ...

    def put_presence(self, lesson_id: str, presence: Presence) -> Soon[bool]:
        """False: no such lesson."""
        ...

    def student_by_esia_oid(self, oid: str) -> Soon[str | None]:
        """The student's id; for the profile fgis-2021."""
        ...

    def teacher_by_esia_oid(self, oid: str) -> Soon[str | None]:
        """The teacher's id: the profile then answers with their timetable. May be left out."""
        ...


FUNCTIONS: dict[str, tuple[str, ...]] = {
    "attendance": ("attendance",),
    "final-marks": ("final_marks",),
    "teachers": ("teacher_schedule",),
    "files": ("file",),
    "changes": ("changes",),
    "meetings": ("put_meeting", "put_presence"),
    "fgis-2021": ("student_by_esia_oid",),
}
"""What a declared capability or profile needs of the system."""


class Misdeclared(Exception):
    """The system declares what it can't do; the message says what to write."""


async def call(function: Callable[..., Soon[T]], *arguments: Any) -> T:
    """Call a vendor's function, async or plain."""
    never_blocks = inspect.iscoroutinefunction(function)
    found = function(*arguments) if never_blocks else await anyio.to_thread.run_sync(function, *arguments)
    return cast(T, await found if inspect.isawaitable(found) else found)


def check_declared(system: JournalSystem, description: SystemDescription) -> None:
    """Raises Misdeclared where a declared capability has no function."""
    for name in (*description.capabilities, *description.profiles):
        for function in FUNCTIONS.get(name, ()):
            if not callable(getattr(system, function, None)):
                raise Misdeclared(
                    f"{type(system).__name__} declares {name!r} and has no function {function}(): "
                    f"write it or take {name!r} off capabilities()"
                )
