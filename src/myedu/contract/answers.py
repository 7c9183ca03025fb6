"""The answers of the journal's methods, one struct a method."""

from datetime import date
from typing import Annotated

import msgspec

from myedu.contract import CONTRACT_VERSION
from myedu.contract.school import Attendance, DiaryLesson, FinalMark, Homework, Lesson, Mark, Ref
from myedu.contract.windows import MAX_WINDOW_DAYS
from myedu.contract.wire import Count, Id, Instant, Line, Name, Url, Wire, code

CAPABILITIES = ("diary", "attendance", "final-marks", "teachers", "files", "changes", "meetings", "exports")
PROFILES = ("fgis-2021",)


class SystemInfo(Wire, frozen=True, kw_only=True):
    """Which system this is."""

    vendor: Name
    product: Name
    version: Name


class Limits(Wire, frozen=True, kw_only=True):
    """The limits of a system. `requests_per_second` null: not declared."""

    window_days: int = MAX_WINDOW_DAYS
    requests_per_second: float | None = None
    answer_bytes: int = 4 * 1024 * 1024


class SystemDescription(Wire, frozen=True, kw_only=True, omit_defaults=False):
    """What a system says about itself. Optional features aren't guessed: they are declared here."""

    system: SystemInfo
    contract: str = CONTRACT_VERSION
    capabilities: tuple[Annotated[str, code(*CAPABILITIES)], ...] = ()
    profiles: tuple[Annotated[str, code(*PROFILES)], ...] = ()
    limits: Limits = Limits()


class Capabilities(SystemDescription, frozen=True, kw_only=True, omit_defaults=False):
    """`GET /v1/capabilities`: the description, and the system's own clock."""

    server_time: Instant


class Answer(Wire, frozen=True, kw_only=True, rename={"first_day": "from", "last_day": "to"}):
    """The common fields of answers about days: the window as requested, the IANA time zone of the school.

    The list that an answer is about is required even if it is empty: a misspelt name must not read as a
    week without lessons. `left_out`: how many entries are missing here because a program on the way, the
    journal's or the reader's, could not read them or found more than contract.bounds allows; None: none.
    """

    first_day: date
    last_day: date
    time_zone: Name
    left_out: Count | None = None


class StudentAnswer(Answer, frozen=True, kw_only=True):
    """`organization` and `group` name the school and the class, for readers without the export."""

    student_id: Id
    organization: Ref | None = None
    group: Ref | None = None


class Schedule(StudentAnswer, frozen=True, kw_only=True):
    """Lessons of the window."""

    lessons: tuple[Lesson, ...]


class HomeworkList(StudentAnswer, frozen=True, kw_only=True):
    """Homework due in the window."""

    homework: tuple[Homework, ...]


class Marks(StudentAnswer, frozen=True, kw_only=True):
    """Marks of the window."""

    marks: tuple[Mark, ...]


class AttendanceList(StudentAnswer, frozen=True, kw_only=True):
    """Absences and lateness of the window."""

    attendance: tuple[Attendance, ...]


class Diary(StudentAnswer, frozen=True, kw_only=True):
    """A week in one request. `homework` and `marks` hold those that belong to no lesson of the window."""

    lessons: tuple[DiaryLesson, ...]
    homework: tuple[Homework, ...] = ()
    marks: tuple[Mark, ...] = ()


class FinalMarks(Wire, frozen=True, kw_only=True):
    """Final marks of an academic year, by its first calendar year."""

    student_id: Id
    academic_year: int
    final_marks: tuple[FinalMark, ...]


class TeacherSchedule(Answer, frozen=True, kw_only=True):
    """Lessons of a teacher in the window."""

    teacher_id: Id
    organization: Ref | None = None
    lessons: tuple[Lesson, ...]


class FileLink(Wire, frozen=True, kw_only=True):
    """`GET /v1/files/{id}`: where a person may fetch the attachment, without a token, until `expires_at`."""

    url: Url
    expires_at: Instant
    name: Name
    size: Count | None = None  # bytes
    media_type: Line | None = None


class Change(Wire, frozen=True, kw_only=True):
    """A student whose diary changed. `what` names the methods to call again."""

    student_id: Id
    what: tuple[Annotated[str, code("schedule", "homework", "marks", "attendance", "final-marks")], ...] = ()
    first_day: date | None = None
    last_day: date | None = None


Cursor = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[!-~]+$(?!\n)")]


class Changes(Wire, frozen=True, kw_only=True):
    """Changes since a cursor. Pass `cursor` back as `since`; `more`: there are more to fetch at once."""

    cursor: Cursor
    changes: tuple[Change, ...]
    more: bool = False


class Token(Wire, frozen=True, kw_only=True, omit_defaults=False):
    """`POST /oauth2/token` (RFC 6749 §5.1)."""

    access_token: str
    expires_in: int  # seconds
    token_type: str = "Bearer"  # noqa: S105
