"""Keeping a journal system out for a while: no page asks it, no scheduled pull is made."""

from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection

from myedu.kit.db import fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.audit import service as audit

QUERIES = load_queries(__package__)


async def pause_system(conn: AsyncConnection, system_id: str, now: datetime, account: UUID | None) -> bool:
    """Pause a system, with a line of the audit; False if it is paused already, or isn't registered.

    `account`: of the operator; None: in a terminal. Call it in a transaction, as `resume_system`.
    """
    return await _set(conn, system_id, now, account, paused=True)


async def resume_system(conn: AsyncConnection, system_id: str, now: datetime, account: UUID | None) -> bool:
    """End a system's pause, with a line of the audit; False if it isn't paused."""
    return await _set(conn, system_id, now, account, paused=False)


async def _set(
    conn: AsyncConnection, system_id: str, now: datetime, account: UUID | None, *, paused: bool
) -> bool:
    wanted = {"system_id": system_id, "paused_at": now if paused else None}
    region: str | None = await fetch_value(conn, QUERIES.pause_system, wanted)
    if region is None:
        return False
    await audit.record(
        conn,
        at=now,
        action="journal.pause" if paused else "journal.resume",
        actor_account=account,
        actor_relation="operator",
        region=region,
        system_id=system_id,
    )
    return True
