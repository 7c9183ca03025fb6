"""A school's records as rows: what generators and importers make and a journal stores.

The nine tables of the roster are the contract's own (`myedu.contract.tables`). The structs here are the
tables of the school day, which the exchange carries inside answers only (`myedu.contract.school`). One struct
a table, its fields are the columns. They stand below the programs: the generator (`myedu.invented`) must not
import a journal.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

import msgspec

from myedu.contract import tables as roster


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a table of the school day."""


class BellSchedule(Record, frozen=True, kw_only=True):
    """When lessons begin: a school has one for each shift, and one for the first grade."""

    id: str
    organization_id: str
    name: str
    shift: int = 1


class Bell(Record, frozen=True, kw_only=True):
    """When a lesson begins and ends, in local time. A break may cut a lesson in two: `part` counts from 1."""

    bell_schedule_id: str
    number: int
    starts: time
    ends: time
    part: int = 1


class GroupBells(Record, frozen=True, kw_only=True):
    """Which bells a class keeps; subgroups keep those of their class."""

    group_id: str
    bell_schedule_id: str


class TimetableEntry(Record, frozen=True, kw_only=True):
    """One lesson of the weekly timetable; weekday 1 is Monday."""

    id: str
    group_id: str
    subject_id: str
    staff_id: str | None
    weekday: int
    number: int
    starts_on: date
    ends_on: date
    room: str | None = None


class Lesson(Record, frozen=True, kw_only=True):
    """One lesson of one group. `replaces_…`: what was planned instead."""

    id: str
    updated_at: datetime
    group_id: str
    subject_id: str
    day: date
    starts_at: datetime
    ends_at: datetime
    number: int | None = None
    kind: str = "lesson"
    status: str = "planned"
    room: str | None = None
    topic: str | None = None
    online: str | None = None
    online_title: str | None = None
    replaces_subject_id: str | None = None
    replaces_staff_id: str | None = None
    replaces_lesson_id: str | None = None
    replaces_room: str | None = None


class LessonTeacher(Record, frozen=True, kw_only=True):
    """A teacher of a lesson, who may be one of several."""

    lesson_id: str
    staff_id: str


class File(Record, frozen=True, kw_only=True):
    """An attachment with its bytes."""

    id: str
    name: str
    media_type: str
    content: bytes


class Homework(Record, frozen=True, kw_only=True):
    """A task due on a day; with `person_id`, for that pupil only.

    `none=True` and an empty text: the teacher entered «не задано».
    """

    id: str
    updated_at: datetime
    group_id: str
    subject_id: str
    due_on: date
    lesson_id: str | None = None
    set_lesson_id: str | None = None
    set_on: date | None = None
    text: str = ""
    none: bool = False
    person_id: str | None = None
    minutes: int | None = None


class HomeworkLink(Record, frozen=True, kw_only=True):
    """A link to a material, in the order of `position`, from 1."""

    homework_id: str
    position: int
    name: str
    url: str


class HomeworkFile(Record, frozen=True, kw_only=True):
    """A file attached to a homework."""

    homework_id: str
    file_id: str


class Mark(Record, frozen=True, kw_only=True):
    """A mark: a string on a named scale. `position` counts from 1 in a two-part mark such as «5/4»."""

    id: str
    updated_at: datetime
    person_id: str
    subject_id: str
    day: date
    value: str
    scale: str = "5"
    weight: float = 1.0
    lesson_id: str | None = None
    work_kind: str = "answer"
    work_name: str | None = None
    position: int = 1
    comment: str | None = None
    counts: bool = True
    set_at: datetime | None = None


class Attendance(Record, frozen=True, kw_only=True):
    """Absence or lateness at a lesson; a pupil who was present has no row. `minutes` are of lateness."""

    person_id: str
    lesson_id: str
    day: date
    code: str
    reason: str | None = None
    minutes: int | None = None


class FinalMark(Record, frozen=True, kw_only=True):
    """A mark for a period, a year or an exam; `academic_year` is its first calendar year."""

    id: str
    updated_at: datetime
    person_id: str
    subject_id: str
    academic_year: int
    kind: str
    value: str
    period_id: str | None = None
    scale: str = "5"
    average: float | None = None
    set_by: str = "teacher"


AnyRow = roster.Row | Record

Batch = Mapping[str, Iterable[AnyRow]]
"""Table → rows. A batch refers only to itself and to batches before it."""

TABLES: dict[str, type[AnyRow]] = {
    **roster.TABLES,
    "bell_schedules": BellSchedule,
    "bells": Bell,
    "group_bells": GroupBells,
    "timetable": TimetableEntry,
    "lessons": Lesson,
    "lesson_teachers": LessonTeacher,
    "files": File,
    "homework": Homework,
    "homework_links": HomeworkLink,
    "homework_files": HomeworkFile,
    "marks": Mark,
    "attendance": Attendance,
    "final_marks": FinalMark,
}
"""In the order in which references can be resolved."""


def columns(table: str) -> tuple[str, ...]:
    """A table's columns in the order of the struct, without `deleted`, which stands in deltas only."""
    return tuple(field for field in TABLES[table].__struct_fields__ if field != "deleted")
