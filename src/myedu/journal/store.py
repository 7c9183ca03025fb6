"""The rows of the journal's queries, and their translation into the contract's structs."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from myedu.contract import school
from myedu.contract.school import Attachment, Link, Ref, Replacement, Work
from myedu.kit.sql import load_queries

queries = load_queries("myedu.journal")


class StudentRow(msgspec.Struct, frozen=True):
    """A pupil with the school and class of the present, else the last, enrollment."""

    id: str
    organization_id: str
    organization_name: str
    time_zone: str
    group_id: str
    group_name: str


class TeacherRow(msgspec.Struct, frozen=True):
    """A post of a teacher with its school."""

    id: str
    organization_id: str
    organization_name: str
    time_zone: str


class LessonRow(msgspec.Struct, frozen=True):
    """A lesson with the names of what it refers to. `teachers` are posts, ordered by id."""

    id: str
    subject_id: str
    subject_name: str
    group_id: str
    group_name: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    number: int | None
    kind: str
    status: str
    room: str | None
    topic: str | None
    online: str | None
    replaces_lesson_id: str | None
    replaces_room: str | None
    replaces_subject_id: str | None
    replaces_subject_name: str | None
    replaces_teacher_id: str | None
    replaces_last_name: str | None
    replaces_first_name: str | None
    replaces_middle_name: str | None
    teachers: tuple[Ref, ...]


class HomeworkRow(msgspec.Struct, frozen=True):
    """A task with its links and files. `individual`: set for this pupil only."""

    id: str
    subject_id: str
    subject_name: str
    due_on: date
    lesson_id: str | None
    set_lesson_id: str | None
    set_on: date | None
    text: str
    none: bool
    individual: bool
    minutes: int | None
    materials: tuple[Link, ...]
    attachments: tuple[Attachment, ...]


class MarkRow(msgspec.Struct, frozen=True):
    """A mark with the name of its subject."""

    id: str
    subject_id: str
    subject_name: str
    day: date
    value: str
    scale: str
    weight: float
    lesson_id: str | None
    work_kind: str
    work_name: str | None
    position: int
    comment: str | None
    counts: bool
    set_at: datetime | None
    updated_at: datetime


class AttendanceRow(msgspec.Struct, frozen=True):
    """Absence or lateness at a lesson; `minutes` are of lateness."""

    lesson_id: str
    code: str
    day: date
    subject_id: str
    subject_name: str
    reason: str | None
    minutes: int | None


class FinalMarkRow(msgspec.Struct, frozen=True):
    """A mark for a period, a year or an exam."""

    id: str
    subject_id: str
    subject_name: str
    kind: str
    value: str
    period_id: str | None
    period_name: str | None
    academic_year: int
    scale: str
    average: float | None
    set_by: str


class FileRow(msgspec.Struct, frozen=True):
    """An attachment with its bytes."""

    name: str
    media_type: str
    content: bytes


class ChangeRow(msgspec.Struct, frozen=True):
    """An entry of the feed of changes; (xid, seq) is its place, `first_day` to `last_day` what changed."""

    xid: str
    seq: str
    person_id: str
    what: str
    first_day: date | None
    last_day: date | None


def to_lesson(row: LessonRow) -> school.Lesson:
    """The contract's lesson; its instants carry the offset of the lesson's school."""
    zone = ZoneInfo(row.time_zone)
    return school.Lesson(
        id=row.id,
        subject=Ref(id=row.subject_id, name=row.subject_name),
        starts_at=row.starts_at.astimezone(zone),
        ends_at=row.ends_at.astimezone(zone),
        number=row.number,
        kind=row.kind,
        status=row.status,
        group=Ref(id=row.group_id, name=row.group_name),
        room=row.room,
        topic=row.topic,
        teachers=row.teachers,
        replaces=_replacement(row),
        online=row.online,
    )


def _replacement(row: LessonRow) -> Replacement | None:
    subject, teacher = None, None
    if row.replaces_subject_id and row.replaces_subject_name:
        subject = Ref(id=row.replaces_subject_id, name=row.replaces_subject_name)
    if row.replaces_teacher_id:
        parts = (row.replaces_last_name, row.replaces_first_name, row.replaces_middle_name)
        teacher = Ref(id=row.replaces_teacher_id, name=" ".join(filter(None, parts)))
    if not (subject or teacher or row.replaces_lesson_id or row.replaces_room):
        return None
    return Replacement(
        subject=subject, teacher=teacher, lesson_id=row.replaces_lesson_id, room=row.replaces_room
    )


def to_homework(row: HomeworkRow) -> school.Homework:
    """The contract's homework of a row."""
    return school.Homework(
        id=row.id,
        subject=Ref(id=row.subject_id, name=row.subject_name),
        due_on=row.due_on,
        lesson_id=row.lesson_id,
        set_lesson_id=row.set_lesson_id,
        set_on=row.set_on,
        text=row.text,
        none=row.none,
        individual=row.individual,
        minutes=row.minutes,
        materials=row.materials,
        attachments=row.attachments,
    )


def to_mark(row: MarkRow, zone: ZoneInfo) -> school.Mark:
    """The contract's mark; its instants carry the offset of `zone`, the school's."""
    return school.Mark(
        id=row.id,
        subject=Ref(id=row.subject_id, name=row.subject_name),
        day=row.day,
        value=row.value,
        scale=row.scale,
        weight=row.weight,
        lesson_id=row.lesson_id,
        work=Work(kind=row.work_kind, name=row.work_name),
        position=row.position,
        comment=row.comment,
        counts=row.counts,
        set_at=row.set_at.astimezone(zone) if row.set_at else None,
        updated_at=row.updated_at.astimezone(zone),
    )


def to_attendance(row: AttendanceRow) -> school.Attendance:
    """The contract's attendance of a row."""
    return school.Attendance(
        lesson_id=row.lesson_id,
        code=row.code,
        day=row.day,
        subject=Ref(id=row.subject_id, name=row.subject_name),
        reason=row.reason,
        minutes=row.minutes,
    )


def to_final_mark(row: FinalMarkRow) -> school.FinalMark:
    """The contract's final mark; `period` is None for a mark of no period."""
    period = None
    if row.period_id and row.period_name:
        period = Ref(id=row.period_id, name=row.period_name)
    return school.FinalMark(
        id=row.id,
        subject=Ref(id=row.subject_id, name=row.subject_name),
        kind=row.kind,
        value=row.value,
        period=period,
        academic_year=row.academic_year,
        scale=row.scale,
        average=row.average,
        set_by=row.set_by,
    )
