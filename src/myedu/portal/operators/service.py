"""What operators see and decide. Every function first checks that the viewer is an operator."""

from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection

from myedu.portal.audit import service as audit
from myedu.portal.context import AppContext
from myedu.portal.exports import service as exports
from myedu.portal.exports.models import PackageReport
from myedu.portal.federation.service import history, recent_stats
from myedu.portal.identity import service as identity
from myedu.portal.operators import links
from myedu.portal.operators.conformance import conformance_of, set_published
from myedu.portal.operators.journals import last_package, times_of
from myedu.portal.operators.models import JournalsFacts, Overview, PackageFacts
from myedu.portal.people.models import Viewer

__all__ = [
    "PACKAGES_ADDRESS",
    "PROBLEMS_A_PAGE",
    "NoSuchPackage",
    "approve",
    "check_operator",
    "conformance_of",
    "journal_address",
    "journals",
    "note_read",
    "overview",
    "package",
    "problems_of",
    "reject",
    "report_address",
    "set_published",
]

PROBLEMS_A_PAGE = 50
PACKAGES_ADDRESS = links.PACKAGES
journal_address = links.journal
report_address = links.published


class NoSuchPackage(Exception):
    """No package at this address: the answer is the same as for a viewer who is no operator."""


async def check_operator(context: AppContext, token: str | None, page: str = "form") -> Viewer:
    """The operator of a session; `page`: for the line of the audit about a viewer who is none.

    Raises NotSignedIn, NotOperator, RightsUnconfirmed.
    """
    return await context.service(identity.Rights).operator(token, page)


async def overview(context: AppContext, token: str | None) -> Overview:
    """All systems and their newest packages."""
    now, viewer = context.clock.now(), await check_operator(context, token, "packages")
    async with context.database.connection() as conn:
        return Overview(viewer, now, await exports.systems(conn), await exports.newest_packages(conn))


async def journals(context: AppContext, token: str | None) -> JournalsFacts:
    """How every journal answers now."""
    viewer, now = await check_operator(context, token, "journals"), context.clock.now()
    times = times_of("day", now)
    async with context.database.connection() as conn:
        systems = await exports.systems(conn)
        points = await history(conn, [system.id for system in systems], times.since, times.step)
    return JournalsFacts(viewer, now, systems, recent_stats(context.telemetry), points)


async def package(
    context: AppContext, token: str | None, system_id: str, export_id: UUID, page: int = 1
) -> PackageFacts:
    """One package with a page of its problems, which quote rows of persons. Raises NoSuchPackage."""
    now, viewer = context.clock.now(), await check_operator(context, token, "package")
    async with context.database.transaction() as conn:
        report = await _report(conn, system_id, export_id)
        system = await exports.system(conn, system_id)
        if system is None:
            raise NoSuchPackage
        rows = sum(count.rows for count in report.problems)
        offset = (page - 1) * PROBLEMS_A_PAGE
        problems = await exports.problems(conn, system_id, export_id, limit=PROBLEMS_A_PAGE, offset=offset)
        if problems:
            about = {"page": "package", "export": str(export_id)}
            await note_read(conn, viewer, now, system.region, system_id, **about)
    last = (await last_package(context, system_id)).package if report.state == "applied" else None
    is_last = last is not None and last.export_id == export_id
    return PackageFacts(viewer, now, system, report, problems, page, rows, is_last)


async def problems_of(
    context: AppContext, token: str | None, system_id: str, export_id: UUID
) -> PackageReport:
    """The package whose problems.csv is asked for. Raises NoSuchPackage."""
    viewer = await check_operator(context, token, "problems.csv")
    async with context.database.transaction() as conn:
        report = await _report(conn, system_id, export_id)
        system = await exports.system(conn, system_id)
        if system is None:
            raise NoSuchPackage
        about = {"page": "problems.csv", "export": str(export_id)}
        await note_read(conn, viewer, context.clock.now(), system.region, system_id, **about)
        return report


async def approve(context: AppContext, token: str | None, system_id: str, export_id: UUID) -> bool:
    """Queue a held package to be applied; False if it isn't held any more.

    ESIA is asked first whether the viewer still is an operator.
    """
    viewer = await context.service(identity.Rights).operator_now(token, "approve")
    async with context.database.transaction() as conn:
        return await exports.approve(conn, system_id, export_id, viewer.account_id, context.clock.now())


async def reject(context: AppContext, token: str | None, system_id: str, export_id: UUID) -> bool:
    """Refuse a held package; False if it isn't held any more. ESIA is asked first, as for `approve`."""
    viewer = await context.service(identity.Rights).operator_now(token, "reject")
    spool = exports.spool_of(context.settings)
    return await exports.reject(
        context.database, spool, system_id, export_id, viewer.account_id, context.clock.now()
    )


async def note_read(
    conn: AsyncConnection,
    viewer: Viewer,
    now: datetime,
    region: str,
    system_id: str,
    person_id: str | None = None,
    **detail: str,
) -> None:
    """A line of the audit about data of persons that an operator reads, in the transaction of the read."""
    await audit.record(
        conn,
        at=now,
        action="operator.read",
        actor_account=viewer.account_id,
        actor_relation="operator",
        region=region,
        system_id=system_id,
        person_id=person_id,
        detail=detail,
    )


async def _report(conn: AsyncConnection, system_id: str, export_id: UUID) -> PackageReport:
    report = await exports.report(conn, system_id, export_id)
    if report is None:
        raise NoSuchPackage
    return report
