"""Lines of the audit about a system's packages."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from psycopg import AsyncConnection

from myedu.portal.audit import service as audit
from myedu.portal.people.models import Place

Actor = Literal["operator", "vendor", "system"]


async def note(
    conn: AsyncConnection,
    action: str,
    place: Place,
    now: datetime,
    *,
    actor: Actor,
    account_id: UUID | None = None,
    **detail: str,
) -> None:
    """Write one line, in the caller's transaction. `account_id`: of an operator who did it on a page."""
    await audit.record(
        conn,
        at=now,
        action=action,
        actor_account=account_id,
        actor_relation=actor,
        region=place.region,
        system_id=place.system_id,
        detail=detail,
    )
