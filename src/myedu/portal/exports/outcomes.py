"""What is said of a package: the reports that aren't an exception, and the refusals that need another one."""

from collections.abc import Mapping, Sequence

import msgspec
from psycopg import AsyncConnection

from myedu.contract.package import Manifest
from myedu.portal.exports import store
from myedu.portal.exports.models import Package, PackageRefused, Report, State, TableReport
from myedu.portal.exports.staging import StagedTable
from myedu.portal.people.intake import Changes
from myedu.portal.people.models import System


def report_of(system: System, manifest: Manifest, state: State) -> Report:
    return Report(system_id=system.id, export_id=manifest.export_id, state=state)


def unchanged(system: System, manifest: Manifest, standing: Package | None) -> Report:
    """Why a package that was applied before is not even read."""
    code, reason = "applied-before", "this package stands"
    if standing is not None and standing.export_id != manifest.export_id:
        code, reason = (
            "newer-stands",
            f"this package was applied, and a newer one stands: {standing.export_id}",
        )
    reason += "; its files are not read again: corrected rows need a package with a new export_id"
    return msgspec.structs.replace(report_of(system, manifest, "unchanged"), code=code, reason=reason)


async def told(
    conn: AsyncConnection,
    system: System,
    manifest: Manifest,
    staged: Mapping[str, StagedTable],
    changes: Sequence[Changes],
) -> Report:
    by_code, aside = await store.problem_counts(conn, system.id, manifest.export_id)
    tables = [
        TableReport(changes=one, rows=staged[one.table].rows, set_aside=aside.get(one.table, 0))
        for one in changes
        if one.table in staged
    ]
    return msgspec.structs.replace(report_of(system, manifest, "applied"), tables=tables, problems=by_code)


def check_base(standing: Package | None, manifest: Manifest) -> None:
    """Asked under the lock: another package may have been applied since this one was received."""
    if standing is not None and manifest.created_at <= standing.created_at:
        raise older(standing, manifest)
    if manifest.mode == "delta" and (standing is None or standing.export_id != manifest.base):
        stands = f"{standing.export_id} stands here" if standing else "no package stands here"
        raise PackageRefused(
            "missing-base", f"the delta builds on {manifest.base}, and {stands}: send a full package"
        )


def older(standing: Package, manifest: Manifest) -> PackageRefused:
    return PackageRefused(
        "older-package",
        f"made at {manifest.created_at.isoformat()}, not after the package that stands"
        f" ({standing.export_id}, made at {standing.created_at.isoformat()}): make a new one",
    )
