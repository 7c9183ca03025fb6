"""Encrypted copies and leases in PostgreSQL. Other rooms read copies through `federation.service`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import execute, fetch_all, fetch_one
from myedu.kit.sql import load_queries
from myedu.portal.federation.leases import Lease
from myedu.portal.federation.models import Answer, EncryptedCopy, JournalQuery, Unavailable
from myedu.portal.federation.query_keys import row_key
from myedu.portal.people.models import Place, Student

QUERIES = load_queries("myedu.portal.federation")


class StoredDiary(msgspec.Struct, frozen=True):
    """An encrypted diary and the window that it answers."""

    version: UUID
    etag: str | None
    fetched_at: datetime
    body: bytes
    first_day: date
    last_day: date


class LeaseHolder(msgspec.Struct, frozen=True):
    """Which process holds a lease now; when the copy was last refreshed, None where there is no copy."""

    holder: UUID
    copy_refreshed_at: datetime | None


class LeaseRow(msgspec.Struct, frozen=True):
    """A lease that is held, or whose fetch failed moments ago: then with the reason."""

    holder: UUID
    reason: str | None
    failed_at: datetime | None
    retry_after: float | None


async def read_copy(
    conn: AsyncConnection, query: JournalQuery[Answer], cached: UUID | None
) -> EncryptedCopy | None:
    """The last good answer to this query; without its body if it is of the version `cached`."""
    # Binary, unlike kit.db: kilobytes of bytea are twice as long as text.
    async with conn.cursor(binary=True) as cursor:
        await cursor.execute(QUERIES.read_copy.text, {**row_key(query), "cached": cached})
        row = await cursor.fetchone()
    return None if row is None else EncryptedCopy(*row)


async def read_diaries(conn: AsyncConnection, student: Student) -> list[StoredDiary]:
    """All last good diaries of a student, the newest first."""
    pupil = {"region": student.region, "system_id": student.system_id, "student_id": student.person_id}
    return await fetch_all(conn, QUERIES.read_diaries, pupil, StoredDiary)


async def save_copy(
    conn: AsyncConnection, query: JournalQuery[Answer], copy: EncryptedCopy, lease: Lease | None
) -> bool:
    """Replace an older answer, note that a family asked today, release the lease.

    False where a newer answer is stored already.
    """
    row = {**row_key(query), **msgspec.structs.asdict(copy), **_lease(lease)}
    return await execute(conn, QUERIES.save_copy, {**row, "asked_on": copy.fetched_at.date()}) > 0


async def replace_copy(
    conn: AsyncConnection,
    query: JournalQuery[Answer],
    copy: EncryptedCopy,
    lease: Lease | None,
    replaced: UUID,
) -> bool:
    """Replace this version and no other, release the lease: a refresh makes no copy that no family asked for.

    False where the version is gone.
    """
    row = {**row_key(query), **msgspec.structs.asdict(copy), **_lease(lease)}
    return await execute(conn, QUERIES.replace_copy, {**row, "replaced": replaced}) > 0


async def confirm_copy(
    conn: AsyncConnection,
    query: JournalQuery[Answer],
    version: UUID,
    now: datetime,
    lease: Lease | None,
    asked_on: date | None,
) -> None:
    """Note that this version is as good as one received now, and release the lease.

    `asked_on`: the day on which a family asked; None leaves that day as it is.
    """
    confirmed = {"version": version, "fetched_at": now, "asked_on": asked_on}
    await execute(conn, QUERIES.confirm_copy, {**row_key(query), **confirmed, **_lease(lease)})


async def discard_copy(conn: AsyncConnection, query: JournalQuery[Answer], fetched_at: datetime) -> None:
    """Delete the copy, unless a later one has replaced it."""
    await execute(conn, QUERIES.discard_copy, {**row_key(query), "fetched_at": fetched_at})


async def erase_persons(conn: AsyncConnection, place: Place) -> None:
    """Erase the copies about the persons whom this transaction erases, and their pending refreshes."""
    system = {"region": place.region, "system_id": place.system_id}
    await execute(conn, QUERIES.erase_persons, system)
    await execute(conn, QUERIES.erase_refreshes, system)


async def erase_old(conn: AsyncConnection, before: date, limit: int) -> int:
    """Erase at most `limit` copies last good before this day (UTC); how many were erased."""
    return await execute(conn, QUERIES.erase_old, {"before": before, "limit": limit})


async def delete_dead_leases(conn: AsyncConnection) -> None:
    """Delete leases that ended more than an hour ago."""
    await execute(conn, QUERIES.delete_dead_leases)


async def acquire_lease(
    conn: AsyncConnection, query: JournalQuery[Answer], lease: Lease, duration: timedelta
) -> LeaseHolder:
    """Take the lease unless another process holds it; who holds it now."""
    row = {**row_key(query), **_lease(lease), "duration": duration}
    holder = await fetch_one(conn, QUERIES.acquire_lease, row, LeaseHolder)
    assert holder is not None  # the function has just written or locked the row
    return holder


async def read_lease(conn: AsyncConnection, key: bytes) -> LeaseRow | None:
    """Who holds the lease; None when it was released or its holder is dead."""
    return await fetch_one(conn, QUERIES.read_lease, {"key": key}, LeaseRow)


async def renew_leases(conn: AsyncConnection, leases: Sequence[Lease], duration: timedelta) -> None:
    """Extend these leases, as far as they are still held by the same process."""
    held = {"keys": [lease.key for lease in leases], "holders": [lease.holder for lease in leases]}
    await execute(conn, QUERIES.renew_leases, {**held, "duration": duration})


async def fail_lease(conn: AsyncConnection, lease: Lease, failure: Unavailable, kept: timedelta) -> None:
    """End the lease with a reason, which stays for so long."""
    await execute(
        conn, QUERIES.fail_lease, {**_lease(lease), **msgspec.structs.asdict(failure), "kept": kept}
    )


async def release_lease(conn: AsyncConnection, lease: Lease) -> None:
    """Delete the lease, if it is still held by the same process."""
    await execute(conn, QUERIES.release_lease, _lease(lease))


def _lease(lease: Lease | None) -> Mapping[str, object]:
    if lease is None:
        return {"key": None, "holder": None}
    return {"key": lease.key, "holder": lease.holder}
