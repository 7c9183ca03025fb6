"""Writes a package every night while `serve` runs."""

import asyncio
import logging
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import anyio.to_thread

from myedu.connector.sdk.package_folder import latest_package
from myedu.connector.sdk.table_writer import ExportError
from myedu.connector.simple.export import ExportBusy, write_export
from myedu.connector.simple.journal import SimpleJournal
from myedu.connector.simple.system import zone_of
from myedu.kit.clock import Clock

log = logging.getLogger("myedu.connector.export")

_CLOCK_SECONDS = 30.0
"""How often the clock is checked: it may be set meanwhile."""
_RETRY = timedelta(minutes=30)


def next_time(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The first instant after `now` at which it is `at` in `zone`."""
    local = now.astimezone(zone)
    due = datetime.combine(local.date(), at, zone)
    return due if due > local else datetime.combine(local.date() + timedelta(days=1), at, zone)


async def write_nightly(
    journal: SimpleJournal,
    folder: Path,
    at: time | None,
    clock: Clock,
) -> None:
    """Write a package now if there is none, then one every night at `at`; retry half an hour after a failure.

    `at` None: only the first package. Several processes may share a folder: each night one of them writes.
    """
    zone = zone_of(journal)
    due = None if at is None else next_time(at, zone, clock.now())
    if await anyio.to_thread.run_sync(latest_package, folder) is None:
        due = clock.now()
    while due is not None:
        while clock.now() < due:  # noqa: ASYNC110 - a clock has no event to wait for
            await asyncio.sleep(min(_CLOCK_SECONDS, (due - clock.now()).total_seconds()))
        if not await _written(journal, folder, due, clock):
            due = clock.now() + _RETRY
        else:
            due = None if at is None else next_time(at, zone, clock.now())


async def _written(journal: SimpleJournal, folder: Path, due: datetime, clock: Clock) -> bool:
    last = await anyio.to_thread.run_sync(latest_package, folder)
    if last is not None and last.created_at >= due:
        return True
    try:
        manifest = await anyio.to_thread.run_sync(lambda: write_export(journal, folder, now=clock.now()))
    except ExportBusy:
        return True
    except ExportError as error:
        log.error("no package was written: %s", error)
    except Exception:
        log.exception("no package was written: the journal's own function failed")
    else:
        rows = sum(table.rows for table in manifest.tables)
        log.info("package written export_id=%s mode=%s rows=%s", manifest.export_id, manifest.mode, rows)
        return True
    return False
