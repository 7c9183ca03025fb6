"""An operator's word about a held package: go on, or no. Each with its line in the audit."""

import asyncio
from datetime import datetime
from pathlib import Path
from uuid import UUID

from psycopg import AsyncConnection

from myedu.kit.db import Database
from myedu.portal.audit import service as audit
from myedu.portal.exports import ledger, queue
from myedu.portal.exports.spool import forget

_REASON = "an operator has looked at the package and refused it: ask the operator, then send a new one"


async def agree(
    conn: AsyncConnection, system_id: str, export_id: UUID, account_id: UUID, now: datetime
) -> bool:
    """Queue a held package to be applied, in a transaction; False where it isn't held any more."""
    region = await ledger.held_region(conn, system_id, export_id)
    if region is None:
        return False
    await queue.enqueue(conn, system_id, queue.ImportJob(way="agree", export_id=export_id))
    await _note(conn, "export.agree", region, system_id, export_id, account_id, now)
    return True


async def refuse(
    database: Database, spool: Path, system_id: str, export_id: UUID, account_id: UUID | None, now: datetime
) -> bool:
    """Refuse a held package and drop its files; False where it isn't held. No account: a terminal."""
    async with database.transaction() as conn:
        region = await ledger.refuse(conn, system_id, export_id, _REASON)
        if region is None:
            return False
        await _note(conn, "export.refuse", region, system_id, export_id, account_id, now)
    await asyncio.to_thread(forget, spool, system_id, export_id)
    return True


async def _note(
    conn: AsyncConnection,
    action: str,
    region: str,
    system_id: str,
    export_id: UUID,
    account_id: UUID | None,
    now: datetime,
) -> None:
    await audit.record(
        conn,
        at=now,
        action=action,
        actor_account=account_id,
        actor_relation="operator",
        region=region,
        system_id=system_id,
        detail={"export_id": str(export_id)},
    )
