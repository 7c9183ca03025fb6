"""A line of the audit."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One deed. `action` is `thing.deed` («diary.read»); `detail` holds no names and no SNILS.

    `actor_account` is None for what the portal does by itself (relation «system») or for a visitor who has
    not signed in. A person is named by all three of region, system and id, or by none.
    """

    at: datetime
    actor_account: UUID | None
    actor_relation: str
    action: str
    region: str | None = None
    system_id: str | None = None
    person_id: str | None = None
    detail: dict[str, Any] = {}
