"""What the journal's methods answer. One struct a method."""

from datetime import date
from typing import Annotated

from myedu.contract import CONTRACT_VERSION
from myedu.contract.school import Attendance, DiaryLesson, FinalMark, Homework, Lesson, Mark
from myedu.contract.windows import MAX_WINDOW_DAYS
from myedu.contract.wire import Id, Instant, Name, Wire, code

CAPABILITIES = ("diary", "attendance", "final-marks", "teachers", "files", "changes", "meetings", "exports")
PROFILES = ("fgis-2021",)


class SystemInfo(Wire, kw_only=True):
    vendor: Name
    product: Name
    version: Name


class Limits(Wire, kw_only=True):
    window_days: int = MAX_WINDOW_DAYS
    requests_per_second: float | None = None
    answer_bytes: int = 4 * 1024 * 1024


class Capabilities(Wire, kw_only=True, omit_defaults=False):
    """`GET /v1/capabilities`: nothing optional is guessed, it is declared here."""

    system: SystemInfo
    server_time: Instant
    contract: str = CONTRACT_VERSION
    capabilities: tuple[Annotated[str, code(*CAPABILITIES)], ...] = ()
    profiles: tuple[Annotated[str, code(*PROFILES)], ...] = ()
    limits: Limits = Limits()


class Answer(Wire, kw_only=True, rename={"first_day": "from", "last_day": "to"}):
    """What all answers about days share: whom, which days, whose clock (IANA zone of the school)."""

    first_day: date
    last_day: date
    time_zone: Name


class Schedule(Answer, kw_only=True):
    student_id: Id
    lessons: tuple[Lesson, ...] = ()


class HomeworkList(Answer, kw_only=True):
    """Homework due in the window."""

    student_id: Id
    homework: tuple[Homework, ...] = ()


class Marks(Answer, kw_only=True):
    student_id: Id
    marks: tuple[Mark, ...] = ()


class AttendanceList(Answer, kw_only=True):
    student_id: Id
    attendance: tuple[Attendance, ...] = ()


class Diary(Answer, kw_only=True):
    """One trip for a week. `homework` and `marks` hold what belongs to no lesson of the window."""

    student_id: Id
    lessons: tuple[DiaryLesson, ...] = ()
    homework: tuple[Homework, ...] = ()
    marks: tuple[Mark, ...] = ()


class FinalMarks(Wire, kw_only=True):
    student_id: Id
    academic_year: int
    final_marks: tuple[FinalMark, ...] = ()


class TeacherSchedule(Answer, kw_only=True):
    teacher_id: Id
    lessons: tuple[Lesson, ...] = ()


class Change(Wire, kw_only=True):
    """A student whose diary changed: `what` names the methods to ask again."""

    student_id: Id
    what: tuple[Annotated[str, code("schedule", "homework", "marks", "attendance", "final-marks")], ...] = ()
    first_day: date | None = None
    last_day: date | None = None


class Changes(Wire, kw_only=True):
    cursor: Annotated[str, code()]
    changes: tuple[Change, ...] = ()
    more: bool = False


class Token(Wire, kw_only=True, omit_defaults=False):
    """`POST /oauth2/token` (RFC 6749 §5.1)."""

    access_token: str
    expires_in: int  # seconds
    token_type: str = "Bearer"  # noqa: S105
