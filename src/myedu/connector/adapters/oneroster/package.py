"""Makes an export package of a set of OneRoster files."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import UUID, uuid4

import msgspec

from myedu.connector.adapters.oneroster import joins, models, translate
from myedu.connector.adapters.oneroster.archive import Archive, Limits, OneRosterError, open_archive
from myedu.connector.adapters.oneroster.fields import Outcome, Settings
from myedu.connector.adapters.oneroster.load import count_other_file, load_file
from myedu.connector.adapters.oneroster.manifest import SetPlan, plan_set
from myedu.connector.adapters.oneroster.report import SENTENCES, Finding, Report, ReportBuilder
from myedu.connector.adapters.oneroster.state import State, open_state
from myedu.connector.sdk.export import write_package
from myedu.contract.answers import SystemInfo
from myedu.contract.package import Manifest
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

_NEVER_EMPTY = ("orgs", "users")

_FAIL_CLOSED = frozenset({"guardianships"})
"""Tables whose rejected rows count as deleted: without a readable link a guardian has no rights."""


class OddValue(msgspec.Struct, frozen=True):
    """A value that a REST provider has sent in another type than the standard's. `more`: rows like this."""

    file: str
    line: int
    row_id: str
    column: str
    more: int = 0


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a package needs and the set doesn't hold."""

    region: str
    time_zone: str
    zones: Mapping[str, str] = {}  # sourcedId of an organisation → its time zone, where it differs
    base: UUID | None = None  # the package that a delta builds on; None: the last one written
    vendor: str | None = None  # None: as the set names it
    product: str | None = None
    school_year: int | None = None  # in which classes without a session are: the year in which it begins
    over_rest: bool = False  # the set is what a REST provider has answered
    odd_values: tuple[OddValue, ...] = ()  # that the provider has sent in another type, left empty in the set


def write_from_oneroster(
    source: Path, out: Path, request: Request, now: datetime, limits: Limits | None = None
) -> tuple[Manifest, Report]:
    """Read the set at `source` and write `out/<export_id>/`: a full package or, of a delta set, a delta.

    `out` also holds the state that deltas need, one file per region. Raises OneRosterError; then nothing is
    written and the state is unchanged.
    """
    with open_archive(source, limits) as archive:
        plan = plan_set(archive)
        report = ReportBuilder(plan.place_of)
        out.mkdir(parents=True, exist_ok=True)
        with open_state(state_path(out, request.region)) as state:
            base = _base_of(plan, request, state)
            incomplete = _load(archive, plan, state, report)
            _check_loaded(plan, request, state)
            for odd in request.odd_values:
                finding = Finding(odd.column, "wrong-type", "field")
                report.add_problem(odd.file, odd.line, finding, odd.row_id, more=odd.more)
            settings = Settings(
                request.time_zone,
                now,
                request.zones,
                school_year=request.school_year,
                is_dialect=plan.is_dialect,
                over_rest=request.over_rest,
            )
            since = (base and state.package_number(base)) or 0
            rows = _TableRows(state, settings, plan, report, since, incomplete)
            export_id = uuid4()
            manifest = write_package(
                out,
                region=request.region,
                system=_system_of(plan, request),
                tables={table: rows.of(table) for table in TABLES},
                created_at=now,
                export_id=export_id,
                mode="full" if plan.mode == "bulk" else "delta",
                base=base,
            )
            state.record_package(export_id)
    return manifest, report.build(TABLES, plan.unknown_files)


def state_path(out: Path, region: str) -> Path:
    """Where the state of a region's packages in `out` is."""
    return out / f"oneroster-{region}.sqlite"


def _base_of(plan: SetPlan, request: Request, state: State) -> UUID | None:
    if plan.mode == "bulk":
        if request.base is not None:
            raise OneRosterError("a bulk set makes a full package, which has no base: leave --base out")
        return None
    base = request.base or state.last_package()
    if base is None or not state.has_rows():
        raise OneRosterError(
            "a delta has only what changed, and no bulk set was converted before by this release: give one"
        )
    if state.package_number(base) is None:
        raise OneRosterError(
            f"the package {base} was not written with this state: give a bulk set for a full package"
        )
    return base


def _load(archive: Archive, plan: SetPlan, state: State, report: ReportBuilder) -> frozenset[str]:
    """Load every file; returns those with rejected rows."""
    state.begin(reset=plan.mode == "bulk")
    incomplete = frozenset(file for file in plan.files if not load_file(archive, plan, file, state, report))
    for file in plan.other_files:
        count_other_file(archive, file, report)
    if plan.format == "1.1":
        state.derive_roles()
    state.prepare()
    for row_id, line in state.rows(joins.SESSIONS_IN_CYCLES):
        finding = Finding("parentSourcedId", "parents-in-a-circle", "error", ascii(row_id)[:64])
        report.add_problem("academicSessions", line, finding, row_id)
        report.add_outcome("academicSessions", line, taken=False)
        incomplete |= {"academicSessions"}
    if unused := state.count(joins.UNUSED_SESSIONS):
        report.add_rows_without_place(
            "academicSessions", "no class names it, so it belongs to no school", unused
        )
    return incomplete


def _check_loaded(plan: SetPlan, request: Request, state: State) -> None:
    """Raises OneRosterError for a set of which a package would say that everybody has left."""
    _check_zones(request.zones, state)
    if plan.mode == "delta":
        return
    if empty := [file for file in _NEVER_EMPTY if not state.count(f"SELECT count(*) FROM live_{file}")]:  # noqa: S608
        raise OneRosterError(
            f"the bulk set has no rows in {', '.join(empty)}: a full package of it would archive everybody;"
            " look for the reason in the system that has written the set"
        )
    has_sessions = state.count("SELECT count(*) FROM live_academicSessions")
    if request.school_year is None and not has_sessions and state.count("SELECT count(*) FROM live_classes"):
        _, column = plan.place_of("classes", "termSourcedIds")
        raise OneRosterError(
            "the set has no academic sessions, so the school year of its classes is unknown: add"
            f" academicSessions.csv and name its sessions in classes.csv, column {column}; or give the year"
            " in which the school year begins, such as --school-year 2026"
        )


def _check_zones(zones: Mapping[str, str], state: State) -> None:
    if unknown := sorted(set(zones) - state.org_ids()):
        raise OneRosterError(f"the time zones name {unknown[0]!r}, which isn't in orgs.csv: correct it")


def _system_of(plan: SetPlan, request: Request) -> SystemInfo:
    return SystemInfo(
        vendor=(request.vendor or plan.system_name or "unknown")[:500],
        product=(request.product or plan.system_code or plan.system_name or "unknown")[:500],
        version="School Data Sync 2.1" if plan.is_dialect else f"OneRoster {plan.format}",
    )


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
        shown = ""
        if first is not None:
            place = "" if first.file == file.file else f"{first.file}.csv "
            shown = f", the first in {place}line {first.line}: {SENTENCES[first.finding.code]}"
        raise OneRosterError(
            f"{file.broken + file.rejected} of {file.rows} rows of {file.file}.csv are rejected{shown}"
        )


class _Origin(NamedTuple):
    """Where a row comes from: file, line (None: an earlier set) and id in the set."""

    file: str
    line: int | None
    row_id: str


class _TableRows:
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
            if table != "guardianships" or self._is_dialect:  # else the rows are users, who may be taken
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
