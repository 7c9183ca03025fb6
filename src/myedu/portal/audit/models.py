"""A line of the audit log."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """One action. `action`: `thing.verb`, such as `diary.read`; `detail`: without names and SNILS.

    `actor_account`: None for the portal itself (relation `system`) and for an anonymous visitor. A person is
    identified by region, system and id; all three are given or none.
    """

    at: datetime
    actor_account: UUID | None
    actor_relation: str
    action: str
    region: str | None = None
    system_id: str | None = None
    person_id: str | None = None
    detail: dict[str, Any] = {}


class WrittenLine(AuditLine, frozen=True, kw_only=True):
    """A line as it was written."""

    id: int
