"""What the journal's methods answer. One struct a method."""

from datetime import date
from typing import Annotated

import msgspec

from myedu.contract import CONTRACT_VERSION
from myedu.contract.school import Attendance, DiaryLesson, FinalMark, Homework, Lesson, Mark, Ref
from myedu.contract.windows import MAX_WINDOW_DAYS
from myedu.contract.wire import Id, Instant, Name, Url, Wire, code

CAPABILITIES = ("diary", "attendance", "final-marks", "teachers", "files", "changes", "meetings", "exports")
PROFILES = ("fgis-2021",)


class SystemInfo(Wire, frozen=True, kw_only=True):
    vendor: Name
    product: Name
    version: Name


class Limits(Wire, frozen=True, kw_only=True):
    window_days: int = MAX_WINDOW_DAYS
    requests_per_second: float | None = None
    answer_bytes: int = 4 * 1024 * 1024


class SystemDescription(Wire, frozen=True, kw_only=True, omit_defaults=False):
    """What a system says of itself: nothing optional is guessed, it is declared here."""

    system: SystemInfo
    contract: str = CONTRACT_VERSION
    capabilities: tuple[Annotated[str, code(*CAPABILITIES)], ...] = ()
    profiles: tuple[Annotated[str, code(*PROFILES)], ...] = ()
    limits: Limits = Limits()


class Capabilities(SystemDescription, frozen=True, kw_only=True, omit_defaults=False):
    """`GET /v1/capabilities`: the description, and the system's own clock."""

    server_time: Instant


class Answer(Wire, frozen=True, kw_only=True, rename={"first_day": "from", "last_day": "to"}):
    """What all answers about days share: which days, whose clock (IANA zone of the school).

    `from` and `to` repeat the window asked for. The list that an answer is about is required, also
    when it is empty: a misspelt name must not read as a week without lessons.
    """

    first_day: date
    last_day: date
    time_zone: Name


class StudentAnswer(Answer, frozen=True, kw_only=True):
    """`organization` and `group` name the school and the class, for readers without the export."""

    student_id: Id
    organization: Ref | None = None
    group: Ref | None = None


class Schedule(StudentAnswer, frozen=True, kw_only=True):
    lessons: tuple[Lesson, ...]


class HomeworkList(StudentAnswer, frozen=True, kw_only=True):
    """Homework due in the window."""

    homework: tuple[Homework, ...]


class Marks(StudentAnswer, frozen=True, kw_only=True):
    marks: tuple[Mark, ...]


class AttendanceList(StudentAnswer, frozen=True, kw_only=True):
    attendance: tuple[Attendance, ...]


class Diary(StudentAnswer, frozen=True, kw_only=True):
    """One trip for a week. `homework` and `marks` hold what belongs to no lesson of the window."""

    lessons: tuple[DiaryLesson, ...]
    homework: tuple[Homework, ...] = ()
    marks: tuple[Mark, ...] = ()


class FinalMarks(Wire, frozen=True, kw_only=True):
    student_id: Id
    academic_year: int
    final_marks: tuple[FinalMark, ...]


class TeacherSchedule(Answer, frozen=True, kw_only=True):
    teacher_id: Id
    organization: Ref | None = None
    lessons: tuple[Lesson, ...]


class FileLink(Wire, frozen=True, kw_only=True):
    """`GET /v1/files/{id}`: where a person may fetch the attachment, without a token, until `expires_at`."""

    url: Url
    expires_at: Instant
    name: Name
    size: int | None = None  # bytes
    media_type: str | None = None


class Change(Wire, frozen=True, kw_only=True):
    """A student whose diary changed: `what` names the methods to ask again."""

    student_id: Id
    what: tuple[Annotated[str, code("schedule", "homework", "marks", "attendance", "final-marks")], ...] = ()
    first_day: date | None = None
    last_day: date | None = None


Cursor = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[!-~]+$(?!\n)")]


class Changes(Wire, frozen=True, kw_only=True):
    """`cursor` is given back as `since`; `more` says that there is more to fetch right now."""

    cursor: Cursor
    changes: tuple[Change, ...]
    more: bool = False


class Token(Wire, frozen=True, kw_only=True, omit_defaults=False):
    """`POST /oauth2/token` (RFC 6749 §5.1)."""

    access_token: str
    expires_in: int  # seconds
    token_type: str = "Bearer"  # noqa: S105
