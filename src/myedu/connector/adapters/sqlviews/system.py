"""A vendor's SQL views as a SimpleJournal."""

from collections.abc import Iterator
from datetime import date, datetime
from difflib import get_close_matches

from myedu.connector.adapters.adapter_journal import AdapterJournal
from myedu.connector.adapters.program import AdapterError
from myedu.connector.adapters.sqlviews import translate
from myedu.connector.adapters.sqlviews.models import ATTENDANCE, EXPORTED, FINAL_MARKS, LESSONS, VIEWS, View
from myedu.connector.adapters.sqlviews.source import Source, ViewError
from myedu.connector.adapters.sqlviews.translate import Query, ViewRow
from myedu.connector.simple.journal import Row

_DELTA_COLUMNS = {"updated_at", "deleted"}


class ViewsJournal(AdapterJournal):
    """Reads the views. Raises AdapterError that names every missing or unknown view and column."""

    def __init__(
        self, source: Source, *, vendor: str, product: str, version: str, region: str, time_zone: str
    ) -> None:
        self._source = source
        self._columns = read_columns(source)
        self.vendor, self.product, self.version = vendor, product, version
        self.region, self.time_zone = region, time_zone

    def has(self, name: str) -> bool:
        """Optional functions exist if their views and columns do."""
        if name == "attendance":
            return ATTENDANCE.name in self._columns
        if name == "final_marks":
            return FINAL_MARKS.name in self._columns
        if name == "teacher_lessons":
            return "staff_id" in self._columns[LESSONS.name] and "v_staff" in self._columns
        if name == "changed_since":
            present = [view for view in EXPORTED.values() if view.name in self._columns]
            return all(self._columns[view.name] >= _DELTA_COLUMNS for view in present)
        return super().has(name)

    def close(self) -> None:
        """Close the connections."""
        self._source.close()

    # -- students and teachers ---------------------------------------------------------------------

    def student(self, student_id: str) -> ViewRow | None:
        """The class of the newest enrollment, a subgroup only if there is no class."""
        rows = self._query(translate.student(self._columns, student_id))
        # in a column of numbers "01" finds 1, but a student must not have two ids
        enrollments = [row for row in rows if str(row["person_id"]) == student_id]
        if not enrollments:
            return None
        best = max(enrollments, key=lambda row: (row["group_kind"] == "class", str(row["starts_on"])))
        return {
            "organization_id": best["organization_id"],
            "organization": best["organization"],
            "group_id": best["group_id"],
            "group": best["group_name"],
            "time_zone": best["time_zone"],
        }

    def lessons(self, student_id: str, first: date, last: date) -> Iterator[ViewRow]:
        """Lessons of the groups in which the student is on the day of the lesson."""
        query = translate.lessons(self._columns, student_id, first, last)
        return map(translate.lesson_row, self._query(query))

    def homework(self, student_id: str, first: date, last: date) -> Iterator[ViewRow]:
        """Homework of the student's groups, and tasks for this student alone."""
        query = translate.homework(self._columns, student_id, first, last)
        return map(translate.entry_row, self._query(query))

    def marks(self, student_id: str, first: date, last: date) -> Iterator[ViewRow]:
        """Marks of the student."""
        query = translate.marks(self._columns, student_id, first, last)
        return map(translate.entry_row, self._query(query))

    def attendance(self, student_id: str, first: date, last: date) -> Iterator[ViewRow]:
        """Absences and late arrivals of the student."""
        query = translate.attendance(self._columns, student_id, first, last)
        return map(translate.entry_row, self._query(query))

    def final_marks(self, student_id: str, academic_year: int) -> Iterator[ViewRow]:
        """Final marks of the student, with the names of their periods."""
        query = translate.final_marks(self._columns, student_id, academic_year)
        return map(translate.entry_row, self._query(query))

    def teacher_lessons(self, teacher_id: str, first: date, last: date) -> Iterator[ViewRow] | None:
        """Lessons of a teacher, by the id of v_staff."""
        if not any(str(row["id"]) == teacher_id for row in self._query(translate.staff(teacher_id))):
            return None
        query = translate.teacher_lessons(self._columns, teacher_id, first, last)
        return map(translate.lesson_row, self._query(query))

    def teacher(self, teacher_id: str) -> Row:
        """The school of a teacher and its time zone; {} if the row names no school."""
        rows = self._query(translate.teacher(self._columns, teacher_id))
        return next(({name: row[name] for name in row if row[name]} for row in rows), {})

    # -- the export --------------------------------------------------------------------------------

    def changed_since(self, table: str, since: datetime) -> Iterator[ViewRow]:
        """Rows of a table updated after `since`, and those of a day before it."""
        if EXPORTED[table].name not in self._columns:
            return iter(())
        return self._query(translate.changed(table, since))

    def _query(self, query: Query) -> Iterator[ViewRow]:
        rows = self._source.rows(query.view.name, query.statement, query.values)
        return (translate.cleaned(query.view, row) for row in rows)

    def table(self, name: str) -> Iterator[ViewRow]:
        """All rows of the table's view; none if the vendor doesn't have it."""
        view = EXPORTED[name]
        if view.name not in self._columns:
            return iter(())
        rows = self._source.rows(view.name, f"SELECT * FROM {view.name}")  # noqa: S608 - our own names
        return (translate.cleaned(view, row) for row in rows)


def read_columns(source: Source) -> dict[str, frozenset[str]]:
    """View → its columns, for the views that exist. Raises AdapterError that names every fault."""
    try:
        columns_of = {view.name: source.columns(view) for view in VIEWS}
    except ViewError as error:
        raise AdapterError(str(error)) from error
    faults = [fault for view in VIEWS for fault in _faults(view, columns_of[view.name])]
    if faults:
        raise AdapterError(
            "\n".join([*faults, "docs/exchange/adapters/sqlviews.md lists views and columns."])
        )
    return {name: columns for name, columns in columns_of.items() if columns is not None}


def _faults(view: View, columns: frozenset[str] | None) -> Iterator[str]:
    if columns is None:
        if view.needed:
            yield f"{view.name}: there is no such view: create it, empty if you have no data"
        return
    for column in sorted(view.required - columns):
        near = get_close_matches(column, sorted(columns - view.known), 1)
        hint = f" (is it {near[0]}?)" if near else ""
        yield f"{view.name}: the column {column} is missing{hint}"
    for column in sorted(columns - view.known):
        yield f"{view.name}: unknown column {column}: remove it or rename it as the page says"
