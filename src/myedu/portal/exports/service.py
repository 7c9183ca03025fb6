"""The belt: a package goes through every station; its rows change in one transaction or not at all."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import polars as pl
from psycopg import AsyncConnection

from myedu.connector.sdk.client import JournalClient
from myedu.contract.package import Manifest
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.portal.audit import service as audit
from myedu.portal.exports import store
from myedu.portal.exports.checks import CheckedTable, check_table, zones_of
from myedu.portal.exports.models import Guard, Package, PackageRefused, Report, RowProblem, TableReport
from myedu.portal.exports.progress import Progress, silent
from myedu.portal.exports.read import TextTable, read_table
from myedu.portal.exports.receive import fetch_package
from myedu.portal.exports.references import match_references
from myedu.portal.exports.rules import FAIL_CLOSED
from myedu.portal.exports.verify import check_file, check_manifest, read_manifest
from myedu.portal.people import intake
from myedu.portal.people import service as people
from myedu.portal.people.intake import Changes, Place
from myedu.portal.people.models import System

_COPY_ROWS = 50_000


class Tools(msgspec.Struct, frozen=True):
    """What the conveyor works with. `spool` keeps fetched packages, so that a held one can be agreed to."""

    database: Database
    clock: Clock
    spool: Path
    guard: Guard = Guard()
    progress: Progress = silent


async def pull(tools: Tools, client: JournalClient) -> Report:
    """Fetch the system's newest package and take it in. Raises PackageRefused for an unknown system,
    JournalError where the system can't be reached; what is wrong with the package is in the report."""
    system = await _registered(tools, client.address.system_id)
    manifest = (await client.latest_export()).value
    assert manifest is not None  # no etag was sent
    known = await _known(tools, system, manifest)
    if known is not None:
        return known
    try:
        check_manifest(manifest, system)
    except PackageRefused as refusal:
        return await _refused(tools, system, manifest, refusal)
    folder = await fetch_package(client, manifest, tools.spool / system.id)
    report = await _take_in(tools, system, folder, manifest, agreed=False)
    if report.state != "held":
        # Personal data is not kept twice; and what was refused is fetched anew when it is offered again.
        shutil.rmtree(folder)
    return report


async def load_folder(tools: Tools, system_id: str, folder: Path, *, agreed: bool = False) -> Report:
    """Take in a package that lies in a folder. `agreed`: an operator has seen what it archives.

    Raises PackageRefused where there is no manifest or no such system: then nothing can be noted.
    """
    system = await _registered(tools, system_id)
    manifest = read_manifest(folder)
    known = await _known(tools, system, manifest)
    return known or await _take_in(tools, system, folder, manifest, agreed=agreed)


async def agree(tools: Tools, system_id: str, export_id: str) -> Report:
    """Apply a held package that was pulled; for one loaded from elsewhere, load it again as agreed."""
    folder = tools.spool / system_id / export_id
    if not folder.is_dir():
        raise PackageRefused(
            "not-kept", f"{export_id} is not in the spool {tools.spool}: load its folder again, agreed"
        )
    return await load_folder(tools, system_id, folder, agreed=True)


async def _registered(tools: Tools, system_id: str) -> System:
    async with tools.database.connection() as conn:
        system = await people.system(conn, system_id)
    if system is None:
        raise PackageRefused(
            "unknown-system", f"no system {system_id!r} is registered: register it with its region first"
        )
    return system


async def _known(tools: Tools, system: System, manifest: Manifest) -> Report | None:
    """A report at once where there is nothing to do, or where the package is older than what stands."""
    async with tools.database.connection() as conn:
        before = await store.package(conn, system.id, manifest.export_id)
        standing = await store.standing(conn, system.id)
    if before is not None and before.state == "applied":
        return _unchanged(system, manifest)
    if standing is not None and manifest.created_at <= standing.created_at:
        refusal = PackageRefused(
            "older-package",
            f"made at {manifest.created_at.isoformat()}, not after the package that stands"
            f" ({standing.export_id}): make a new one",
        )
        return await _refused(tools, system, manifest, refusal)
    return None


async def _take_in(tools: Tools, system: System, folder: Path, manifest: Manifest, *, agreed: bool) -> Report:
    try:
        check_manifest(manifest, system)
        async with tools.database.transaction() as conn:
            await store.receive(conn, system.id, manifest, tools.clock.now())
        checked = await _checked(tools, folder, manifest)
        return await _apply(tools, system, manifest, checked, agreed=agreed)
    except PackageRefused as refusal:
        return await _refused(tools, system, manifest, refusal)


async def _checked(tools: Tools, folder: Path, manifest: Manifest) -> dict[str, CheckedTable]:
    """Verify, read and check the files; in a thread, as it is all computing."""
    texts = await asyncio.to_thread(_read_all, folder, manifest)
    zones = [zone for text in texts for zone in zones_of(text)]
    async with tools.database.connection() as conn:
        known = await intake.known_zones(conn, zones) if zones else set()
    return {text.name: await asyncio.to_thread(check_table, text, known) for text in texts}


def _read_all(folder: Path, manifest: Manifest) -> list[TextTable]:
    ours = [file for file in manifest.tables if file.table in intake.QUERIES]
    for file in ours:
        check_file(folder, file)
    return [read_table(folder, file) for file in ours]


async def _apply(
    tools: Tools, system: System, manifest: Manifest, checked: Mapping[str, CheckedTable], *, agreed: bool
) -> Report:
    """Match, propose and apply, in one transaction; a held proposal is rolled back and noted."""
    place = Place(system.region, system.id)
    now = tools.clock.now()
    try:
        async with tools.database.transaction() as conn:
            await intake.begin(conn, place)
            standing = await store.standing(conn, system.id)
            if standing is not None and standing.export_id == manifest.export_id:
                return _unchanged(system, manifest)  # taken in by another process while this one checked
            _check_base(standing, manifest)
            full = manifest.mode == "full"
            tables = await match_references(conn, place, checked, full=full)
            await _stage(conn, place, tables, manifest)
            changes = await intake.proposal(conn, place)
            report = _report(system, manifest, tables, changes)
            if not agreed and (reason := _reason_to_hold(changes, tools.guard)):
                raise _Held(msgspec.structs.replace(report, state="held", code="many-absent", reason=reason))
            await intake.apply(conn, place, changes, export_id=manifest.export_id, now=now)
            await store.finish(conn, report, _problems(tables), now)
            await _note(conn, report, place, now, agreed=agreed)
            return report
    except _Held as held:
        async with tools.database.transaction() as conn:
            await store.finish(conn, held.report, _problems(tables), now)
        return held.report


class _Held(Exception):
    """Leaves the transaction, so that nothing of the package stays."""

    def __init__(self, report: Report) -> None:
        self.report = report


def _check_base(standing: Package | None, manifest: Manifest) -> None:
    """Asked under the lock: another package may have been applied since this one was received."""
    if standing is not None and manifest.created_at <= standing.created_at:
        raise PackageRefused("older-package", f"{standing.export_id} was applied meanwhile and is newer")
    if manifest.mode == "delta" and (standing is None or standing.export_id != manifest.base):
        stands = f"{standing.export_id} stands here" if standing else "no package stands here"
        raise PackageRefused(
            "missing-base", f"the delta builds on {manifest.base}, and {stands}: send a full package"
        )


async def _stage(
    conn: AsyncConnection, place: Place, tables: Mapping[str, CheckedTable], manifest: Manifest
) -> None:
    for name, table in tables.items():
        closed = table.set_aside if name in FAIL_CLOSED else frozenset()
        await intake.stage(conn, name, _chunks(place, _with_tombstones(table, closed, manifest.created_at)))
        await intake.compare(
            conn,
            place,
            name,
            kept=sorted(table.set_aside - closed),
            archive_absent=manifest.mode == "full" and table.is_whole,
        )


def _with_tombstones(table: CheckedTable, ids: frozenset[str], at: datetime) -> pl.DataFrame:
    frame = table.frame
    if not ids:
        return frame
    graves = pl.DataFrame({"id": sorted(ids)}).with_columns(
        pl.lit(True).alias("deleted"), pl.lit(at).dt.cast_time_unit("us").alias("updated_at")
    )
    return pl.concat([frame, graves], how="diagonal_relaxed")


def _chunks(place: Place, frame: pl.DataFrame) -> Iterator[bytes]:
    """The rows as CSV for COPY: null is an empty field, and no checked text is empty."""
    ordered = frame.select(
        pl.lit(place.region).alias("region"),
        pl.lit(place.system_id).alias("system_id"),
        *(name for name in frame.columns if name not in ("_line", "updated_at", "deleted")),
        pl.col("updated_at").dt.to_string("iso:strict"),
        "deleted",
    )
    for part in ordered.iter_slices(_COPY_ROWS):
        yield part.write_csv(include_header=False).encode()


def _reason_to_hold(changes: Sequence[Changes], guard: Guard) -> str | None:
    """Many absences are more often a broken export than a summer."""
    many = [
        f"{one.archived} of {one.held} {one.table}"
        for one in changes
        if one.archived > guard.rows and one.archived > guard.share * one.held
    ]
    if not many:
        return None
    return f"the package would archive {', '.join(many)}: see whether it is whole, then agree to it"


def _report(
    system: System, manifest: Manifest, tables: Mapping[str, CheckedTable], changes: Sequence[Changes]
) -> Report:
    return Report(
        system_id=system.id,
        export_id=manifest.export_id,
        state="applied",
        tables=[
            TableReport(changes=one, rows=tables[one.table].rows, set_aside=_set_aside(tables[one.table]))
            for one in changes
            if one.table in tables
        ],
        problems=dict(Counter(problem.code for problem in _problems(tables))),
    )


def _unchanged(system: System, manifest: Manifest) -> Report:
    return Report(system_id=system.id, export_id=manifest.export_id, state="unchanged")


def _set_aside(table: CheckedTable) -> int:
    return len({problem.line for problem in table.problems if problem.severity == "error"})


def _problems(tables: Mapping[str, CheckedTable]) -> list[RowProblem]:
    return [problem for table in tables.values() for problem in table.problems]


async def _refused(tools: Tools, system: System, manifest: Manifest, refusal: PackageRefused) -> Report:
    report = Report(
        system_id=system.id,
        export_id=manifest.export_id,
        state="refused",
        code=refusal.code,
        reason=refusal.sentence,
    )
    now = tools.clock.now()
    async with tools.database.transaction() as conn:
        await store.receive(conn, system.id, manifest, now)
        await store.finish(conn, report, (), now)
    return report


async def _note(conn: AsyncConnection, report: Report, place: Place, now: datetime, *, agreed: bool) -> None:
    await audit.record(
        conn,
        at=now,
        action="export.apply",
        actor_account=None,
        actor_relation="operator" if agreed else "system",
        region=place.region,
        system_id=place.system_id,
        detail={"export_id": str(report.export_id)},
    )
