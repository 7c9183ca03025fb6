"""What is measured of exports, by the worker: packages of every system, and the disk of the spool."""

import asyncio
import shutil
from datetime import datetime
from pathlib import Path

import msgspec

from myedu.kit.db import fetch_all
from myedu.kit.telemetry import MetricSpec
from myedu.portal.context import WorkerContext
from myedu.portal.exports.report.package_queries import QUERIES
from myedu.portal.exports.settings import ExportSettings

METRICS = (
    MetricSpec(
        "myedu_export_applied_timestamp_seconds",
        "largest",
        ("system",),
        "When a package of a scheduled system that is not paused was last applied (Unix time); 0: never.",
    ),
    MetricSpec(
        "myedu_export_held",
        "largest",
        ("system",),
        "Packages that wait for an operator's decision.",
    ),
    MetricSpec(
        "myedu_export_failing",
        "largest",
        ("system", "code"),
        "1 while a system's last import has ended with this code and none has succeeded since.",
    ),
    MetricSpec(
        "myedu_spool_free_bytes",
        "largest",
        (),
        "Free bytes on the disk of MYEDU_SPOOL, as the worker sees it.",
    ),
)


class ExportState(msgspec.Struct, frozen=True, kw_only=True):
    """How a system's exports stand. `code`: of its last import, if that failed."""

    id: str
    is_scheduled: bool
    code: str | None
    applied_at: datetime | None
    held: int


async def measure(context: WorkerContext) -> None:
    """Set the gauges."""
    async with context.database.connection() as conn:
        systems = await fetch_all(conn, QUERIES.states, None, ExportState)
    record = context.telemetry.set_all
    applied: dict[tuple[str, ...], float] = {
        (one.id,): one.applied_at.timestamp() if one.applied_at else 0.0
        for one in systems
        if one.is_scheduled
    }
    record("myedu_export_applied_timestamp_seconds", applied)
    record("myedu_export_held", {(one.id,): one.held for one in systems})
    record("myedu_export_failing", {(one.id, one.code): 1.0 for one in systems if one.code})
    free = await asyncio.to_thread(_free_bytes, context.settings.of(ExportSettings).spool)
    context.telemetry.set("myedu_spool_free_bytes", free)


def _free_bytes(folder: Path) -> int:
    existing = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    return shutil.disk_usage(existing).free
