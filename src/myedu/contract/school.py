"""The school day: lessons, homework, marks, attendance."""

from datetime import date
from typing import Annotated

import msgspec

from myedu.contract.bounds import (
    MOST_ABSENCES,
    MOST_FILES,
    MOST_LINKS,
    MOST_MARKS_OF_LESSON,
    MOST_TASKS_OF_LESSON,
    MOST_TEACHERS,
)
from myedu.contract.wire import Count, Id, Instant, Line, Name, Text, Url, Wire, code

LESSON_STATUSES = ("planned", "held", "cancelled", "moved")
LESSON_KINDS = ("lesson", "extra")
MARK_SCALES = ("5", "10", "12", "100", "pass", "text")
ATTENDANCE_CODES = ("absent", "excused", "ill", "late", "exempt")
"""The union of the journals' codes, see docs/exchange; adapters map their own (УП, НП, ОТ …) to these."""
FINAL_MARK_KINDS = ("period", "year", "exam", "final")
WORK_KINDS = (
    "answer", "homework", "test", "independent", "control", "practical", "laboratory", "dictation",
    "essay", "retelling", "project", "report", "credit",
)  # fmt: skip


class Ref(Wire, frozen=True, kw_only=True):
    """A reference: an id in the journal and the name that people use."""

    id: Id
    name: Name


class Link(Wire, frozen=True, kw_only=True):
    """A link to learning material."""

    name: Name
    url: Url


class Attachment(Wire, frozen=True, kw_only=True):
    """A file of the journal, fetched through `GET /v1/files/{id}`."""

    id: Id
    name: Name
    size: Count | None = None  # bytes
    media_type: Line | None = None


class Replacement(Wire, frozen=True, kw_only=True):
    """What was planned instead of a lesson. The room alone makes no substitution."""

    subject: Ref | None = None
    teacher: Ref | None = None
    lesson_id: Id | None = None
    room: Line | None = None


class Lesson(Wire, frozen=True, kw_only=True):
    """One lesson of one group. Several may share a number (subgroups) and a time."""

    id: Id
    subject: Ref
    starts_at: Instant
    ends_at: Instant
    number: Annotated[int, msgspec.Meta(ge=0, le=1_000)] | None = None
    kind: Annotated[str, code(*LESSON_KINDS)] = "lesson"
    status: Annotated[str, code(*LESSON_STATUSES)] = "planned"
    group: Ref | None = None
    room: Line | None = None
    topic: Text | None = None
    teachers: Annotated[tuple[Ref, ...], msgspec.Meta(max_length=MOST_TEACHERS)] = ()
    replaces: Replacement | None = None
    online: Url | None = None

    @property
    def is_substitution(self) -> bool:
        """Whether more than the room is other than planned."""
        planned = self.replaces
        if planned is None:
            return False
        return planned.room is None or any((planned.subject, planned.teacher, planned.lesson_id))

    @property
    def planned_room(self) -> str | None:
        """The room it was planned in; None if that is where it is, or if either isn't known."""
        planned = self.replaces.room if self.replaces else None
        return planned if self.room and planned != self.room else None


class Homework(Wire, frozen=True, kw_only=True):
    """A task. `none` means «не задано»; no homework at all means that it hasn't been entered yet."""

    id: Id
    subject: Ref
    due_on: date
    lesson_id: Id | None = None  # the lesson it is due at
    set_lesson_id: Id | None = None
    set_on: date | None = None
    text: Text = ""
    none: bool = False
    individual: bool = False
    minutes: Count | None = None
    materials: Annotated[tuple[Link, ...], msgspec.Meta(max_length=MOST_LINKS)] = ()
    attachments: Annotated[tuple[Attachment, ...], msgspec.Meta(max_length=MOST_FILES)] = ()


class Work(Wire, frozen=True, kw_only=True):
    """What a mark is for. An unknown kind passes through; `name` is the teacher's own title."""

    kind: Annotated[str, code(*WORK_KINDS)] = "answer"
    name: Name | None = None


_Weight = Annotated[float, msgspec.Meta(ge=0, le=10_000, extra={"when_odd": 0.0})]
"""A mark whose weight can't be read counts nowhere: 1, the default, would change an average."""
_Position = Annotated[int, msgspec.Meta(ge=0, le=100, extra={"when_odd": 1})]


class Mark(Wire, frozen=True, kw_only=True):
    """A mark is a string on a named scale: "5", "зч", "н/а", "4+"."""

    id: Id
    subject: Ref
    day: date
    value: Annotated[str, code()]
    scale: Annotated[str, code(*MARK_SCALES)] = "5"
    weight: _Weight = 1.0
    lesson_id: Id | None = None
    work: Work = Work()
    position: _Position = 1  # 1-based place in a two-part mark such as «5/4»
    comment: Text | None = None
    counts: bool = True  # in the average
    set_at: Instant | None = None
    updated_at: Instant | None = None


class Attendance(Wire, frozen=True, kw_only=True):
    """Absence or lateness; presence itself is not sent."""

    lesson_id: Id
    code: Annotated[str, code(*ATTENDANCE_CODES)]
    day: date
    subject: Ref | None = None
    reason: Text | None = None
    minutes: Count | None = None  # of lateness


class FinalMark(Wire, frozen=True, kw_only=True):
    """A mark for a period, a year or an exam; `average` as the journal computed it."""

    id: Id
    subject: Ref
    kind: Annotated[str, code(*FINAL_MARK_KINDS)]
    value: Annotated[str, code()]
    period: Ref | None = None
    academic_year: int | None = None  # first calendar year
    scale: Annotated[str, code(*MARK_SCALES)] = "5"
    average: Annotated[float, msgspec.Meta(ge=0, le=10_000)] | None = None
    set_by: Annotated[str, code("teacher", "computed")] = "teacher"


class DiaryLesson(Wire, frozen=True, kw_only=True):
    """A lesson with its homework, marks and attendance."""

    lesson: Lesson
    homework: Annotated[tuple[Homework, ...], msgspec.Meta(max_length=MOST_TASKS_OF_LESSON)] = ()
    marks: Annotated[tuple[Mark, ...], msgspec.Meta(max_length=MOST_MARKS_OF_LESSON)] = ()
    attendance: Annotated[tuple[Attendance, ...], msgspec.Meta(max_length=MOST_ABSENCES)] = ()
