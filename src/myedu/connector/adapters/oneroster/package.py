"""Makes an export package of a set of OneRoster files."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import msgspec

from myedu.connector.adapters.oneroster import joins
from myedu.connector.adapters.oneroster.archive import Archive, Limits, OneRosterError, open_archive
from myedu.connector.adapters.oneroster.fields import Settings
from myedu.connector.adapters.oneroster.load import count_other_file, load_file
from myedu.connector.adapters.oneroster.manifest import SetPlan, plan_set
from myedu.connector.adapters.oneroster.report import Finding, Report, ReportBuilder
from myedu.connector.adapters.oneroster.state import State, open_state
from myedu.connector.adapters.oneroster.table_rows import TableRows
from myedu.connector.sdk.export import write_package
from myedu.contract.answers import SystemInfo
from myedu.contract.package import Manifest
from myedu.contract.tables import TABLES

_NEVER_EMPTY = ("orgs", "users")
"""Files of a bulk set that have rows, unless something went wrong."""


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
            # A delta of a provider may have one object, and that one may be odd.
            takes_any = request.over_rest and plan.mode == "delta"
            incomplete = _load(archive, plan, state, report, takes_any=takes_any)
            _check_loaded(plan, request, state)
            for odd in request.odd_values:
                finding = Finding(odd.column, "wrong-type", "field")
                report.add_problem(odd.file, odd.line, finding, odd.row_id, more=odd.more)
            since = (base and state.package_number(base)) or 0
            rows = TableRows(state, _settings_of(plan, request, now), plan, report, since, incomplete)
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


def _settings_of(plan: SetPlan, request: Request, now: datetime) -> Settings:
    return Settings(
        request.time_zone,
        now,
        request.zones,
        school_year=request.school_year,
        is_dialect=plan.is_dialect,
        over_rest=request.over_rest,
    )


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


def _load(
    archive: Archive, plan: SetPlan, state: State, report: ReportBuilder, *, takes_any: bool
) -> frozenset[str]:
    """Load every file; returns those with rejected rows."""
    state.begin(reset=plan.mode == "bulk")
    incomplete = frozenset(
        file for file in plan.files if not load_file(archive, plan, file, state, report, takes_any=takes_any)
    )
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
