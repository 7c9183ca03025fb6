"""Matching the posts of the exports with ESIA's people: the rules are `match` of staff_match.sql."""

import time
from collections.abc import Sequence
from datetime import datetime

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import Database, execute, fetch_all, fetch_one, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.people.models import SchoolKey
from myedu.portal.verification.staff_models import MatchResult

QUERIES = load_queries(__package__, "staff_match.sql")


class _Region(msgspec.Struct):
    region: str


async def regions(conn: AsyncConnection) -> Sequence[str]:
    """Regions with journal systems."""
    return [one.region for one in await fetch_all(conn, QUERIES.regions, None, _Region)]


async def due_regions(conn: AsyncConnection) -> Sequence[str]:
    """Regions in which a package was applied, or rolled back, since they were matched."""
    return [one.region for one in await fetch_all(conn, QUERIES.due_regions, None, _Region)]


async def match_region(conn: AsyncConnection, region: str, now: datetime) -> MatchResult:
    """Match all posts of a region. In a transaction; a match of the region under way is waited for."""
    began = time.monotonic()
    await execute(conn, QUERIES.set_limits)
    await execute(conn, QUERIES.plan_for_region)
    await execute(conn, QUERIES.lock_region, {"region": region})
    # Before the rows are read: a package that is applied meanwhile is another one.
    packages = await fetch_value(conn, QUERIES.packages, {"region": region})
    result = await _match(conn, now, region)
    run = {"region": region, "now": now, "packages": packages, "seconds": time.monotonic() - began}
    await execute(conn, QUERIES.note_run, {**run, **msgspec.structs.asdict(result)})
    return result


async def match_regions(database: Database, now: datetime) -> MatchResult:
    """Match every region, a transaction each."""
    async with database.connection() as conn:
        wanted = await regions(conn)
    results = []
    for region in wanted:
        async with database.transaction() as conn:
            results.append(await match_region(conn, region, now))
    return MatchResult(
        posts=sum(one.posts for one in results),
        changed=sum(one.changed for one in results),
        withdrawn=sum(one.withdrawn for one in results),
    )


async def match_part(
    conn: AsyncConnection,
    now: datetime,
    *,
    region: str,
    system_id: str,
    organization_id: str | None = None,
    person_id: str | None = None,
    waits: bool = True,
) -> MatchResult | None:
    """Match a school's posts, or a person's: so that nobody waits for the night. In a transaction.

    `waits=False`: None if another match of the region is under way, which will bring the same.
    """
    if waits:
        await execute(conn, QUERIES.lock_region, {"region": region})
    elif not await fetch_value(conn, QUERIES.try_lock_region, {"region": region}):
        return None
    return await _match(conn, now, region, system_id, organization_id, person_id)


async def match_schools_of(conn: AsyncConnection, esia_oid: str, now: datetime) -> None:
    """Match the posts of the schools that are, or were, confirmed as this organisation. In a transaction."""
    for school in await fetch_all(conn, QUERIES.schools_of, {"esia_oid": esia_oid}, SchoolKey):
        await match_part(conn, now, **msgspec.structs.asdict(school))


async def _match(
    conn: AsyncConnection,
    now: datetime,
    region: str,
    system_id: str | None = None,
    organization_id: str | None = None,
    person_id: str | None = None,
) -> MatchResult:
    await execute(conn, QUERIES.plan_for_values)
    scope = {"system_id": system_id, "organization_id": organization_id, "person_id": person_id}
    found = await fetch_one(conn, QUERIES.match, {"now": now, "region": region, **scope}, MatchResult)
    assert found is not None  # it counts
    return found


async def erase_persons(conn: AsyncConnection, region: str, system_id: str) -> None:
    """Erase what is kept of the persons whom this transaction erases (Room.erase)."""
    place = {"region": region, "system_id": system_id}
    await execute(conn, QUERIES.erase_matches, place)
    await execute(conn, QUERIES.erase_declined, place)
