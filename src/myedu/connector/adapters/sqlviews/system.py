"""The views as a SimpleJournal: the SDK makes answers, packages, tags and the feed of them."""

from collections.abc import Iterator
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from myedu.connector.adapters.program import AdapterError
from myedu.connector.adapters.sqlviews import translate
from myedu.connector.adapters.sqlviews.models import ATTENDANCE, EXPORTED, FINAL_MARKS, LESSONS, VIEWS, View
from myedu.connector.adapters.sqlviews.source import Source, ViewError
from myedu.connector.adapters.sqlviews.translate import Question
from myedu.connector.simple import SimpleJournal

_OF_A_DELTA = {"updated_at", "deleted"}


class ViewsJournal(SimpleJournal):
    """What the views say. Raises AdapterError where they can't be used, naming every view and column."""

    def __init__(
        self, source: Source, *, vendor: str, product: str, version: str, region: str, time_zone: str
    ) -> None:
        self._source = source
        self._columns = read_columns(source)
        self.vendor, self.product, self.version = vendor, product, version
        self.region, self.time_zone = region, time_zone

    def has(self, name: str) -> bool:
        """Optional functions are there where their views and columns are."""
        if name == "attendance":
            return ATTENDANCE.name in self._columns
        if name == "final_marks":
            return FINAL_MARKS.name in self._columns
        if name == "teacher_lessons":
            return "staff_id" in self._columns[LESSONS.name] and "v_staff" in self._columns
        if name == "changed_since":
            present = [view for view in EXPORTED.values() if view.name in self._columns]
            return all(self._columns[view.name] >= _OF_A_DELTA for view in present)
        return super().has(name)

    def close(self) -> None:
        """Close the connections."""
        self._source.close()

    # -- pupils and teachers -----------------------------------------------------------------------

    def student(self, student_id: str) -> Any:
        rows = self._ask(translate.student(self._columns, student_id))
        # for a column of numbers "01" is 1, and one pupil must not have two ids
        found = [row for row in rows if str(row["person_id"]) == student_id]
        if not found:
            return None
        # a class before a subgroup, and of two classes the later one
        best = max(found, key=lambda row: (row["group_kind"] == "class", str(row["starts_on"])))
        return {
            "organization_id": best["organization_id"],
            "organization": best["organization"],
            "group_id": best["group_id"],
            "group": best["group_name"],
            "time_zone": best["time_zone"],
        }

    def lessons(self, student_id: str, first: date, last: date) -> Any:
        question = translate.lessons(self._columns, student_id, first, last)
        return map(translate.lesson_row, self._ask(question))

    def homework(self, student_id: str, first: date, last: date) -> Any:
        question = translate.homework(self._columns, student_id, first, last)
        return map(translate.entry_row, self._ask(question))

    def marks(self, student_id: str, first: date, last: date) -> Any:
        question = translate.marks(self._columns, student_id, first, last)
        return map(translate.entry_row, self._ask(question))

    def attendance(self, student_id: str, first: date, last: date) -> Any:
        question = translate.attendance(self._columns, student_id, first, last)
        return map(translate.entry_row, self._ask(question))

    def final_marks(self, student_id: str, academic_year: int) -> Any:
        question = translate.final_marks(self._columns, student_id, academic_year)
        return map(translate.entry_row, self._ask(question))

    def teacher_lessons(self, teacher_id: str, first: date, last: date) -> Any:
        if not any(str(row["id"]) == teacher_id for row in self._ask(translate.staff(teacher_id))):
            return None
        question = translate.teacher_lessons(self._columns, teacher_id, first, last)
        return map(translate.lesson_row, self._ask(question))

    def teacher(self, teacher_id: str) -> Any:
        found = self._ask(translate.teacher(self._columns, teacher_id))
        return next(({name: row[name] for name in row if row[name]} for row in found), {})

    # -- the export --------------------------------------------------------------------------------

    def organizations(self) -> Any:
        return self._table("organizations")

    def periods(self) -> Any:
        return self._table("periods")

    def groups(self) -> Any:
        return self._table("groups")

    def subjects(self) -> Any:
        return self._table("subjects")

    def persons(self) -> Any:
        return self._table("persons")

    def enrollments(self) -> Any:
        return self._table("enrollments")

    def guardianships(self) -> Any:
        return self._table("guardianships")

    def staff(self) -> Any:
        return self._table("staff")

    def teaching(self) -> Any:
        return self._table("teaching")

    def changed_since(self, table: str, since: datetime) -> Any:
        if EXPORTED[table].name not in self._columns:
            return iter(())
        return self._ask(translate.changed(table, since))

    def _ask(self, question: Question) -> Iterator[dict[str, Any]]:
        return self._source.rows(question.view.name, question.statement, question.values)

    def _table(self, table: str) -> Iterator[dict[str, Any]]:
        view = EXPORTED[table]
        if view.name not in self._columns:
            return iter(())
        return self._source.rows(view.name, f"SELECT * FROM {view.name}")  # noqa: S608 - our own names


def read_columns(source: Source) -> dict[str, frozenset[str]]:
    """view → its columns, checked. Raises AdapterError with every fault at once."""
    try:
        found = {view.name: source.columns(view) for view in VIEWS}
    except ViewError as error:
        raise AdapterError(str(error)) from error
    faults = [fault for view in VIEWS for fault in _faults(view, found[view.name])]
    if faults:
        raise AdapterError(
            "\n".join([*faults, "docs/exchange/adapters/sqlviews.md lists views and columns."])
        )
    return {name: columns for name, columns in found.items() if columns is not None}


def _faults(view: View, columns: frozenset[str] | None) -> Iterator[str]:
    if columns is None:
        if view.needed:
            yield f"{view.name}: there is no such view: create it, empty where you have nothing to tell"
        return
    for column in sorted(view.required - columns):
        near = get_close_matches(column, sorted(columns - view.known), 1)
        hint = f" (is it {near[0]}?)" if near else ""
        yield f"{view.name}: the column {column} is missing{hint}"
    for column in sorted(columns - view.known):
        yield f"{view.name}: nobody knows the column {column}: leave it out or name it as the page does"
