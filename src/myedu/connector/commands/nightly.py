"""Writing a package every night while `serve` runs."""

import asyncio
import logging
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import anyio.to_thread

from myedu.connector.sdk.draft import ExportError
from myedu.connector.sdk.folder import latest_package
from myedu.connector.simple.export import ExportBusy, write_export
from myedu.connector.simple.journal import SimpleJournal
from myedu.connector.simple.system import zone_of
from myedu.kit.clock import Clock

log = logging.getLogger("myedu.connector.export")

_LOOK = 30.0
"""Seconds between looks at the clock: it may be set while we sleep."""
_AGAIN = timedelta(minutes=30)


def next_time(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The first `at` o'clock of `zone` after `now`."""
    local = now.astimezone(zone)
    due = datetime.combine(local.date(), at, zone)
    return due if due > local else datetime.combine(local.date() + timedelta(days=1), at, zone)


async def write_nightly(
    journal: SimpleJournal,
    folder: Path,
    at: time | None,
    clock: Clock,
) -> None:
    """A package now where there is none, then one every night; after a failure half an hour later.

    Several processes may do this over one folder: what one of them has written the others leave.
    """
    zone = zone_of(journal)
    due = None if at is None else next_time(at, zone, clock.now())
    if await anyio.to_thread.run_sync(latest_package, folder) is None:
        due = clock.now()
    while due is not None:
        while clock.now() < due:  # noqa: ASYNC110 - a clock rings no event
            await asyncio.sleep(min(_LOOK, (due - clock.now()).total_seconds()))
        if not await _written(journal, folder, due, clock):
            due = clock.now() + _AGAIN
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
