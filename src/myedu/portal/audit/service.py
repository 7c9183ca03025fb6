"""Writing the audit log, in the same transaction as the action: both are committed or neither."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import execute, fetch_all, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.audit.models import AuditLine, WrittenLine

QUERIES = load_queries(__package__)


def line_parameters(line: AuditLine) -> dict[str, Any]:
    """Parameters of the query `record`, for a room that writes the line in a statement of its own."""
    parameters = msgspec.structs.asdict(line)
    parameters["detail"] = msgspec.json.encode(line.detail).decode()
    return parameters


async def can_change(conn: AsyncConnection) -> bool:
    """Whether the role of this connection could change or delete lines, so that they prove little."""
    found: bool = await fetch_value(conn, QUERIES.can_change)
    return found


async def lines(
    conn: AsyncConnection,
    *,
    person: tuple[str, str, str] | None,
    account: UUID | None,
    action: str | None,
    since: datetime,
    limit: int,
) -> list[WrittenLine]:
    """Lines since a time, the newest first. `person`: region, system and id; None: about anybody."""
    region, system_id, person_id = person or (None, None, None)
    wanted = {
        "region": region,
        "system_id": system_id,
        "person_id": person_id,
        "account": account,
        "action": action,
        "since": since,
        "limit": limit,
    }
    return await fetch_all(conn, QUERIES.lines, wanted, WrittenLine)


async def record(
    conn: AsyncConnection,
    *,
    at: datetime,
    action: str,
    actor_account: UUID | None,
    actor_relation: str,
    region: str | None = None,
    system_id: str | None = None,
    person_id: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add a line in the caller's transaction; see audit.models.AuditLine for the fields."""
    line = AuditLine(
        at=at,
        actor_account=actor_account,
        actor_relation=actor_relation,
        action=action,
        region=region,
        system_id=system_id,
        person_id=person_id,
        detail=detail or {},
    )
    await execute(conn, QUERIES.record, line_parameters(line))
