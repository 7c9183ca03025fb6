"""The belt: a package goes through every station; its rows change in one transaction or not at all."""

import asyncio
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from psycopg import AsyncConnection

from myedu.connector.sdk.client import JournalClient
from myedu.contract.package import Manifest
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.portal.audit import service as audit
from myedu.portal.context import Eraser
from myedu.portal.exports import store
from myedu.portal.exports.guard import reason_to_hold
from myedu.portal.exports.models import Guard, PackageRefused, Report
from myedu.portal.exports.outcomes import check_base, older, report_of, told, unchanged
from myedu.portal.exports.progress import Progress, silent
from myedu.portal.exports.receive import fetch_package
from myedu.portal.exports.staging import StagedTable, are_few, stage_files, unread_rights
from myedu.portal.exports.verify import check_file, check_manifest, read_manifest
from myedu.portal.people import intake
from myedu.portal.people import service as people
from myedu.portal.people.intake import Changes
from myedu.portal.people.models import Place, System
from myedu.portal.people.sift import sift
from myedu.portal.people.statements import QUERIES, Staging

KEPT = timedelta(days=365)
"""How long archived rows stay: contract.personal says until the end of studies or work and a year."""


class LoadContext(msgspec.Struct, frozen=True):
    """What the conveyor works with. `spool` keeps fetched packages, so that a held one can be agreed to;
    `erasers`: of the rooms that keep something of persons."""

    database: Database
    clock: Clock
    spool: Path
    guard: Guard = Guard()
    progress: Progress = silent
    erasers: tuple[Eraser, ...] = ()


async def pull(context: LoadContext, client: JournalClient) -> Report:
    """Fetch the system's newest package and take it in. Raises PackageRefused for an unknown system,
    JournalError where the system can't be reached; what is wrong with the package is in the report."""
    system = await _registered(context, client.address.system_id)
    manifest = (await client.latest_export()).value
    assert manifest is not None  # no etag was sent
    known = await _at_the_door(context, system, manifest)
    if known is not None:
        return known
    folder = await fetch_package(client, manifest, context.spool / system.id, context.progress)
    report = await _take_in(context, system, folder, manifest, agreed=False, dry_run=False)
    if report.state != "held":
        # Personal data is not kept twice; and what was refused is fetched anew when it is offered again.
        shutil.rmtree(folder)
    return report


async def load_folder(
    context: LoadContext, system_id: str, folder: Path, *, agreed: bool = False, dry_run: bool = False
) -> Report:
    """Take in a package that lies in a folder. `agreed`: an operator has seen what it archives.
    `dry_run`: only say what it would do; nothing is kept of it.

    Raises PackageRefused where nothing can be noted: without a system, or a manifest that can be kept.
    """
    system = await _registered(context, system_id)
    manifest = read_manifest(folder)
    known = await _at_the_door(context, system, manifest, agreed=agreed, dry_run=dry_run)
    return known or await _take_in(context, system, folder, manifest, agreed=agreed, dry_run=dry_run)


async def agree(context: LoadContext, system_id: str, export_id: str) -> Report:
    """Apply a held package that was pulled; for one loaded from elsewhere, load it again as agreed."""
    folder = context.spool / system_id / export_id
    if not folder.is_dir():
        raise PackageRefused(
            "not-kept", f"{export_id} is not in the spool {context.spool}: load its folder again, agreed"
        )
    return await load_folder(context, system_id, folder, agreed=True)


async def _registered(context: LoadContext, system_id: str) -> System:
    async with context.database.connection() as conn:
        system = await people.system(conn, system_id)
    if system is None:
        raise PackageRefused(
            "unknown-system", f"no system {system_id!r} is registered: register it with its region first"
        )
    return system


async def _at_the_door(
    context: LoadContext, system: System, manifest: Manifest, *, agreed: bool = False, dry_run: bool = False
) -> Report | None:
    """A report at once where the manifest says enough. It is checked before anything is compared with it: one
    of the future would be newer than all that stands."""
    try:
        check_manifest(manifest, system, context.clock.now())
    except PackageRefused as refusal:
        if refusal.code == "bad-base":  # no row of exports.packages can say so
            raise
        return await _refused(context, system, manifest, refusal, dry_run=dry_run)
    return await _known(context, system, manifest, agreed=agreed, dry_run=dry_run)


async def _known(
    context: LoadContext, system: System, manifest: Manifest, *, agreed: bool, dry_run: bool
) -> Report | None:
    """A report at once where there is nothing to do, or where the package is older than what stands."""
    async with context.database.connection() as conn:
        before = await store.package(conn, system.id, manifest.export_id)
        standing = await store.standing(conn, system.id)
    if before is not None and before.state == "applied":
        return unchanged(system, manifest, standing)
    if before is not None and before.state == "rolled-back" and not agreed:
        outcome = report_of(system, manifest, "rolled-back")
        return msgspec.structs.replace(outcome, code=before.code, reason=before.reason)
    if standing is not None and manifest.created_at <= standing.created_at:
        return await _refused(context, system, manifest, older(standing, manifest), dry_run=dry_run)
    return None


async def _take_in(
    context: LoadContext, system: System, folder: Path, manifest: Manifest, *, agreed: bool, dry_run: bool
) -> Report:
    try:
        if not dry_run:
            async with context.database.transaction() as conn:
                await store.receive(conn, system.id, manifest, context.clock.now())
        await asyncio.to_thread(_verify, context, folder, manifest)
        async with context.database.transaction() as conn:
            report = await _work(conn, context, system, folder, manifest, agreed=agreed, dry_run=dry_run)
            if dry_run:
                raise _OnlyAsked(report)
            return report
    except _OnlyAsked as asked:
        return asked.report
    except PackageRefused as refusal:
        return await _refused(context, system, manifest, refusal, dry_run=dry_run)


class _OnlyAsked(Exception):
    """Leaves the transaction, so that nothing of the package stays."""

    def __init__(self, report: Report) -> None:
        self.report = report


def _verify(context: LoadContext, folder: Path, manifest: Manifest) -> None:
    """Two files at once: summing leaves Python's lock alone."""
    files = [file for file in manifest.tables if file.table in QUERIES]
    total, done = sum(file.bytes for file in files), 0
    with ThreadPoolExecutor(2) as both:
        for file, _ in zip(files, both.map(lambda file: check_file(folder, file), files), strict=True):
            done += file.bytes
            context.progress("verify", done, total)


async def _work(
    conn: AsyncConnection,
    context: LoadContext,
    system: System,
    folder: Path,
    manifest: Manifest,
    *,
    agreed: bool,
    dry_run: bool,
) -> Report:
    """From the files to what becomes of them, in one transaction. A held proposal has changed no row yet."""
    place = Place(system.region, system.id)
    full = manifest.mode == "full"
    await intake.begin(conn, place, full=full)
    if dry_run:
        await store.receive(conn, system.id, manifest, context.clock.now())
    standing = await store.standing(conn, system.id)
    if standing is not None and standing.export_id == manifest.export_id:
        return unchanged(system, manifest, standing)  # taken in by another process while this one checked
    check_base(standing, manifest)
    await store.forget_problems(conn, system.id, manifest.export_id)
    staging = await intake.open_staging(conn, place, manifest.export_id, full=full)
    staged = await stage_files(conn, staging, folder, manifest, context.progress)
    changes = await _propose(conn, context, staging, staged)
    await store.add_found(conn, place, manifest.export_id)
    report = await told(conn, system, manifest, staged, changes)
    hold = reason_to_hold(changes, context.guard, unread_rights(staging, staged))
    if hold is not None and not agreed:
        report = msgspec.structs.replace(report, state="held", code=hold[0], reason=hold[1])
    elif dry_run:
        return msgspec.structs.replace(report, state="proposed")
    else:
        context.progress("apply", 0, sum(file.rows for file in manifest.tables))
        await _apply(conn, context, staging, manifest, changes, agreed=agreed)
    await intake.end(conn, place)
    await store.finish(conn, report, context.clock.now())
    return report


async def _propose(
    conn: AsyncConnection, context: LoadContext, staging: Staging, staged: dict[str, StagedTable]
) -> list[Changes]:
    total = sum(table.rows for table in staged.values())
    context.progress("match", 0, total)
    await intake.expect(conn, few=are_few(staging, staged.values()))
    await sift(conn, staging, staged, moved=[table.name for table in staged.values() if table.moves])
    context.progress("compare", 0, total)
    stand = await store.rows_after(conn, staging.place.system_id)
    return await intake.proposal(conn, staging, staged, stand)


async def _apply(
    conn: AsyncConnection,
    context: LoadContext,
    staging: Staging,
    manifest: Manifest,
    changes: Sequence[Changes],
    *,
    agreed: bool,
) -> None:
    place, now = staging.place, context.clock.now()
    await intake.apply(conn, staging, changes, export_id=manifest.export_id, now=now)
    for erase in context.erasers:
        await erase(conn, place.region, place.system_id)
    actor = "operator" if agreed else "system"
    await note(conn, "export.apply", place, now, actor=actor, export_id=str(manifest.export_id))


async def erase_expired(context: LoadContext, kept: timedelta = KEPT) -> dict[str, int]:
    """Erase what was archived longer ago than `kept`, a transaction a system; erased persons by system."""
    async with context.database.connection() as conn:
        systems = await people.systems(conn)
    erased = {}
    for system in systems:
        place = Place(system.region, system.id)
        async with context.database.transaction() as conn:
            await intake.begin(conn, place, full=True)
            now = context.clock.now()
            erased[system.id] = await intake.expire(conn, place, now - kept)
            for erase in context.erasers:
                await erase(conn, place.region, place.system_id)
            await intake.end(conn, place)
            if erased[system.id]:
                await store.count_anew(conn, system.id)
                await note(conn, "export.expire", place, now, actor="system", persons=str(erased[system.id]))
    return erased


async def _refused(
    context: LoadContext,
    system: System,
    manifest: Manifest,
    refusal: PackageRefused,
    *,
    dry_run: bool = False,
) -> Report:
    report = msgspec.structs.replace(
        report_of(system, manifest, "refused"), code=refusal.code, reason=refusal.sentence
    )
    if dry_run:
        return report
    now = context.clock.now()
    async with context.database.transaction() as conn:
        await store.receive(conn, system.id, manifest, now)
        if not await store.finish(conn, report, now):
            # Taken in by another process: its problems are true.
            return unchanged(system, manifest, await store.standing(conn, system.id))
        await store.forget_problems(conn, system.id, manifest.export_id)
    return report


async def note(
    conn: AsyncConnection, action: str, place: Place, now: datetime, *, actor: str, **detail: str
) -> None:
    """A line of the audit about a place."""
    await audit.record(
        conn,
        at=now,
        action=action,
        actor_account=None,
        actor_relation=actor,
        region=place.region,
        system_id=place.system_id,
        detail=detail,
    )
