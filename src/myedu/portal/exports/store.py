"""What exports.packages and exports.problems hold."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.contract.package import Manifest
from myedu.contract.tables import TABLES
from myedu.kit.db import execute, fetch_all, fetch_one, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.exports.models import Applied, Package, Report, RowProblem, TableReport
from myedu.portal.people.models import Place

QUERIES = load_queries(__package__)


async def receive(conn: AsyncConnection, system_id: str, manifest: Manifest, now: datetime) -> None:
    about = {
        "system_id": system_id,
        "export_id": manifest.export_id,
        "region": manifest.region,
        "mode": manifest.mode,
        "base": manifest.base,
        "created_at": manifest.created_at,
        "now": now,
    }
    await execute(conn, QUERIES.receive, about)


async def package(conn: AsyncConnection, system_id: str, export_id: UUID) -> Package | None:
    return await fetch_one(conn, QUERIES.package, {"system_id": system_id, "export_id": export_id}, Package)


async def standing(conn: AsyncConnection, system_id: str) -> Package | None:
    """The package whose rows people have now."""
    return await fetch_one(conn, QUERIES.standing, {"system_id": system_id}, Package)


async def rows_after(conn: AsyncConnection, system_id: str) -> dict[str, int]:
    """How many rows stand by the report of the package that stands, in the tables that it had; nothing where
    they have to be counted."""
    text = await fetch_value(conn, QUERIES.standing_tables, {"system_id": system_id})
    changes = [one.changes for one in msgspec.convert(text or [], list[TableReport])]
    if any(one.table == "persons" and one.erased for one in changes):
        return {}  # rows about them went with them, from tables whose report doesn't tell
    return {one.table: one.held + one.added + one.restored - one.archived - one.erased for one in changes}


async def count_anew(conn: AsyncConnection, system_id: str) -> None:
    """Rows went of which no package tells, so that what stands has to be counted."""
    await execute(conn, QUERIES.count_anew, {"system_id": system_id})


async def finish(conn: AsyncConnection, report: Report, now: datetime) -> bool:
    """Write what became of the package; applied, it is the one of its system that can be rolled back. False
    where it stands applied already, which stays."""
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
    """Note as refused what was begun and nobody goes on with; without an id, what was pulled."""
    about = {"system_id": system_id, "export_id": export_id, "code": code, "reason": reason}
    await execute(conn, QUERIES.give_up, about)


async def forget_problems(conn: AsyncConnection, system_id: str, export_id: UUID) -> None:
    """Drop the problems of an earlier try."""
    await execute(conn, QUERIES.forget_problems, {"system_id": system_id, "export_id": export_id})


async def add_problems(
    conn: AsyncConnection, system_id: str, export_id: UUID, problems: Iterable[RowProblem]
) -> None:
    async with conn.cursor() as cursor, cursor.copy(QUERIES.copy_problems.text) as copy:
        for one in problems:
            place = (system_id, export_id, one.table, one.line, one.field)
            await copy.write_row((*place, one.code, one.severity, one.detail))


async def add_found(conn: AsyncConnection, place: Place, export_id: UUID) -> None:
    """Add what people found by the sight of all rows."""
    await execute(conn, QUERIES.add_found, {**msgspec.structs.asdict(place), "export_id": export_id})


async def problem_counts(
    conn: AsyncConnection, system_id: str, export_id: UUID
) -> tuple[dict[str, int], dict[str, int]]:
    """(problems by code, rows set aside by table)."""
    key = {"system_id": system_id, "export_id": export_id}
    by_code = await fetch_all(conn, QUERIES.tally, key, _Count)
    aside = await fetch_all(conn, QUERIES.tally_aside, key, _Count)
    return {one.code: one.rows for one in by_code}, {one.code: one.rows for one in aside}


async def last_applied(conn: AsyncConnection, region: str) -> Applied | None:
    """The region's last package."""
    return await fetch_one(conn, QUERIES.last_applied, {"region": region}, Applied)


async def roll_back(conn: AsyncConnection, package: Applied, code: str, reason: str) -> None:
    about = {"system_id": package.system_id, "export_id": package.export_id}
    await execute(conn, QUERIES.roll_back, {**about, "code": code, "reason": reason})


async def problems(conn: AsyncConnection, system_id: str, export_id: UUID) -> list[RowProblem]:
    """The package's problems, table by table as the contract has them, and line by line."""
    wanted = {"system_id": system_id, "export_id": export_id, "tables": list(TABLES)}
    return await fetch_all(conn, QUERIES.problems, wanted, RowProblem)


class _Count(msgspec.Struct):
    code: str
    rows: int
