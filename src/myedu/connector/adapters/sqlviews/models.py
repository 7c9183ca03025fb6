"""The views that a vendor writes: their names, columns, and which are required."""

import msgspec

from myedu.contract.tables import TABLES, columns, required_columns


class View(msgspec.Struct, frozen=True):
    """A view with `required` and `optional` columns; any other column is an error.

    `needed`: it must exist.
    """

    name: str
    required: frozenset[str]
    optional: frozenset[str]
    needed: bool = True

    @property
    def known(self) -> frozenset[str]:
        """All columns that the view may have."""
        return self.required | self.optional


def _of_table(table: str) -> View:
    """The view of an export table: its columns; `updated_at` and `deleted` are needed only for deltas."""
    required = required_columns(table) - {"updated_at"}
    if table == "organizations":
        required -= {"time_zone"}
    name = f"v_{table}"
    return View(name, required, frozenset(columns(table)) - required, table not in _OPTIONAL_TABLES)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPTIONAL_TABLES = ("staff", "teaching")

EXPORTED: dict[str, View] = {table: _of_table(table) for table in TABLES}
"""Table → its view; v_staff and v_teaching are optional."""

LESSONS = View(
    "v_lessons",
    _words("id group_id subject_id day starts_at ends_at"),
    _words(
        "number kind status room topic staff_id online replaces_subject_id replaces_lesson_id replaces_room"
    ),
)
HOMEWORK = View(
    "v_homework",
    _words("id group_id subject_id due_on text"),
    _words("lesson_id set_lesson_id set_on none minutes person_id"),
)
MARKS = View(
    "v_marks",
    _words("id person_id subject_id day value"),
    _words("lesson_id scale weight work work_name position comment counts set_at updated_at"),
)
ATTENDANCE = View(
    "v_attendance", _words("person_id lesson_id day code"), _words("subject_id reason minutes"), needed=False
)
FINAL_MARKS = View(
    "v_final_marks",
    _words("id person_id subject_id academic_year kind value"),
    _words("period_id scale average set_by"),
    needed=False,
)

VIEWS: tuple[View, ...] = (*EXPORTED.values(), LESSONS, HOMEWORK, MARKS, ATTENDANCE, FINAL_MARKS)
"""Ten that every vendor writes, and four optional ones."""
