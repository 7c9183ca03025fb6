"""A set of OneRoster files in, a package of the contract out."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import msgspec

from myedu.connector.adapters.oneroster import joins, models, translate
from myedu.connector.adapters.oneroster.archive import Archive, Limits, OneRosterError, open_archive
from myedu.connector.adapters.oneroster.load import count_other_file, load_file
from myedu.connector.adapters.oneroster.manifest import SetPlan, plan_set
from myedu.connector.adapters.oneroster.reader import Outcome, Settings
from myedu.connector.adapters.oneroster.report import Finding, Ledger, Report
from myedu.connector.adapters.oneroster.state import State, open_state
from myedu.connector.sdk.export import write_package
from myedu.contract.answers import SystemInfo
from myedu.contract.package import Manifest
from myedu.contract.tables import TABLES, Row, required_columns

J = TypeVar("J", bound=models.Joined)
Walk = Callable[[State, Settings], Iterator[tuple[int | None, Outcome]]]

_FEEDS = {
    "academicSessions": ("periods",),
    "orgs": ("organizations",),
    "courses": ("subjects",),
    "classes": ("groups", "periods"),
    "users": ("persons",),
    "roles": ("staff",),
    "enrollments": ("enrollments", "staff", "teaching"),
}
"""file → the tables in which rows are missing where a line of it can't be read."""

_FAIL_CLOSED = frozenset({"guardianships"})
"""A link that can't be told gives no right: it isn't kept open until somebody mends it."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a package is made for. `base`: what a delta builds on, the last package written if None."""

    region: str
    time_zone: str
    zones: Mapping[str, str] = {}
    base: UUID | None = None


def write_from_oneroster(
    source: Path, out: Path, request: Request, now: datetime, limits: Limits | None = None
) -> tuple[Manifest, Report]:
    """Read the set at `source`, write `out/<export_id>/`: full from bulk, delta from delta.

    `out` keeps the state by which a delta is understood, a file a region. Raises OneRosterError; then
    neither a package nor a change of the state is left.
    """
    ledger = Ledger()
    with open_archive(source, limits) as archive:
        plan = plan_set(archive)
        out.mkdir(parents=True, exist_ok=True)
        with open_state(out / f"oneroster-{request.region}.sqlite") as state:
            base = _base_of(plan, request, state)
            unread = _load(archive, plan, state, ledger)
            _check_zones(request.zones, state)
            settings = Settings(request.time_zone, now, request.zones)
            since = (base and state.package_number(base)) or 0
            writer = _Writer(state, settings, plan, ledger, since, unread)
            export_id = uuid4()
            manifest = write_package(
                out,
                region=request.region,
                system=_system_of(plan),
                tables={table: writer.rows(table) for table in TABLES},
                created_at=now,
                export_id=export_id,
                mode="full" if plan.mode == "bulk" else "delta",
                base=base,
            )
            state.note_package(export_id)
    return manifest, ledger.report(TABLES, plan.strange)


def _base_of(plan: SetPlan, request: Request, state: State) -> UUID | None:
    if plan.mode == "bulk":
        if request.base is not None:
            raise OneRosterError("a bulk set makes a full package, which has no base: leave --base out")
        return None
    base = request.base or state.last_package()
    if base is None or not state.has_rows():
        raise OneRosterError(
            "a delta says only what changed, and no bulk set came here before: give one first"
        )
    if state.package_number(base) is None:
        raise OneRosterError(f"the package {base} was not written here: give a bulk set for a full package")
    return base


def _load(archive: Archive, plan: SetPlan, state: State, ledger: Ledger) -> frozenset[str]:
    """Read every file; gives those that have unreadable lines."""
    state.begin(anew=plan.mode == "bulk")
    unread = frozenset(file for file in plan.files if not load_file(archive, plan, file, state, ledger))
    for file in plan.other_files:
        count_other_file(archive, file, ledger)
    state.prepare()
    for row_id, line in state.rows(joins.CIRCLING_SESSIONS):
        finding = Finding("parentSourcedId", "parents-in-a-circle", "error", ascii(row_id)[:64])
        ledger.problem("academicSessions", line, finding)
    if unused := state.count(joins.UNUSED_SESSIONS):
        ledger.rows_without_place(
            "academicSessions.csv", "no class names it: periods are those of a school", unused
        )
    return unread


def _check_zones(zones: Mapping[str, str], state: State) -> None:
    if unknown := sorted(set(zones) - state.org_ids()):
        raise OneRosterError(
            f"a time zone is given for {unknown[0]!r}, which orgs.csv doesn't have: correct it"
        )


def _system_of(plan: SetPlan) -> SystemInfo:
    return SystemInfo(
        vendor=(plan.system_name or "unknown")[:500],
        product=(plan.system_code or plan.system_name or "unknown")[:500],
        version="OneRoster 1.2",
    )


def _walk(kind: type[J], query: str, outcome: Callable[[J, Settings], Outcome]) -> Walk:
    def walk(state: State, settings: Settings) -> Iterator[tuple[int | None, Outcome]]:
        return ((one.line, outcome(one, settings)) for one in state.joined(kind, query))

    return walk


_SOURCES: dict[str, tuple[tuple[str, Walk], ...]] = {
    "organizations": (("orgs", _walk(models.Org, joins.ORGS, translate.organization)),),
    "periods": (("academicSessions", _walk(models.Session, joins.SESSIONS, translate.period)),),
    "groups": (("classes", _walk(models.SchoolClass, joins.CLASSES, translate.group)),),
    "subjects": (("courses", _walk(models.Course, joins.COURSES, translate.subject)),),
    "persons": (("users", _walk(models.User, joins.USERS, translate.person)),),
    "enrollments": (("enrollments", _walk(models.Enrollment, joins.STUDENTS, translate.enrollment)),),
    "guardianships": (("users", _walk(models.Link, joins.LINKS, translate.guardianship)),),
    "staff": (
        ("roles", _walk(models.Role, joins.ROLES, translate.staff)),
        ("enrollments", _walk(models.Enrollment, joins.TEACHERS_OF_HOMEROOMS, translate.class_teacher)),
    ),
    "teaching": (("enrollments", _walk(models.Enrollment, joins.TEACHERS_OF_CLASSES, translate.teaching)),),
}
"""table → the file that its rows come from, and how."""


class _Writer:
    """Rows of the package's tables, noted in the state as they are written. `since`: the base's number."""

    def __init__(
        self,
        state: State,
        settings: Settings,
        plan: SetPlan,
        ledger: Ledger,
        since: int,
        unread: frozenset[str],
    ) -> None:
        self._state, self._settings, self._ledger = state, settings, ledger
        self._dialect, self._full, self._since = plan.is_dialect, plan.mode == "bulk", since
        self._unread = {table for file in unread for table in _FEEDS.get(file, ())}

    def rows(self, table: str) -> Iterator[Row]:
        for file, walk in _SOURCES[table]:
            for line, outcome in walk(self._state, self._settings):
                yield from self._row(table, self._file(table, file), line, outcome)
        for row_id in self._state.gone(table, self._since):
            if not self._full:
                self._ledger.wrote(table, deleted=True)
                yield self._known_by_id(table, row_id, deleted=True)
        if self._full and table in self._unread:
            # A row without an id says that somebody is missing here, so that nobody is taken for absent.
            yield self._known_by_id(table, "")

    def _row(self, table: str, file: str, line: int | None, outcome: Outcome) -> Iterator[Row]:
        for finding in outcome.findings:
            self._ledger.problem(file, line, finding)
        if outcome.why is not None:
            if line is not None:  # of this set
                self._ledger.rows_without_place(f"{file}.csv", outcome.why)
        elif outcome.row is None:
            self._ledger.set_aside(table)
            if table not in _FAIL_CLOSED:
                yield from self._kept(table, outcome.row_id)
        else:
            changed = self._state.note_row(table, outcome.row)
            if changed is not None and (self._full or changed > self._since):
                self._ledger.wrote(table)
                yield outcome.row

    def _kept(self, table: str, row_id: str | None) -> Iterator[Row]:
        """A row that can't be told is not absent: a full package names it, and the portal, which sets it
        aside, keeps what it holds. A delta is silent about it."""
        if row_id:
            self._state.keep(table, row_id)
        if self._full:
            yield self._known_by_id(table, row_id or "")

    def _known_by_id(self, table: str, row_id: str, *, deleted: bool = False) -> Row:
        empty = dict.fromkeys(required_columns(table))
        return TABLES[table](**{**empty, "id": row_id, "updated_at": self._settings.at, "deleted": deleted})  # type: ignore[arg-type]

    def _file(self, table: str, file: str) -> str:
        return "relationships" if self._dialect and table == "guardianships" else file
