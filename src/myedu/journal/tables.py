"""The journal's tables as structs: what generators and loaders make and COPY takes in.

The roster's nine tables are the contract's own (`myedu.contract.tables`); these are the school day's.
"""

from datetime import date, datetime, time

import msgspec

from myedu.contract import tables as roster


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a table of the school day; its fields are the columns."""


class BellSchedule(Record, frozen=True, kw_only=True):
    id: str
    organization_id: str
    name: str
    shift: int = 1


class Bell(Record, frozen=True, kw_only=True):
    bell_schedule_id: str
    number: int
    starts: time  # local
    ends: time
    part: int = 1


class GroupBells(Record, frozen=True, kw_only=True):
    group_id: str
    bell_schedule_id: str


class TimetableEntry(Record, frozen=True, kw_only=True):
    """One lesson of the weekly plan; weekday 1 is Monday."""

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


class LessonTeacher(Record, frozen=True, kw_only=True):
    lesson_id: str
    staff_id: str


class File(Record, frozen=True, kw_only=True):
    id: str
    name: str
    media_type: str
    content: bytes


class Homework(Record, frozen=True, kw_only=True):
    """`none=True` and an empty text: the teacher said «не задано»."""

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
    homework_id: str
    position: int
    name: str
    url: str


class HomeworkFile(Record, frozen=True, kw_only=True):
    homework_id: str
    file_id: str


class Mark(Record, frozen=True, kw_only=True):
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
    person_id: str
    lesson_id: str
    day: date
    code: str
    reason: str | None = None
    minutes: int | None = None


class FinalMark(Record, frozen=True, kw_only=True):
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

TABLE_OF: dict[type[AnyRow], str] = {struct: table for table, struct in TABLES.items()}


def columns(table: str) -> tuple[str, ...]:
    """A table's columns. `deleted` speaks in deltas only and is no column of the roster."""
    return tuple(field for field in TABLES[table].__struct_fields__ if field != "deleted")
