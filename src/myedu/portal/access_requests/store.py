"""The tables of requests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import execute, fetch_all, fetch_one, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.access_requests.models import (
    Answer,
    ClosedAs,
    DoneBy,
    Event,
    NewRequest,
    OpenCounts,
    Request,
    State,
    What,
)
from myedu.portal.people.models import SoughtChild, Viewer

QUERIES = load_queries(__package__)

_MOST_OF_ACCOUNT = 50
_DAY = timedelta(days=1)
_PIECE = 200  # requests looked at in one trip


class AccountCounts(msgspec.Struct, frozen=True):
    """A person's open requests, and those sent within a day."""

    open: int
    lately: int


class _Name(msgspec.Struct, frozen=True):
    name: str


class _Checked(msgspec.Struct, frozen=True):
    system_id: str
    applied_at: datetime


async def insert(conn: AsyncConnection, viewer: Viewer, new: NewRequest, now: datetime) -> UUID | None:
    """Add a request; None if one about the same child and school is open."""
    sought = new.sought
    row = {
        **_key(viewer, new),
        "asker_oid": viewer.esia_oid,
        "asker_snils": viewer.snils,
        "asker_last_name": viewer.last_name,
        "asker_first_name": viewer.first_name,
        "asker_birth_date": viewer.birth_date,
        "asks_for": sought.asks_for,
        "child_snils": sought.snils,
        "child_last_name": sought.last_name,
        "child_first_name": sought.first_name,
        "child_middle_name": sought.middle_name,
        "child_birth_date": sought.birth_date,
        "class_name": new.class_name,
        "comment": new.comment,
        "now": now,
    }
    found: UUID | None = await fetch_value(conn, QUERIES.insert_request, row)
    return found


async def open_like(conn: AsyncConnection, viewer: Viewer, new: NewRequest) -> UUID | None:
    """The open request about the same child and school, locked."""
    found: UUID | None = await fetch_value(conn, QUERIES.open_request_like, _key(viewer, new))
    return found


def _key(viewer: Viewer, new: NewRequest) -> dict[str, Any]:
    return {
        "account_id": viewer.account_id,
        "child_key": child_key(new.sought),
        "region": new.school.region,
        "system_id": new.school.system_id,
        "organization_id": new.school.organization_id,
    }


def child_key(sought: SoughtChild) -> str:
    """Equal for what one person types twice, in whatever case and with ё or е."""
    if sought.asks_for == "typed":
        names = " ".join((sought.last_name, sought.first_name)).lower().replace("ё", "е")
        return f"typed {names} {sought.birth_date}"
    return "self" if sought.asks_for == "self" else f"kid {sought.snils}"


async def lock_account(conn: AsyncConnection, account_id: UUID) -> None:
    """Wait for another request of the same person that is being sent."""
    await fetch_value(conn, QUERIES.lock_account, {"account_id": account_id})


async def counts_of_account(conn: AsyncConnection, account_id: UUID, now: datetime) -> AccountCounts:
    """By which the number of requests is limited."""
    asked = {"account_id": account_id, "since": now - _DAY}
    found = await fetch_one(conn, QUERIES.counts_of_account, asked, AccountCounts)
    return found or AccountCounts(0, 0)


async def requests_of_account(conn: AsyncConnection, account_id: UUID) -> list[Request]:
    """A person's requests, the newest first."""
    asked = {"account_id": account_id, "most": _MOST_OF_ACCOUNT}
    return await fetch_all(conn, QUERIES.requests_of_account, asked, Request)


async def request_by_id(conn: AsyncConnection, id: UUID) -> Request | None:
    """One request, whoever's it is."""
    return await fetch_one(conn, QUERIES.request_by_id, {"id": id}, Request)


async def lock(conn: AsyncConnection, id: UUID) -> State | None:
    """The state of a request, which nobody else changes until the transaction ends."""
    found: State | None = await fetch_value(conn, QUERIES.lock_request, {"id": id})
    return found


async def events(conn: AsyncConnection, id: UUID) -> list[Event]:
    """A request's history, the oldest step first."""
    return await fetch_all(conn, QUERIES.events, {"id": id}, Event)


async def add_event(
    conn: AsyncConnection,
    id: UUID,
    now: datetime,
    done_by: DoneBy,
    what: What,
    *,
    answer: Answer | None = None,
    words: str = "",
) -> None:
    """A step of the history."""
    row = {"id": id, "now": now, "done_by": done_by, "what": what, "answer": answer, "words": words}
    await execute(conn, QUERIES.add_event, row)


async def count_events(conn: AsyncConnection, id: UUID, what: What) -> int:
    """How often something was done to a request."""
    found: int = await fetch_value(conn, QUERIES.count_events, {"id": id, "what": what})
    return found


async def set_state(
    conn: AsyncConnection,
    id: UUID,
    state: State,
    now: datetime,
    *,
    answer: Answer | None = None,
    closed_as: ClosedAs | None = None,
) -> None:
    """Let a request go on; its history is written by `add_event`."""
    row = {"id": id, "state": state, "now": now, "answer": answer, "closed_as": closed_as}
    await execute(conn, QUERIES.set_state, row)


async def requests_of_schools(
    conn: AsyncConnection, schools: Sequence[tuple[str, str, str]], *, limit: int, offset: int
) -> list[Request]:
    """Requests to these schools (region, system, id), the oldest that waits first."""
    regions, systems, organizations = (list(column) for column in zip(*schools, strict=True))
    asked = {
        "regions": regions,
        "systems": systems,
        "organizations": organizations,
        "limit": limit,
        "offset": offset,
    }
    return await fetch_all(conn, QUERIES.requests_of_schools, asked, Request)


async def requests_without_school(conn: AsyncConnection, *, limit: int, offset: int) -> list[Request]:
    """Open requests that no head can answer yet, the oldest first."""
    return await fetch_all(conn, QUERIES.requests_without_school, {"limit": limit, "offset": offset}, Request)


async def open_counts(conn: AsyncConnection, region: str) -> OpenCounts:
    """How many requests of a region are open."""
    found = await fetch_one(conn, QUERIES.open_counts, {"region": region}, OpenCounts)
    return found or OpenCounts(0, 0, 0, None)


async def systems_with_open(conn: AsyncConnection) -> list[str]:
    """Systems to whose schools requests are open."""
    return [row.name for row in await fetch_all(conn, QUERIES.systems_with_open, None, _Name)]


async def checked_after(conn: AsyncConnection) -> dict[str, datetime]:
    """System → the application of a package after which its requests were looked at."""
    rows = await fetch_all(conn, QUERIES.checked_after, None, _Checked)
    return {row.system_id: row.applied_at for row in rows}


async def set_checked(conn: AsyncConnection, system_id: str, applied_at: datetime) -> None:
    """The requests of a system are looked at after this application of a package."""
    await execute(conn, QUERIES.set_checked, {"system_id": system_id, "applied_at": applied_at})


async def open_requests(conn: AsyncConnection, system_id: str | None, after: UUID) -> list[Request]:
    """The next open requests by id, of a system or of all; empty at the end."""
    asked = {"system_id": system_id, "after": after, "limit": _PIECE}
    return await fetch_all(conn, QUERIES.open_requests, asked, Request)


async def delete_closed(conn: AsyncConnection, before: datetime) -> int:
    """Delete what was closed before; how many requests."""
    return await execute(conn, QUERIES.delete_closed, {"before": before})


async def erase(conn: AsyncConnection, snils: Sequence[str]) -> None:
    """Delete requests of these persons and about them."""
    await execute(conn, QUERIES.erase_persons, {"snils": list(snils)})
