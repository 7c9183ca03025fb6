"""The rows of a package's tables: every row of a set translated, reported, and recorded in the state."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from myedu.connector.adapters.oneroster import joins, models, translate
from myedu.connector.adapters.oneroster.archive import OneRosterError
from myedu.connector.adapters.oneroster.fields import Outcome, Settings
from myedu.connector.adapters.oneroster.manifest import SetPlan
from myedu.connector.adapters.oneroster.report import SENTENCES, Finding, ReportBuilder
from myedu.connector.adapters.oneroster.state import State
from myedu.contract.tables import TABLES, Row, required_columns

J = TypeVar("J", bound=models.Joined)
Converter = Callable[[State, Settings], Iterator[tuple[str, int | None, Outcome]]]
"""Gives the id in the set, the line and the outcome of every row."""

_TABLES_OF_FILE = {
    "academicSessions": ("periods",),
    "orgs": ("organizations",),
    "courses": ("subjects",),
    "classes": ("groups", "periods"),
    "users": ("persons",),
    "roles": ("staff",),
    "enrollments": ("enrollments", "staff", "teaching"),
}
"""file → the tables that lack rows if a line of it is rejected."""

_FILE_OF_REFERENCE = {
    "userSourcedId": "users",
    "agentSourcedIds": "users",
    "relationshipUserSourcedId": "users",
    "orgSourcedId": "orgs",
    "schoolSourcedId": "orgs",
    "classSourcedId": "classes",
    "courseSourcedId": "courses",
}
"""Column → the file whose row it names."""

_FAIL_CLOSED = frozenset({"guardianships"})
"""Tables whose rejected rows count as deleted: without a readable link a guardian has no rights."""


def _converter(kind: type[J], query: str, translated: Callable[[J, Settings], Outcome]) -> Converter:
    def convert(state: State, settings: Settings) -> Iterator[tuple[str, int | None, Outcome]]:
        return (
            (joined.id, joined.line, translated(joined, settings)) for joined in state.joined(kind, query)
        )

    return convert


_CONVERTERS: dict[str, tuple[tuple[str, Converter], ...]] = {
    "organizations": (("orgs", _converter(models.Org, joins.ORGS, translate.organization)),),
    "periods": (("academicSessions", _converter(models.Session, joins.SESSIONS, translate.period)),),
    "groups": (("classes", _converter(models.SchoolClass, joins.CLASSES, translate.group)),),
    "subjects": (("courses", _converter(models.Course, joins.COURSES, translate.subject)),),
    "persons": (("users", _converter(models.User, joins.USERS, translate.person)),),
    "enrollments": (("enrollments", _converter(models.Enrollment, joins.STUDENTS, translate.enrollment)),),
    "guardianships": (("users", _converter(models.AgentLink, joins.AGENT_LINKS, translate.guardianship)),),
    "staff": (
        ("roles", _converter(models.Role, joins.ROLES, translate.staff)),
        ("enrollments", _converter(models.Enrollment, joins.TEACHERS_OF_HOMEROOMS, translate.class_teacher)),
    ),
    "teaching": (
        ("enrollments", _converter(models.Enrollment, joins.TEACHERS_OF_CLASSES, translate.teaching)),
    ),
}
"""table → the files that its rows come from, with their converters."""


def _check_rejected(report: ReportBuilder) -> None:
    """If most rows of a file can't be taken, the whole file was written wrong."""
    for file in report.files():
        if (file.broken + file.rejected) * 2 <= file.rows:
            continue
        first = report.first_error(file.file)
        shown = f", the first in line {first.line}: {SENTENCES[first.finding.code]}" if first else ""
        raise OneRosterError(
            f"{file.broken + file.rejected} of {file.rows} rows of {file.file}.csv are rejected{shown}"
        )


class _Origin(NamedTuple):
    """Where a row comes from: file, line (None: an earlier set) and id in the set."""

    file: str
    line: int | None
    row_id: str


class TableRows:
    """Rows of the package's tables, recorded in the state as they are given.

    `since`: number of the base package of a delta. `incomplete`: files with rejected rows.
    """

    def __init__(
        self,
        state: State,
        settings: Settings,
        plan: SetPlan,
        report: ReportBuilder,
        since: int,
        incomplete: frozenset[str],
    ) -> None:
        self._state, self._settings, self._report = state, settings, report
        self._is_dialect, self._is_full, self._since = plan.is_dialect, plan.mode == "bulk", since
        if plan.format == "1.1" and "users" in incomplete:
            incomplete |= {"roles"}  # which are columns of users.csv
        self._unreadable = incomplete
        self._incomplete = {table for file in incomplete for table in _TABLES_OF_FILE.get(file, ())}
        # Tables of which some row can't be identified. Sessions in a circle are rows of no school.
        in_circle = next(state.rows(joins.SESSIONS_IN_CYCLES), None) is not None
        self._unidentified = {"periods"} if in_circle else set[str]()

    def of(self, table: str) -> Iterator[Row]:
        """The rows of a table. Raises OneRosterError at the end of the last one if a file is mostly wrong."""
        for file, convert in _CONVERTERS[table]:
            for source_id, line, outcome in convert(self._state, self._settings):
                origin = _Origin(self._reported_file(table, file), line, source_id)
                yield from self._rows_of(table, origin, outcome)
        for row_id in self._deleted_ids(table):
            if not self._is_full:
                self._report.add_row(table, deleted=True)
                yield self._id_only(table, row_id, deleted=True)
        if self._is_full and table in self._incomplete:
            # A row without an id says that the table lacks rows, so that no missing row counts as deleted.
            yield self._id_only(table, "")
        if table == [*TABLES][-1] and self._is_full:
            _check_rejected(self._report)

    def _deleted_ids(self, table: str) -> Iterator[str]:
        """Rows that are gone; none as long as one of the table can't be identified: it may be any of them."""
        if self._is_full or table not in self._unidentified:
            yield from self._state.deleted_ids(table, self._since)

    def _rows_of(self, table: str, origin: "_Origin", outcome: Outcome) -> Iterator[Row]:
        file, line, source_id = origin
        for finding in outcome.findings:
            self._report.add_problem(file, line, finding, source_id)
        if outcome.reason is not None:
            if line is not None:  # of this set
                self._report.add_row_without_place(file, line, outcome.reason)
        elif outcome.row is None:
            self._report.add_rejected(table)
            is_person = table == "guardianships" and not self._is_dialect  # whose own row may be taken
            if not is_person and any(map(self._is_own_fault, outcome.findings)):
                self._report.add_outcome(file, line, taken=False)
            if table not in _FAIL_CLOSED:
                yield from self._rejected(table, outcome.row_id)
        else:
            self._report.add_outcome(file, line, taken=True)
            changed = self._state.record_row(table, outcome.row)
            if changed is None and self._is_dialect:
                self._report.add_problem(file, line, Finding(None, "repeated-row", "warning"), source_id)
            if changed is not None and (self._is_full or changed > self._since):
                self._report.add_row(table)
                yield outcome.row

    def _is_own_fault(self, finding: Finding) -> bool:
        """Whether the row was written wrong: not if the value is in another file, or names one of its rows
        that is unreadable. Else one odd school would make all its classes count."""
        if finding.severity != "error" or finding.file is not None:
            return False
        if finding.code == "no-role-at-school":
            return "roles" not in self._unreadable
        if finding.code == "unknown-reference":
            return _FILE_OF_REFERENCE.get(finding.column or "") not in self._unreadable
        return True

    def _rejected(self, table: str, row_id: str | None) -> Iterator[Row]:
        """A rejected row isn't deleted: a full package has it with its id only, which the portal rejects and
        keeps the values that it holds. A delta leaves it out."""
        if row_id:
            self._state.mark_seen(table, row_id)
        else:
            self._unidentified.add(table)
        if self._is_full:
            yield self._id_only(table, row_id or "")

    def _id_only(self, table: str, row_id: str, *, deleted: bool = False) -> Row:
        empty = dict.fromkeys(required_columns(table))
        values = {**empty, "id": row_id, "updated_at": self._settings.updated_at, "deleted": deleted}
        return TABLES[table](**values)  # type: ignore[arg-type]

    def _reported_file(self, table: str, file: str) -> str:
        return "relationships" if self._is_dialect and table == "guardianships" else file
