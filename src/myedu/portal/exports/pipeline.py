"""Imports one package: verify → stage → check → compare → apply. Its rows change in one transaction."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
from psycopg import AsyncConnection, OperationalError

from myedu.contract.package import Manifest
from myedu.contract.tables import TABLES
from myedu.portal.exports import audit_lines, store
from myedu.portal.exports.load.apply import Proposal, apply, propose
from myedu.portal.exports.load.approval_policy import reason_to_hold
from myedu.portal.exports.load.cross_row_checks import check_rows_together
from myedu.portal.exports.load.stage_package import StagedTable, are_few, stage_files, unread_rights
from myedu.portal.exports.load.staging import (
    REGION,
    Staging,
    analyze_for_pages,
    begin_import,
    end_import,
    open_staging,
)
from myedu.portal.exports.models import LoadContext, PackageRefused, Report, RowProblem, TableReport
from myedu.portal.exports.receive.verify import check_file, check_manifest
from myedu.portal.exports.report.outcomes import check_base, older, refused, report_of, unchanged
from myedu.portal.people.models import Place, System

_log = logging.getLogger(__name__)

_GROWN = 0.1
"""By what share a table grows until its statistics are made again: autovacuum's own for a region's part."""


class ImportOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Which package to import.

    `approved`: an operator has seen what it does; `dry_run`: only report what it would do.
    """

    system: System
    manifest: Manifest
    approved: bool = False
    dry_run: bool = False


class _DryRunEnds(Exception):
    """Leaves the transaction, so that nothing of the package is kept."""

    def __init__(self, report: Report) -> None:
        self.report = report


async def early_report(context: LoadContext, order: ImportOrder) -> Report | None:
    """A report without reading any file, if the manifest says enough; else None.

    The manifest is checked before it is compared with other packages: one with a time in the future would be
    newer than all of them.
    """
    system, manifest = order.system, order.manifest
    try:
        check_manifest(manifest, system, context.clock.now())
    except PackageRefused as refusal:
        if refusal.code == "bad-base":  # no row of exports.packages can say so
            raise
        return await _refuse(context, order, refusal)
    async with context.database.connection() as conn:
        before = await store.package(conn, system.id, manifest.export_id)
        current = await store.current_package(conn, system.id)
    if before is not None and before.state == "applied":
        return unchanged(system, manifest, current)
    if before is not None and before.state == "rolled-back" and not order.approved:
        report = report_of(system, manifest, "rolled-back")
        return msgspec.structs.replace(report, code=before.code, reason=before.reason)
    if current is not None and manifest.created_at <= current.created_at:
        return await _refuse(context, order, older(current, manifest))
    return None


async def import_package(context: LoadContext, order: ImportOrder, folder: Path) -> Report:
    """Import the package whose files are in the folder. What is wrong with it is in the report."""
    system, manifest = order.system, order.manifest
    try:
        if not order.dry_run:
            async with context.database.transaction() as conn:
                await store.receive(conn, system.id, manifest, context.clock.now())
        await asyncio.to_thread(_verify_files, context, folder, manifest)
        async with context.database.transaction() as conn:
            report = await _import_in_transaction(conn, context, order, folder)
            if order.dry_run:
                raise _DryRunEnds(report)
        await _analyze_grown(context, system.region, report)
        return report
    except _DryRunEnds as end:
        return end.report
    except PackageRefused as refusal:
        return await _refuse(context, order, refusal)


def _verify_files(context: LoadContext, folder: Path, manifest: Manifest) -> None:
    """Two files at a time: hashing releases Python's lock."""
    files = [file for file in manifest.tables if file.table in TABLES]
    total, done = sum(file.bytes for file in files), 0
    with ThreadPoolExecutor(2) as both:
        for file, _ in zip(files, both.map(lambda file: check_file(folder, file), files), strict=True):
            done += file.bytes
            context.progress("verify", done, total)


async def _import_in_transaction(
    conn: AsyncConnection, context: LoadContext, order: ImportOrder, folder: Path
) -> Report:
    """From the files to their report.

    1. Wait for the region's lock. 2. Refuse what another import has overtaken. 3. Stage the files. 4. Check
    rows against each other and compute the changes. 5. Hold the package if the policy says so: no row is
    changed yet; else apply it. 6. Note the report.
    """
    system, manifest, now = order.system, order.manifest, context.clock.now()
    full = manifest.mode == "full"
    await begin_import(conn, system.region, full=full)
    if order.dry_run:
        await store.receive(conn, system.id, manifest, now)
    current = await store.current_package(conn, system.id)
    if current is not None and current.export_id == manifest.export_id:
        return unchanged(system, manifest, current)  # applied by another process while this one verified
    check_base(current, manifest)
    await store.forget_problems(conn, system.id, manifest.export_id)
    staging = await open_staging(conn, Place(system.region, system.id), manifest.export_id, full=full)

    async def add_problems(problems: Sequence[RowProblem]) -> None:
        await store.add_problems(conn, system.id, manifest.export_id, problems)

    staged = await stage_files(staging, folder, manifest, add_problems, context.progress)
    async with staging.planned_for(few=are_few(staging, staged.values())):
        proposal = await _check_and_propose(conn, context, staging, staged)
        await staging.execute(REGION.report_findings, export_id=manifest.export_id)
        report = await _build_report(conn, order, staged, proposal)
        hold = reason_to_hold(proposal.changes, context.policy, unread_rights(staging, staged))
        if hold is not None and not order.approved:
            report = msgspec.structs.replace(report, state="held", code=hold[0], reason=hold[1])
        elif order.dry_run:
            return msgspec.structs.replace(report, state="proposed")
        else:
            await _apply(conn, context, order, staging, proposal)
    await end_import(staging)
    await store.finish(conn, report, context.clock.now())
    return report


async def _check_and_propose(
    conn: AsyncConnection, context: LoadContext, staging: Staging, staged: dict[str, StagedTable]
) -> Proposal:
    total = sum(table.rows for table in staged.values())
    context.progress("match", 0, total)
    changing = [table.name for table in staged.values() if table.changes]
    await check_rows_together(staging, staged, changing=changing)
    context.progress("compare", 0, total)
    return await propose(staging, staged, await store.current_rows(conn, staging.place.system_id))


async def _build_report(
    conn: AsyncConnection, order: ImportOrder, staged: dict[str, StagedTable], proposal: Proposal
) -> Report:
    """The report of the applied package."""
    system, manifest = order.system, order.manifest
    problems, rejected = await store.problem_counts(conn, system.id, manifest.export_id)
    tables = [
        TableReport(changes=change, rows=staged[change.table].rows, set_aside=rejected.get(change.table, 0))
        for change in proposal.changes
        if change.table in staged
    ]
    return msgspec.structs.replace(report_of(system, manifest, "applied"), tables=tables, problems=problems)


async def _apply(
    conn: AsyncConnection, context: LoadContext, order: ImportOrder, staging: Staging, proposal: Proposal
) -> None:
    place, manifest, now = staging.place, order.manifest, context.clock.now()
    context.progress("apply", 0, sum(file.rows for file in manifest.tables))
    await apply(staging, proposal, export_id=manifest.export_id, now=now)
    for erase in context.erasers:
        await erase(conn, place.region, place.system_id)
    await audit_lines.note(
        conn, "export.apply", place, now,
        actor="operator" if order.approved else "system", export_id=str(manifest.export_id),
    )  # fmt: skip


async def _analyze_grown(context: LoadContext, region: str, report: Report) -> None:
    """Pages are planned by the rows that are there now. If this fails, the package stays applied."""
    grown = [name for name, changes in report.changes.items() if changes.added > changes.held * _GROWN]
    if report.state != "applied" or not grown:
        return
    try:
        async with context.database.transaction() as conn:
            await analyze_for_pages(conn, region, grown)
    except OperationalError as error:
        _log.warning("%s: the planner's statistics of %s are old: %s", report.system_id, grown, error)


async def _refuse(context: LoadContext, order: ImportOrder, refusal: PackageRefused) -> Report:
    """Note the refusal, unless this is a dry run."""
    system, manifest = order.system, order.manifest
    report = refused(system, manifest, refusal)
    if order.dry_run:
        return report
    now = context.clock.now()
    async with context.database.transaction() as conn:
        await store.receive(conn, system.id, manifest, now)
        if not await store.finish(conn, report, now):
            # Applied by another process: its problems are right.
            return unchanged(system, manifest, await store.current_package(conn, system.id))
        await store.forget_problems(conn, system.id, manifest.export_id)
    return report
