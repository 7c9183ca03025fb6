"""Questions to the views: one statement each, made of the columns that the vendor's views have.

Ids are compared as they are, so the database's own indexes serve: a text is given beside the number that it
reads as, since SQLite compares by kind.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from myedu.connector.adapters.sqlviews.models import (
    ATTENDANCE,
    EXPORTED,
    FINAL_MARKS,
    HOMEWORK,
    LESSONS,
    MARKS,
    View,
)

Columns = Mapping[str, frozenset[str]]
"""view → the columns that it has; a view that the vendor has not isn't there."""

_LONGEST_NUMBER = 18  # digits: nineteen may pass a bigint


class Question:
    """A statement with its values."""

    def __init__(self, view: View, statement: str, values: list[Any]) -> None:
        self.view, self.statement, self.values = view, statement, values


def student(columns: Columns, student_id: str) -> Question:
    """Where a pupil studies: the class before subgroups, the latest enrollment first."""
    same, values = _same("e.person_id", student_id)
    ends = _has(columns, "v_enrollments", "ends_on", "e.")
    zone = _has(columns, "v_organizations", "time_zone", "o.")
    return Question(
        EXPORTED["enrollments"],
        f"SELECT e.person_id, e.organization_id, o.name AS organization, e.group_id, g.name AS group_name,"  # noqa: S608
        f" {zone} AS time_zone, e.starts_on, {ends} AS ends_on, g.kind AS group_kind"
        " FROM v_enrollments e JOIN v_organizations o ON o.id = e.organization_id"
        f" JOIN v_groups g ON g.id = e.group_id WHERE {same}",
        values,
    )


def lessons(columns: Columns, student_id: str, first: date, last: date) -> Question:
    """Of all groups in which the pupil is on the day of the lesson."""
    member, values = _member(columns, student_id, "day")
    return _lessons(columns, f"{_days('day')} AND {member}", [*_texts(first, last), *values])


def teacher_lessons(columns: Columns, teacher_id: str, first: date, last: date) -> Question:
    """By the id of v_staff."""
    same, values = _same("v.staff_id", teacher_id)
    return _lessons(columns, f"{_days('day')} AND {same}", [*_texts(first, last), *values])


def homework(columns: Columns, student_id: str, first: date, last: date) -> Question:
    """Of the pupil's groups; a task with a person_id is that one pupil's."""
    member, values = _member(columns, student_id, "due_on")
    where = f"{_days('due_on')} AND {member}"
    given = [*_texts(first, last), *values]
    if "person_id" in columns[HOMEWORK.name]:
        same, own = _same("v.person_id", student_id)
        where += f" AND (v.person_id IS NULL OR {same})"
        given += own
    return Question(HOMEWORK, _named(HOMEWORK, columns, where), given)


def of_person(view: View, columns: Columns, day: str, student_id: str, first: Any, last: Any) -> Question:
    """Marks, absences: what is written down to one pupil."""
    same, values = _same("v.person_id", student_id)
    return Question(view, _named(view, columns, f"{same} AND {_days(day)}"), [*values, *_texts(first, last)])


def marks(columns: Columns, student_id: str, first: date, last: date) -> Question:
    return of_person(MARKS, columns, "day", student_id, first, last)


def attendance(columns: Columns, student_id: str, first: date, last: date) -> Question:
    return of_person(ATTENDANCE, columns, "day", student_id, first, last)


def final_marks(columns: Columns, student_id: str, year: int) -> Question:
    same, values = _same("v.person_id", student_id)
    period = ", p.name AS period" if "period_id" in columns[FINAL_MARKS.name] else ""
    joined = " LEFT JOIN v_periods p ON p.id = v.period_id" if period else ""
    statement = _named(FINAL_MARKS, columns, f"{same} AND v.academic_year = ?", period, joined)
    return Question(FINAL_MARKS, statement, [*values, year])


def staff(teacher_id: str) -> Question:
    """Whether there is such an entry of v_staff."""
    same, values = _same("v.id", teacher_id)
    return Question(EXPORTED["staff"], f"SELECT v.id FROM v_staff v WHERE {same}", values)  # noqa: S608


def teacher(columns: Columns, teacher_id: str) -> Question:
    """Where a teacher works, and by which clock."""
    same, values = _same("v.id", teacher_id)
    zone = _has(columns, "v_organizations", "time_zone", "o.")
    return Question(
        EXPORTED["staff"],
        f"SELECT v.organization_id, o.name AS organization, {zone} AS time_zone"  # noqa: S608
        f" FROM v_staff v JOIN v_organizations o ON o.id = v.organization_id WHERE {same}",
        values,
    )


def changed(table: str, since: datetime) -> Question:
    """Rows of an export's view since an instant, and those of a day before.

    A text with another offset compares by its letters: a day is more than any offset, and a row told
    twice is no harm.
    """
    view, day = EXPORTED[table], (since - timedelta(days=1)).date().isoformat()
    return Question(view, f"SELECT * FROM {view.name} WHERE updated_at >= ?", [day])  # noqa: S608


def lesson_row(row: dict[str, Any]) -> dict[str, Any]:
    """A lesson as the SDK takes it: the teacher's name in one piece, no columns of ours."""
    found = _renamed(row)
    name = [found.pop(part, None) for part in ("last_name", "first_name", "middle_name")]
    staff_id = found.pop("staff_id", None)
    if staff_id is not None and any(name):
        found |= {"teacher_id": staff_id, "teacher": " ".join(filter(None, name))}
    found.pop("day", None)
    return found


def entry_row(row: dict[str, Any]) -> dict[str, Any]:
    """A task, a mark, an absence: without whose it is. A task of one pupil is `individual`."""
    found = _renamed(row)
    person_id = found.pop("person_id", None)
    found.pop("group", None)
    found.pop("group_id", None)
    if "due_on" in found and person_id is not None:
        found["individual"] = True
    return found


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    # `subject` and `group` are reserved words in one database or another, so the statements avoid them
    found = dict(row)
    for name in ("subject", "group", "replaces_subject"):
        value = found.pop(f"{name}_name", None)
        if value is not None:
            found[name] = value
    if found.get("replaces_subject_id") is not None and "replaces_subject" not in found:
        del found["replaces_subject_id"]  # a subject that v_subjects doesn't have
    return found


def _lessons(columns: Columns, where: str, values: list[Any]) -> Question:
    has = columns[LESSONS.name]
    extra, joined = ", g.name AS group_name", " LEFT JOIN v_groups g ON g.id = v.group_id"
    if "staff_id" in has and "v_staff" in columns:
        middle = _has(columns, "v_persons", "middle_name", "w.")
        extra += f", w.last_name, w.first_name, {middle} AS middle_name"
        joined += " LEFT JOIN v_staff t ON t.id = v.staff_id LEFT JOIN v_persons w ON w.id = t.person_id"
    if "replaces_subject_id" in has:
        extra += ", r.name AS replaces_subject_name"
        joined += " LEFT JOIN v_subjects r ON r.id = v.replaces_subject_id"
    return Question(LESSONS, _named(LESSONS, columns, where, extra, joined), values)


def _named(view: View, columns: Columns, where: str, extra: str = "", joined: str = "") -> str:
    """Rows of a view with the names of their subjects. All names are ours: nothing of a request is in it."""
    if "subject_id" in columns[view.name]:
        extra = f", s.name AS subject_name{extra}"
        joined = f" LEFT JOIN v_subjects s ON s.id = v.subject_id{joined}"
    return f"SELECT v.*{extra} FROM {view.name} v{joined} WHERE {where}"  # noqa: S608


def _member(columns: Columns, student_id: str, day: str) -> tuple[str, list[Any]]:
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


def _texts(first: date, last: date) -> list[str]:
    """Days as texts: every database reads them, SQLite has nothing else."""
    return [first.isoformat(), last.isoformat()]


def _same(column: str, value: str) -> tuple[str, list[Any]]:
    if value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER and str(int(value)) == value:
        return f"({column} = ? OR {column} = ?)", [value, int(value)]
    return f"{column} = ?", [value]


def _has(columns: Columns, view: str, column: str, prefix: str) -> str:
    """The column, or NULL where the vendor's view has none."""
    return f"{prefix}{column}" if column in columns[view] else "NULL"
