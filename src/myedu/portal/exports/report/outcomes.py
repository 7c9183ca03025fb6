"""Reports of packages that end early, and the refusals that depend on another package."""

import msgspec

from myedu.contract.package import Manifest
from myedu.portal.exports.models import Package, PackageRefused, Report, State
from myedu.portal.people.models import System


def report_of(system: System, manifest: Manifest, state: State) -> Report:
    """A report without details."""
    return Report(system_id=system.id, export_id=manifest.export_id, state=state)


def refused(system: System, manifest: Manifest, refusal: PackageRefused) -> Report:
    """The report of a refused package."""
    report = report_of(system, manifest, "refused")
    return msgspec.structs.replace(report, code=refusal.code, reason=refusal.sentence)


def unchanged(system: System, manifest: Manifest, current: Package | None) -> Report:
    """Why a package that was applied before isn't read again."""
    code, reason = "applied-before", "this package stands"
    if current is not None and current.export_id != manifest.export_id:
        code, reason = (
            "newer-stands",
            f"this package was applied, and a newer one stands: {current.export_id}",
        )
    reason += "; its files are not read again: corrected rows need a package with a new export_id"
    return msgspec.structs.replace(report_of(system, manifest, "unchanged"), code=code, reason=reason)


def check_base(current: Package | None, manifest: Manifest) -> None:
    """Raises PackageRefused for a package older than the current one, and for a delta on another base.

    Asked under the lock: another package may have been applied since this one was received.
    """
    if current is not None and manifest.created_at <= current.created_at:
        raise older(current, manifest)
    if manifest.mode == "delta" and (current is None or current.export_id != manifest.base):
        stands = f"{current.export_id} stands here" if current else "no package stands here"
        raise PackageRefused(
            "missing-base", f"the delta builds on {manifest.base}, and {stands}: send a full package"
        )


def older(current: Package, manifest: Manifest) -> PackageRefused:
    """The refusal of a package that is older than the current one."""
    return PackageRefused(
        "older-package",
        f"made at {manifest.created_at.isoformat()}, not after the package that stands"
        f" ({current.export_id}, made at {current.created_at.isoformat()}): make a new one",
    )
