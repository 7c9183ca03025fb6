"""What exports.packages and exports.problems hold."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.contract.package import Manifest
from myedu.kit.db import execute, fetch_all, fetch_one
from myedu.kit.sql import load_queries
from myedu.portal.exports.models import Package, Report, RowProblem

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


async def finish(
    conn: AsyncConnection, report: Report, problems: Iterable[RowProblem], now: datetime
) -> None:
    """Write what became of the package, with its problems in place of those of an earlier try."""
    key = {"system_id": report.system_id, "export_id": report.export_id}
    outcome = {
        "state": report.state,
        "code": report.code,
        "reason": report.reason,
        "tables": msgspec.json.encode(report.tables).decode(),
        "now": now,
    }
    await execute(conn, QUERIES.finish, {**key, **outcome})
    await execute(conn, QUERIES.forget_problems, key)
    async with conn.cursor() as cursor, cursor.copy(QUERIES.copy_problems.text) as copy:
        for one in problems:
            place = (report.system_id, report.export_id, one.table, one.line, one.field)
            await copy.write_row((*place, one.code, one.severity, one.detail))


async def problems(conn: AsyncConnection, system_id: str, export_id: UUID) -> list[RowProblem]:
    """The package's problems, file by file and line by line."""
    return await fetch_all(
        conn, QUERIES.problems, {"system_id": system_id, "export_id": export_id}, RowProblem
    )
