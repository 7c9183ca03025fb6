"""An operator's decision about a held package: approve or reject. Each writes its line of the audit."""

import asyncio
from datetime import datetime
from pathlib import Path
from uuid import UUID

from psycopg import AsyncConnection

from myedu.kit.db import Database
from myedu.portal.exports import audit_lines, queue
from myedu.portal.exports.receive.spool import delete_files
from myedu.portal.exports.report import package_queries
from myedu.portal.people.models import Place

_REASON = "an operator has looked at the package and refused it: ask the operator, then send a new one"


async def approve(
    conn: AsyncConnection, system_id: str, export_id: UUID, account_id: UUID, now: datetime
) -> bool:
    """Queue a held package to be applied, in the caller's transaction; False if it isn't held any more."""
    region = await package_queries.held_region(conn, system_id, export_id)
    if region is None:
        return False
    await queue.enqueue(conn, system_id, queue.ImportJob(way="agree", export_id=export_id))
    await audit_lines.note(
        conn, "export.agree", Place(region, system_id), now,
        actor="operator", account_id=account_id, export_id=str(export_id),
    )  # fmt: skip
    return True


async def reject(
    database: Database, spool: Path, system_id: str, export_id: UUID, account_id: UUID | None, now: datetime
) -> bool:
    """Refuse a held package and delete its files; False if it isn't held.

    Without an account: in a terminal.
    """
    async with database.transaction() as conn:
        region = await package_queries.reject(conn, system_id, export_id, _REASON)
        if region is None:
            return False
        await audit_lines.note(
            conn, "export.refuse", Place(region, system_id), now,
            actor="operator", account_id=account_id, export_id=str(export_id),
        )  # fmt: skip
    await asyncio.to_thread(delete_files, spool, system_id, export_id)
    return True
