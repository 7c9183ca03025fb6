"""exports.packages and exports.problems: what the import writes and reads of them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.contract.package import Manifest
from myedu.kit.db import execute, fetch_all, fetch_one, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.exports.models import AppliedPackage, Package, Report, RowProblem, TableReport

QUERIES = load_queries(__package__)


async def receive(conn: AsyncConnection, system_id: str, manifest: Manifest, now: datetime) -> None:
    """Note that a package came; what became of one that came before stays."""
    row = {
        "system_id": system_id,
        "export_id": manifest.export_id,
        "region": manifest.region,
        "mode": manifest.mode,
        "base": manifest.base,
        "created_at": manifest.created_at,
        "now": now,
    }
    await execute(conn, QUERIES.receive, row)


async def package(conn: AsyncConnection, system_id: str, export_id: UUID) -> Package | None:
    """A package that came before."""
    return await fetch_one(conn, QUERIES.package, {"system_id": system_id, "export_id": export_id}, Package)


async def current_package(conn: AsyncConnection, system_id: str) -> Package | None:
    """The applied package whose rows people has now."""
    return await fetch_one(conn, QUERIES.current_package, {"system_id": system_id}, Package)


async def current_rows(conn: AsyncConnection, system_id: str) -> dict[str, int]:
    """Table → current rows by the last report; tables that have to be counted are missing."""
    text = await fetch_value(conn, QUERIES.current_tables, {"system_id": system_id})
    changes = [table.changes for table in msgspec.convert(text or [], list[TableReport])]
    if any(change.table == "persons" and change.erased for change in changes):
        return {}  # rows about them were erased too, from tables whose report doesn't count them
    return {
        change.table: change.held + change.added + change.restored - change.archived - change.erased
        for change in changes
    }


async def require_recount(conn: AsyncConnection, system_id: str) -> None:
    """Rows were erased that no package reports, so `current_rows` can't go by the last report."""
    await execute(conn, QUERIES.require_recount, {"system_id": system_id})


async def finish(conn: AsyncConnection, report: Report, now: datetime) -> bool:
    """Write what became of a package; an applied one is the one of its system that can be rolled back.

    False if it is applied already, which stays.
    """
    outcome = {
        "system_id": report.system_id,
        "export_id": report.export_id,
        "state": report.state,
        "code": report.code,
        "reason": report.reason,
        "tables": msgspec.json.encode(report.tables).decode(),
        "now": now,
    }
    is_written = bool(await execute(conn, QUERIES.finish, outcome))
    if report.state == "applied":
        await execute(conn, QUERIES.only_last, outcome)
    return is_written


async def give_up(
    conn: AsyncConnection, system_id: str, export_id: UUID | None, *, code: str, reason: str
) -> None:
    """Note as refused a package whose import failed for good; without an id, the pulled ones."""
    outcome = {"system_id": system_id, "export_id": export_id, "code": code, "reason": reason}
    await execute(conn, QUERIES.give_up, outcome)


async def forget_problems(conn: AsyncConnection, system_id: str, export_id: UUID) -> None:
    """Drop the problems of an earlier attempt."""
    await execute(conn, QUERIES.forget_problems, {"system_id": system_id, "export_id": export_id})


async def add_problems(
    conn: AsyncConnection, system_id: str, export_id: UUID, problems: Iterable[RowProblem]
) -> None:
    """Keep the problems of some rows."""
    async with conn.cursor() as cursor, cursor.copy(QUERIES.copy_problems.text) as copy:
        for one in problems:
            place = (system_id, export_id, one.table, one.line, one.field)
            await copy.write_row((*place, one.code, one.severity, one.detail))


async def problem_counts(
    conn: AsyncConnection, system_id: str, export_id: UUID
) -> tuple[dict[str, int], dict[str, int]]:
    """(code → problems, table → rejected rows)."""
    key = {"system_id": system_id, "export_id": export_id}
    by_code = await fetch_all(conn, QUERIES.tally, key, _Count)
    rejected = await fetch_all(conn, QUERIES.tally_rejected, key, _Count)
    return {one.name: one.rows for one in by_code}, {one.name: one.rows for one in rejected}


async def last_applied(conn: AsyncConnection, region: str) -> AppliedPackage | None:
    """The package that was applied last in a region, of whichever system."""
    return await fetch_one(conn, QUERIES.last_applied, {"region": region}, AppliedPackage)


async def roll_back(conn: AsyncConnection, package: AppliedPackage, code: str, reason: str) -> None:
    """Note that a package was rolled back."""
    key = {"system_id": package.system_id, "export_id": package.export_id}
    await execute(conn, QUERIES.roll_back, {**key, "code": code, "reason": reason})


class _Count(msgspec.Struct):
    name: str
    rows: int
