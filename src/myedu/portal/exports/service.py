"""Export packages: importing them, deciding about them, and what is known of them.

Other rooms use this module and `models`; the packages below it are the room's own.
"""

import asyncio
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from psycopg import AsyncConnection

from myedu.connector.sdk.client import JournalClient
from myedu.kit.settings import Settings
from myedu.portal.exports import audit_lines, queue, store
from myedu.portal.exports.decisions import approve, reject
from myedu.portal.exports.load.erasure import erase_archived
from myedu.portal.exports.load.roll_back import undo_package
from myedu.portal.exports.load.staging import Staging, begin_import, end_import
from myedu.portal.exports.models import AppliedPackage, LoadContext, PackageRefused, Report
from myedu.portal.exports.pipeline import ImportOrder, early_report, import_package
from myedu.portal.exports.receive.pull import fetch_package
from myedu.portal.exports.receive.spool import drop_superseded, folder_of
from myedu.portal.exports.receive.vendors import register_key
from myedu.portal.exports.receive.verify import read_manifest
from myedu.portal.exports.report.package_queries import (
    arrivals,
    connected,
    newest_packages,
    package_history,
    problems,
    report,
    system,
    systems,
)
from myedu.portal.exports.report.problems_file import problems_file
from myedu.portal.exports.report.words import words_en, words_ru
from myedu.portal.exports.settings import ExportSettings
from myedu.portal.people import service as people
from myedu.portal.people.models import Place, System

__all__ = [
    "KEPT",
    "apply_held",
    "approve",
    "arrivals",
    "connected",
    "erase_expired",
    "last_package",
    "load_folder",
    "newest_packages",
    "package_history",
    "problems",
    "problems_file",
    "pull",
    "register_key",
    "reject",
    "report",
    "request_pull",
    "request_roll_back",
    "retry",
    "roll_back",
    "spool_of",
    "system",
    "systems",
    "words_en",
    "words_ru",
]

KEPT = timedelta(days=365)
"""How long archived rows are kept: contract.personal says until the end of studies or work and a year."""


async def pull(context: LoadContext, client: JournalClient) -> Report:
    """Fetch the system's newest package and import it; what is wrong with the package is in the report.

    Raises PackageRefused for an unknown system, JournalError if the system can't be reached.
    """
    registered = await _registered(context, client.address.system_id)
    manifest = (await client.latest_export()).value
    assert manifest is not None  # no ETag was sent
    order = ImportOrder(system=registered, manifest=manifest)
    known = await early_report(context, order)
    if known is not None:
        return known
    folder = folder_of(context.spool, registered.id, manifest.export_id)
    await drop_superseded(context.database, context.spool, registered.id, manifest.export_id)
    await fetch_package(client, manifest, folder, context.spool, context.progress)
    done = await import_package(context, order, folder)
    if done.state != "held":
        # Personal data is not kept twice; a refused package is fetched again when it is offered again.
        await asyncio.to_thread(shutil.rmtree, folder)
    return done


async def load_folder(
    context: LoadContext, system_id: str, folder: Path, *, approved: bool = False, dry_run: bool = False
) -> Report:
    """Import a package from a folder.

    `approved`: an operator has seen what it does; `dry_run`: only report what it would do.
    Raises PackageRefused if nothing can be noted: without a registered system or a readable manifest.
    """
    order = ImportOrder(
        system=await _registered(context, system_id),
        manifest=read_manifest(folder),
        approved=approved,
        dry_run=dry_run,
    )
    return await early_report(context, order) or await import_package(context, order, folder)


async def apply_held(context: LoadContext, system_id: str, export_id: UUID) -> Report:
    """Apply a held package that is in the spool. Raises PackageRefused if its files are gone."""
    folder = folder_of(context.spool, system_id, export_id)
    if not folder.is_dir():
        raise PackageRefused(
            "not-kept", f"{export_id} is not in the spool {context.spool}: load its folder again, approved"
        )
    return await load_folder(context, system_id, folder, approved=True)


async def last_package(context: LoadContext, region: str) -> AppliedPackage:
    """The package that `roll_back` would take back. Raises PackageRefused if there is none."""
    async with context.database.connection() as conn:
        return await _last_package(conn, region)


async def roll_back(
    context: LoadContext, region: str, export_id: UUID | None = None, account_id: UUID | None = None
) -> Report:
    """Put a region back as it was before its last package.

    Raises PackageRefused if that can't be done, or if another package than `export_id`, which the operator
    has looked at, is the last one by now. The package isn't imported again by itself: a newer one is, or this
    one when an operator approves it. `account_id`: of the operator, None in a terminal.
    """
    async with context.database.transaction() as conn:
        await begin_import(conn, region)
        last = await _last_package(conn, region)
        if export_id not in (None, last.export_id):
            raise PackageRefused(
                "another-is-last",
                f"{last.export_id} of {last.system_id} was applied meanwhile: nothing is done, look again",
            )
        now, place = context.clock.now(), Place(region, last.system_id)
        await undo_package(Staging(conn, place), last.export_id)
        reason = f"rolled back by an operator at {now.isoformat()}: send a new package, or approve this one"
        await store.roll_back(conn, last, "rolled-back", reason)
        await audit_lines.note(
            conn, "export.roll-back", place, now,
            actor="operator", account_id=account_id, export_id=str(last.export_id),
        )  # fmt: skip
    return Report(
        system_id=last.system_id,
        export_id=last.export_id,
        state="rolled-back",
        code="rolled-back",
        reason=reason,
    )


async def erase_expired(context: LoadContext, kept: timedelta = KEPT) -> dict[str, int]:
    """Erase what was archived longer ago than `kept`, a transaction a system; system → erased persons."""
    async with context.database.connection() as conn:
        registered = await people.systems(conn)
    erased = {}
    for one in registered:
        place = Place(one.region, one.id)
        async with context.database.transaction() as conn:
            await begin_import(conn, place.region)
            staging, now = Staging(conn, place), context.clock.now()
            erased[one.id] = await erase_archived(staging, now - kept)
            for erase in context.erasers:
                await erase(conn, place.region, place.system_id)
            await end_import(staging)
            if erased[one.id]:
                await store.require_recount(conn, one.id)
                await audit_lines.note(
                    conn, "export.expire", place, now, actor="system", persons=str(erased[one.id])
                )
    return erased


def spool_of(settings: Settings) -> Path:
    """The folder with the files of received packages."""
    return settings.of(ExportSettings).spool


async def request_pull(conn: AsyncConnection, system_id: str) -> bool:
    """Queue a pull, in the caller's transaction; False if one is queued already."""
    return await queue.enqueue(conn, system_id, queue.ImportJob(way="pull"))


async def retry(conn: AsyncConnection, system_id: str, account_id: UUID | None, now: datetime) -> int:
    """Queue a system's failed jobs again, or a pull if it has none; how many had failed.

    In the caller's transaction, with a line of the audit.
    """
    again = await queue.retry_failed(conn, system_id)
    if not again:
        await request_pull(conn, system_id)
    await _note(conn, "export.retry", system_id, account_id, now)
    return again


async def request_roll_back(
    conn: AsyncConnection, system_id: str, export_id: UUID, account_id: UUID, now: datetime
) -> bool:
    """Queue the roll-back of a region's last package, in the caller's transaction; False if it is queued.

    The job does nothing if another package is the last by then.
    """
    job = queue.ImportJob(way="roll-back", export_id=export_id, account_id=account_id)
    await _note(conn, "export.ask-roll-back", system_id, account_id, now, export_id=str(export_id))
    return await queue.enqueue(conn, system_id, job)


async def _note(
    conn: AsyncConnection,
    action: str,
    system_id: str,
    account_id: UUID | None,
    now: datetime,
    **detail: str,
) -> None:
    known = await people.system(conn, system_id)
    if known is not None:
        place = Place(known.region, system_id)
        await audit_lines.note(conn, action, place, now, actor="operator", account_id=account_id, **detail)


async def _registered(context: LoadContext, system_id: str) -> System:
    async with context.database.connection() as conn:
        found = await people.system(conn, system_id)
    if found is None:
        raise PackageRefused(
            "unknown-system", f"no system {system_id!r} is registered: register it with its region first"
        )
    return found


async def _last_package(conn: AsyncConnection, region: str) -> AppliedPackage:
    last = await store.last_applied(conn, region)
    if last is None:
        raise PackageRefused(
            "nothing-to-undo", f"no package stands in region {region}: see that it is the right one"
        )
    if not last.can_roll_back:
        raise PackageRefused(
            "nothing-to-undo",
            f"the last package that stands in region {region} is {last.export_id} of {last.system_id}, and"
            " what was before it is not kept: of each system only the last one can go, and once",
        )
    return last
