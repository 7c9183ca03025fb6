"""Sealed copies and flights in PostgreSQL. A neighbour room reads copies through `federation.service`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import execute, fetch_all, fetch_one
from myedu.kit.sql import load_queries
from myedu.portal.federation.models import Question, SealedCopy, Unavailable
from myedu.portal.people.models import Place, Student

QUERIES = load_queries("myedu.portal.federation")


class Lease(msgspec.Struct, frozen=True):
    """A flight of this process: its key, and the mark by which the lease is known as ours."""

    key: bytes
    holder: UUID


class DiaryOfDays(msgspec.Struct, frozen=True):
    """A sealed diary and the window that it answers."""

    version: UUID
    etag: str | None
    fetched_at: datetime
    body: bytes
    first_day: date
    last_day: date


class Taken(msgspec.Struct, frozen=True):
    """Who has the flight now; when the copy was last renewed, None where there is no copy."""

    holds: UUID
    renewed_at: datetime | None


class InFlight(msgspec.Struct, frozen=True):
    """A flight that somebody has, or that failed moments ago."""

    holder: UUID
    reason: str | None
    failed_at: datetime | None
    retry_after: float | None


async def copy_of(conn: AsyncConnection, question: Question, known: UUID | None) -> SealedCopy | None:
    """The last good answer to this question, without the body of the version `known`."""
    # Binary, unlike kit.db: kilobytes of bytea are twice as long as text.
    async with conn.cursor(binary=True) as cursor:
        await cursor.execute(QUERIES.copy.text, {**row_key(question), "known": known})
        row = await cursor.fetchone()
    return None if row is None else SealedCopy(*row)


async def copies_of(conn: AsyncConnection, student: Student) -> list[DiaryOfDays]:
    """All last good diaries of a student, the newest first."""
    whose = {"region": student.region, "system_id": student.system_id, "student_id": student.person_id}
    return await fetch_all(conn, QUERIES.copies_of, whose, DiaryOfDays)


async def keep_copy(
    conn: AsyncConnection,
    question: Question,
    copy: SealedCopy,
    flight: Lease | None,
    renews: UUID | None = None,
) -> bool:
    """Put a good answer in the place of an older one, and land its flight; False where a newer one stands.

    With `renews` only in the place of that version: the portal by itself makes no copy that nobody asked for.
    """
    row = {**row_key(question), **msgspec.structs.asdict(copy), **_flight(flight)}
    if renews is not None:
        return await execute(conn, QUERIES.renew_copy, {**row, "renews": renews}) > 0
    return await execute(conn, QUERIES.keep_copy, {**row, "asked_on": copy.fetched_at.date()}) > 0


async def confirm_copy(
    conn: AsyncConnection,
    question: Question,
    version: UUID,
    now: datetime,
    flight: Lease | None,
    *,
    asked: bool = True,
) -> None:
    """The journal said that nothing has changed since this version; its flight lands."""
    confirmed = {"version": version, "fetched_at": now, "asked_on": now.date() if asked else None}
    await execute(conn, QUERIES.confirm_copy, {**row_key(question), **confirmed, **_flight(flight)})


async def erase_persons(conn: AsyncConnection, place: Place) -> None:
    """Copies about the persons whom this transaction erases, and what waits to be renewed of them."""
    whose = {"region": place.region, "system_id": place.system_id}
    await execute(conn, QUERIES.erase_persons, whose)
    await execute(conn, QUERIES.erase_renewals, whose)


async def erase_old(conn: AsyncConnection, before: date, most: int) -> int:
    """At most so many copies whose last good answer is of an earlier day; how many went."""
    return await execute(conn, QUERIES.erase_old, {"before": before, "most": most})


async def sweep_flights(conn: AsyncConnection) -> None:
    """Leases of holders long dead."""
    await execute(conn, QUERIES.sweep_flights)


async def take_flight(conn: AsyncConnection, question: Question, flight: Lease, lease: timedelta) -> Taken:
    """Take the flight unless somebody has it."""
    taken = await fetch_one(
        conn, QUERIES.take_flight, {**row_key(question), **_flight(flight), "lease": lease}, Taken
    )
    assert taken is not None  # the function has just written or locked the row
    return taken


async def look_at_flight(conn: AsyncConnection, key: bytes) -> InFlight | None:
    """Whose flight it is now; None when it has landed or its holder is dead."""
    return await fetch_one(conn, QUERIES.look_at_flight, {"flight": key}, InFlight)


async def renew_flights(conn: AsyncConnection, flights: Sequence[Lease], lease: timedelta) -> None:
    """Put off the end of these leases."""
    mine = {"keys": [one.key for one in flights], "holders": [one.holder for one in flights]}
    await execute(conn, QUERIES.renew_flights, {**mine, "lease": lease})


async def fail_flight(conn: AsyncConnection, flight: Lease, failure: Unavailable, told: timedelta) -> None:
    """Tell who waits, for so long."""
    why = msgspec.structs.asdict(failure)
    await execute(conn, QUERIES.fail_flight, {**_flight(flight), **why, "told": told})


async def land_flight(conn: AsyncConnection, flight: Lease) -> None:
    """Give the lease back."""
    await execute(conn, QUERIES.land_flight, _flight(flight))


def row_key(question: Question) -> Mapping[str, Any]:
    """The row of federation.copies that answers this question, in the order of its primary key."""
    return {
        "region": question.student.region,
        "system_id": question.student.system_id,
        "student_id": question.student.person_id,
        "method": question.method,
        "first_day": question.window.first,
        "last_day": question.window.last,
    }


def _flight(flight: Lease | None) -> Mapping[str, Any]:
    if flight is None:
        return {"flight": None, "holder": None}
    return {"flight": flight.key, "holder": flight.holder}
