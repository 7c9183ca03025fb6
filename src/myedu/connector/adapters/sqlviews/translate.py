"""Queries to the views, made of the columns that the vendor's views have; rows of views as rows of the SDK.

Ids are compared without a cast, so that the database's indexes are used. A numeric id is passed both as text
and as a number, because SQLite compares by type; to PostgreSQL, which doesn't, the source passes two texts.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from myedu.connector.adapters.sqlviews.models import (
    ATTENDANCE,
    EXPORTED,
    FINAL_MARKS,
    HOMEWORK,
    LESSONS,
    MARKS,
    View,
)
from myedu.connector.simple.rows import without_padding
from myedu.contract.placeholders import filled, is_placeholder

ViewRow = dict[str, Any]
"""Column of a view → its value; Any, because a database may return anything."""
Value = str | int

Columns = Mapping[str, frozenset[str]]
"""View → its columns; only views that the vendor has."""

_LONGEST_NUMBER = 18  # digits: nineteen may exceed a bigint


class Query(NamedTuple):
    """A statement with the values of its `?`, and the view to name in errors."""

    view: View
    statement: str
    values: list[Value]


def student(columns: Columns, student_id: str) -> Query:
    """All enrollments of a student with school and group, in no particular order."""
    same, values = _same("e.person_id", student_id)
    ends = _has(columns, "v_enrollments", "ends_on", "e.")
    zone = _has(columns, "v_organizations", "time_zone", "o.")
    return Query(
        EXPORTED["enrollments"],
        f"SELECT e.person_id, e.organization_id, o.name AS organization, e.group_id, g.name AS group_name,"  # noqa: S608
        f" {zone} AS time_zone, e.starts_on, {ends} AS ends_on, g.kind AS group_kind"
        " FROM v_enrollments e JOIN v_organizations o ON o.id = e.organization_id"
        f" JOIN v_groups g ON g.id = e.group_id WHERE {same}",
        values,
    )


def lessons(columns: Columns, student_id: str, first: date, last: date) -> Query:
    """Lessons of the groups in which the student is on the day of the lesson."""
    member, values = _member(columns, student_id, "day")
    return _lessons(columns, f"{_days('day')} AND {member}", [*_texts(first, last), *values])


def teacher_lessons(columns: Columns, teacher_id: str, first: date, last: date) -> Query:
    """Lessons of a teacher, by the id of v_staff."""
    same, values = _same("v.staff_id", teacher_id)
    return _lessons(columns, f"{_days('day')} AND {same}", [*_texts(first, last), *values])


def homework(columns: Columns, student_id: str, first: date, last: date) -> Query:
    """Homework of the student's groups; a task with a person_id is for that student alone."""
    member, values = _member(columns, student_id, "due_on")
    where = f"{_days('due_on')} AND {member}"
    parameters = [*_texts(first, last), *values]
    if "person_id" in columns[HOMEWORK.name]:
        same, own = _same("v.person_id", student_id)
        where += f" AND (v.person_id IS NULL OR {same})"
        parameters += own
    return Query(HOMEWORK, _named(HOMEWORK, columns, where), parameters)


def _of_person(view: View, columns: Columns, student_id: str, first: date, last: date) -> Query:
    same, values = _same("v.person_id", student_id)
    return Query(view, _named(view, columns, f"{same} AND {_days('day')}"), [*values, *_texts(first, last)])


def marks(columns: Columns, student_id: str, first: date, last: date) -> Query:
    """Marks of a student."""
    return _of_person(MARKS, columns, student_id, first, last)


def attendance(columns: Columns, student_id: str, first: date, last: date) -> Query:
    """Absences and late arrivals of a student."""
    return _of_person(ATTENDANCE, columns, student_id, first, last)


def final_marks(columns: Columns, student_id: str, year: int) -> Query:
    """Final marks of a student in the academic year that begins in `year`, with names of periods."""
    same, values = _same("v.person_id", student_id)
    period = ", p.name AS period" if "period_id" in columns[FINAL_MARKS.name] else ""
    joined = " LEFT JOIN v_periods p ON p.id = v.period_id" if period else ""
    statement = _named(FINAL_MARKS, columns, f"{same} AND v.academic_year = ?", period, joined)
    return Query(FINAL_MARKS, statement, [*values, year])


def staff(teacher_id: str) -> Query:
    """The row of v_staff with this id, if there is one."""
    same, values = _same("v.id", teacher_id)
    return Query(EXPORTED["staff"], f"SELECT v.id FROM v_staff v WHERE {same}", values)  # noqa: S608


def teacher(columns: Columns, teacher_id: str) -> Query:
    """The school of a teacher and its time zone."""
    same, values = _same("v.id", teacher_id)
    zone = _has(columns, "v_organizations", "time_zone", "o.")
    return Query(
        EXPORTED["staff"],
        f"SELECT v.organization_id, o.name AS organization, {zone} AS time_zone"  # noqa: S608
        f" FROM v_staff v JOIN v_organizations o ON o.id = v.organization_id WHERE {same}",
        values,
    )


def changed(table: str, since: datetime) -> Query:
    """Rows of an export's view updated since an instant, and those of a day before.

    In SQLite updated_at is compared as text, whatever its offset. A day is longer than any offset, and a row
    that is exported twice does no harm.
    """
    view, day = EXPORTED[table], (since - timedelta(days=1)).date().isoformat()
    return Query(view, f"SELECT * FROM {view.name} WHERE updated_at >= ?", [day])  # noqa: S608


def cleaned(view: View, row: ViewRow) -> ViewRow:
    """The row without the spaces that pad a CHAR column, and without placeholders in optional columns."""
    return {name: _cleaned(value, optional=name in view.optional) for name, value in row.items()}


def _cleaned(value: Any, *, optional: bool) -> Any:
    if not isinstance(value, str):
        return value
    text = without_padding(value)
    return filled(text) if optional else text


def lesson_row(row: ViewRow) -> ViewRow:
    """A lesson for the SDK: with the teacher's whole name, without the columns that only the query needs."""
    lesson = _renamed(row)
    name = [lesson.pop(part, None) for part in ("last_name", "first_name", "middle_name")]
    staff_id = lesson.pop("staff_id", None)
    if staff_id is not None and any(name):
        lesson |= {"teacher_id": staff_id, "teacher": " ".join(filter(None, name))}
    lesson.pop("day", None)
    return lesson


def entry_row(row: ViewRow) -> ViewRow:
    """A task, mark or absence for the SDK: without person and group.

    A task of one student is `individual`. A task of dashes is «не задано».
    """
    entry = _renamed(row)
    person_id = entry.pop("person_id", None)
    entry.pop("group", None)
    entry.pop("group_id", None)
    if "due_on" in entry and person_id is not None:
        entry["individual"] = True
    if "due_on" in entry and entry.get("text") and is_placeholder(str(entry["text"])):
        entry |= {"text": "", "none": True}
    return entry


def _renamed(row: ViewRow) -> ViewRow:
    # `subject` and `group` are reserved words in some databases, so the statements avoid them
    renamed = dict(row)
    for name in ("subject", "group", "replaces_subject"):
        value = renamed.pop(f"{name}_name", None)
        if value is not None:
            renamed[name] = value
    if renamed.get("replaces_subject_id") is not None and "replaces_subject" not in renamed:
        del renamed["replaces_subject_id"]  # v_subjects doesn't have this subject
    return renamed


def _lessons(columns: Columns, where: str, values: list[Value]) -> Query:
    has = columns[LESSONS.name]
    extra, joined = ", g.name AS group_name", " LEFT JOIN v_groups g ON g.id = v.group_id"
    if "staff_id" in has and "v_staff" in columns:
        middle = _has(columns, "v_persons", "middle_name", "w.")
        extra += f", w.last_name, w.first_name, {middle} AS middle_name"
        joined += " LEFT JOIN v_staff t ON t.id = v.staff_id LEFT JOIN v_persons w ON w.id = t.person_id"
    if "replaces_subject_id" in has:
        extra += ", r.name AS replaces_subject_name"
        joined += " LEFT JOIN v_subjects r ON r.id = v.replaces_subject_id"
    return Query(LESSONS, _named(LESSONS, columns, where, extra, joined), values)


def _named(view: View, columns: Columns, where: str, extra: str = "", joined: str = "") -> str:
    """A SELECT of a view with the names of subjects. Nothing in it comes from a request."""
    if "subject_id" in columns[view.name]:
        extra = f", s.name AS subject_name{extra}"
        joined = f" LEFT JOIN v_subjects s ON s.id = v.subject_id{joined}"
    return f"SELECT v.*{extra} FROM {view.name} v{joined} WHERE {where}"  # noqa: S608


def _member(columns: Columns, student_id: str, day: str) -> tuple[str, list[Value]]:
    same, values = _same("e.person_id", student_id)
    ends = ""
    if "ends_on" in columns["v_enrollments"]:
        ends = f" AND (e.ends_on IS NULL OR e.ends_on >= v.{day})"
    return (
        "v.group_id IN (SELECT e.group_id FROM v_enrollments e"  # noqa: S608 - our own names
        f" WHERE {same} AND e.starts_on <= v.{day}{ends})",
        values,
    )


def _days(column: str) -> str:
    return f"v.{column} >= ? AND v.{column} <= ?"


def _texts(first: date, last: date) -> list[Value]:
    """Days as texts: every database accepts them, and SQLite has no dates."""
    return [first.isoformat(), last.isoformat()]


def _same(column: str, value: str) -> tuple[str, list[Value]]:
    if value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER and str(int(value)) == value:
        return f"({column} = ? OR {column} = ?)", [value, int(value)]
    return f"{column} = ?", [value]


def _has(columns: Columns, view: str, column: str, prefix: str) -> str:
    """The column, or NULL if the vendor's view lacks it."""
    return f"{prefix}{column}" if column in columns[view] else "NULL"
