"""What an operator sees and decides. Every function asks first whether it is an operator."""

from uuid import UUID

from psycopg import AsyncConnection

from myedu.portal.exports import desk, ledger
from myedu.portal.exports.ledger import PackageReport
from myedu.portal.identity import service as identity
from myedu.portal.people.models import Viewer
from myedu.portal.pilot.models import JournalsFacts, Overview, PackageFacts
from myedu.portal.tools import Tools

PROBLEMS_A_PAGE = 50


class NoSuchPackage(Exception):
    """No package under this address: the same answer as for whoever is no operator."""


async def admit(tools: Tools, token: str | None) -> None:
    """Whether it is an operator at all, before a form is looked at. Raises NotSignedIn, NotOperator."""
    async with tools.database.connection() as conn:
        await _operator(tools, conn, token)


async def overview(tools: Tools, token: str | None) -> Overview:
    now = tools.clock.now()
    async with tools.database.connection() as conn:
        viewer = await _operator(tools, conn, token)
        return Overview(viewer, now, await ledger.systems(conn), await ledger.newest(conn))


async def journals(tools: Tools, token: str | None) -> JournalsFacts:
    """How every journal answers now."""
    async with tools.database.connection() as conn:
        viewer = await _operator(tools, conn, token)
        systems = await ledger.systems(conn)
    return JournalsFacts(viewer, systems, tools.sight.figures())


async def package(
    tools: Tools, token: str | None, system_id: str, export_id: UUID, page: int = 1
) -> PackageFacts:
    """One package with a page of its problems. Raises NoSuchPackage."""
    now = tools.clock.now()
    async with tools.database.connection() as conn:
        viewer = await _operator(tools, conn, token)
        report = await _report(conn, system_id, export_id)
        system = await ledger.system(conn, system_id)
        if system is None:
            raise NoSuchPackage
        rows = sum(count.rows for count in report.problems)
        offset = (page - 1) * PROBLEMS_A_PAGE
        problems = await ledger.problems(conn, system_id, export_id, limit=PROBLEMS_A_PAGE, offset=offset)
    return PackageFacts(viewer, now, system, report, problems, page, rows)


async def problems_of(tools: Tools, token: str | None, system_id: str, export_id: UUID) -> PackageReport:
    """Whose problems.csv may be sent. Raises NoSuchPackage."""
    async with tools.database.connection() as conn:
        await _operator(tools, conn, token)
        return await _report(conn, system_id, export_id)


async def agree(tools: Tools, token: str | None, system_id: str, export_id: UUID) -> bool:
    """Have a held package applied; False where it isn't held any more."""
    async with tools.database.transaction() as conn:
        viewer = await _operator(tools, conn, token)
        return await desk.agree(conn, system_id, export_id, viewer.account_id, tools.clock.now())


async def refuse(tools: Tools, token: str | None, system_id: str, export_id: UUID) -> bool:
    """Refuse a held package; False where it isn't held any more."""
    async with tools.database.connection() as conn:
        viewer = await _operator(tools, conn, token)
    return await desk.refuse(
        tools.database, tools.settings.spool, system_id, export_id, viewer.account_id, tools.clock.now()
    )


async def _operator(tools: Tools, conn: AsyncConnection, token: str | None) -> Viewer:
    """Raises NotSignedIn, NotOperator."""
    organisations = tools.settings.operator_organisations
    return await identity.require_operator(conn, token, tools.clock.now(), organisations)


async def _report(conn: AsyncConnection, system_id: str, export_id: UUID) -> PackageReport:
    report = await ledger.report(conn, system_id, export_id)
    if report is None:
        raise NoSuchPackage
    return report
