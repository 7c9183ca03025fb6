"""What operators see and decide. Every function first checks that the viewer is an operator."""

from uuid import UUID

from psycopg import AsyncConnection

from myedu.portal.context import AppContext
from myedu.portal.exports import service as exports
from myedu.portal.exports.models import PackageReport
from myedu.portal.federation.service import recent_stats
from myedu.portal.identity import service as identity
from myedu.portal.operators.models import JournalsFacts, Overview, PackageFacts
from myedu.portal.people.models import Viewer

PROBLEMS_A_PAGE = 50


class NoSuchPackage(Exception):
    """No package at this address: the answer is the same as for a viewer who is no operator."""


async def check_operator(context: AppContext, token: str | None) -> None:
    """Before a form is read. Raises NotSignedIn, NotOperator."""
    async with context.database.connection() as conn:
        await require_operator(context, conn, token)


async def overview(context: AppContext, token: str | None) -> Overview:
    """All systems and their newest packages."""
    now = context.clock.now()
    async with context.database.connection() as conn:
        viewer = await require_operator(context, conn, token)
        return Overview(viewer, now, await exports.systems(conn), await exports.newest_packages(conn))


async def journals(context: AppContext, token: str | None) -> JournalsFacts:
    """How every journal answers now."""
    async with context.database.connection() as conn:
        viewer = await require_operator(context, conn, token)
        systems = await exports.systems(conn)
    return JournalsFacts(viewer, systems, recent_stats(context.telemetry))


async def package(
    context: AppContext, token: str | None, system_id: str, export_id: UUID, page: int = 1
) -> PackageFacts:
    """One package with a page of its problems. Raises NoSuchPackage."""
    now = context.clock.now()
    async with context.database.connection() as conn:
        viewer = await require_operator(context, conn, token)
        report = await _report(conn, system_id, export_id)
        system = await exports.system(conn, system_id)
        if system is None:
            raise NoSuchPackage
        rows = sum(count.rows for count in report.problems)
        offset = (page - 1) * PROBLEMS_A_PAGE
        problems = await exports.problems(conn, system_id, export_id, limit=PROBLEMS_A_PAGE, offset=offset)
    return PackageFacts(viewer, now, system, report, problems, page, rows)


async def problems_of(
    context: AppContext, token: str | None, system_id: str, export_id: UUID
) -> PackageReport:
    """The package whose problems.csv is asked for. Raises NoSuchPackage."""
    async with context.database.connection() as conn:
        await require_operator(context, conn, token)
        return await _report(conn, system_id, export_id)


async def approve(context: AppContext, token: str | None, system_id: str, export_id: UUID) -> bool:
    """Queue a held package to be applied; False if it isn't held any more."""
    async with context.database.transaction() as conn:
        viewer = await require_operator(context, conn, token)
        return await exports.approve(conn, system_id, export_id, viewer.account_id, context.clock.now())


async def reject(context: AppContext, token: str | None, system_id: str, export_id: UUID) -> bool:
    """Refuse a held package; False if it isn't held any more."""
    async with context.database.connection() as conn:
        viewer = await require_operator(context, conn, token)
    spool = exports.spool_of(context.settings)
    return await exports.reject(
        context.database, spool, system_id, export_id, viewer.account_id, context.clock.now()
    )


async def require_operator(context: AppContext, conn: AsyncConnection, token: str | None) -> Viewer:
    """The viewer of a session token. Raises NotSignedIn, NotOperator."""
    organisations = identity.operator_organisations(context.settings)
    return await identity.require_operator(conn, token, context.clock.now(), organisations)


async def _report(conn: AsyncConnection, system_id: str, export_id: UUID) -> PackageReport:
    report = await exports.report(conn, system_id, export_id)
    if report is None:
        raise NoSuchPackage
    return report
