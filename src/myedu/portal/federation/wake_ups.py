"""An operator's "try it now": every process forgets that a journal rests, when it next reads the register."""

from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection

from myedu.kit.db import execute, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.audit import service as audit

QUERIES = load_queries(__package__, "wake_ups.sql")


async def wake(
    conn: AsyncConnection, region: str, system_id: str, now: datetime, account: UUID | None
) -> None:
    """Let all processes call the journal again, with a line of the audit. Call it in a transaction.

    Takes effect within `MYEDU_SYSTEM_SECONDS`. `account`: of the operator; None: in a terminal.
    """
    await execute(conn, QUERIES.wake, {"system_id": system_id, "now": now})
    await audit.record(
        conn,
        at=now,
        action="journal.wake",
        actor_account=account,
        actor_relation="operator",
        region=region,
        system_id=system_id,
    )


async def woken_at(conn: AsyncConnection, system_id: str) -> datetime | None:
    """When an operator asked last that the journal be tried at once."""
    found: datetime | None = await fetch_value(conn, QUERIES.woken_at, {"system_id": system_id})
    return found
