"""What `myedu doctor` looks at of exports: the spool, its disk, and packages that nobody looks after."""

import asyncio
import os
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from myedu.kit.terminal import tr
from myedu.portal.checks import Finding, failed, ok, warning
from myedu.portal.context import CommandContext
from myedu.portal.exports.models import SystemLine
from myedu.portal.exports.report import package_queries
from myedu.portal.exports.settings import ExportSettings

_LEAST_FREE = 20 * 1024**3  # a region's package, unpacked beside the next one
_LATE_AFTER = timedelta(hours=26)  # a day, and the six attempts of a pull


async def check_spool(context: CommandContext) -> Sequence[Finding]:
    """Packages can be written, and the disk has room for a night."""
    return [await asyncio.to_thread(_spool, context.settings.of(ExportSettings).spool)]


def _spool(folder: Path) -> Finding:
    about = tr("spool")
    existing = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    if not (existing.is_dir() and os.access(existing, os.W_OK)):
        return failed(about, tr("{folder} can't be written: give it to the portal's user", folder=existing))
    free = shutil.disk_usage(existing).free
    values = {"folder": folder, "free": round(free / 1024**3)}
    if free < _LEAST_FREE:
        return warning(about, tr("{folder}: {free} GiB are free, a night may need 20", **values))
    return ok(about, tr("{folder}: {free} GiB are free", **values))


async def check_packages(context: CommandContext) -> Sequence[Finding]:
    """Packages that wait for an operator, and scheduled pulls that don't come."""
    async with context.database.connection() as conn:
        systems = await package_queries.systems(conn)
        packages = await package_queries.newest_packages(conn)
    held = [package for package in packages if package.state == "held"]
    findings = [
        warning(
            tr("export {id}", id=package.system_id),
            tr(
                "held since {day}: `myedu exports approve {system} {export_id}`, or reject",
                day=f"{package.received_at:%Y-%m-%d}",
                system=package.system_id,
                export_id=package.export_id,
            ),
        )
        for package in held
    ]
    applied = {package.system_id: package.applied_at for package in reversed(packages) if package.applied_at}
    for system in systems:
        findings += _pull(context, system, bool(applied.get(system.id)))
    return findings


def _pull(context: CommandContext, system: SystemLine, has_package: bool) -> Sequence[Finding]:
    about, now = tr("export {id}", id=system.id), context.clock.now()
    if system.code:
        return [failed(about, f"{system.sentence} ({system.code}); `myedu portal retry {system.id}`")]
    if system.next_at and now - system.next_at > timedelta(hours=1):
        return [
            failed(
                about, tr("was due at {at}, and no worker came: is one running?", at=_minute(system.next_at))
            )
        ]
    if system.ended_at is None and not has_package:
        return [warning(about, tr("no package was ever taken in: docs/operations/connect-region.md"))]
    if system.next_at and system.ended_at and now - system.ended_at > _LATE_AFTER:
        return [warning(about, tr("the last pull ended at {at}", at=_minute(system.ended_at)))]
    return [ok(about, tr("taken in"))]


def _minute(at: object) -> str:
    return f"{at:%Y-%m-%d %H:%M %Z}"


CHECKS = (check_spool, check_packages)
