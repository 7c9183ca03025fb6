"""Lists and counts of matched posts: for a region, for a head, for the person."""

from collections.abc import Sequence
from datetime import datetime

from psycopg import AsyncConnection

from myedu.kit.db import fetch_all, fetch_one
from myedu.kit.sql import load_queries
from myedu.portal.people.models import SchoolKey, Viewer
from myedu.portal.verification.models import School
from myedu.portal.verification.staff_matching import match_part
from myedu.portal.verification.staff_models import (
    HeadCount,
    MissingPost,
    OwnPost,
    OwnState,
    RegionStaff,
    SchoolStaff,
    SchoolWithoutPost,
    StaffPost,
    StaffState,
)

QUERIES = load_queries(__package__, "staff_lists.sql")

_ALL = 1_000_000_000


async def staff_totals(conn: AsyncConnection) -> list[RegionStaff]:
    """How many posts of each region are verified, waiting, differing; regions without posts are left out."""
    return await fetch_all(conn, QUERIES.totals, None, RegionStaff)


async def staff_counts(conn: AsyncConnection, region: str | None = None) -> list[SchoolStaff]:
    """The same of each school, of one region or of all."""
    return await fetch_all(conn, QUERIES.counts, {"region": region}, SchoolStaff)


async def missing_staff(
    conn: AsyncConnection,
    region: str,
    *,
    schools: Sequence[SchoolKey] | None = None,
    limit: int = _ALL,
    offset: int = 0,
) -> list[MissingPost]:
    """The posts of a region, or of these schools of it, that are not verified, by school and name."""
    chosen = None if schools is None else [school for school in schools if school.region == region]
    query = {
        "region": region,
        "systems": None if chosen is None else [school.system_id for school in chosen],
        "schools": None if chosen is None else [school.organization_id for school in chosen],
        "limit": limit,
        "offset": offset,
    }
    return await fetch_all(conn, QUERIES.missing, query, MissingPost)


async def counts_of(conn: AsyncConnection, schools: Sequence[School]) -> HeadCount:
    """The posts of a head's schools by state."""
    found = await fetch_one(conn, QUERIES.school_counts, _keys(schools), HeadCount)
    assert found is not None  # it counts
    return found


async def posts_of(
    conn: AsyncConnection,
    schools: Sequence[School],
    *,
    state: StaffState | None = None,
    begins: str | None = None,
    limit: int,
    offset: int = 0,
) -> list[StaffPost]:
    """Posts of a head's schools, those first that need a deed. `begins`: of the last name."""
    wanted = {"state": state, "begins": begins, "limit": limit, "offset": offset}
    one = {"system_id": None, "staff_id": None}
    return await fetch_all(conn, QUERIES.school_staff, {**_keys(schools), **wanted, **one}, StaffPost)


async def post_of(
    conn: AsyncConnection, schools: Sequence[School], system_id: str, staff_id: str
) -> StaffPost | None:
    """One post of a head's schools; None for another school's and for none."""
    wanted = {"state": None, "begins": None, "limit": 1, "offset": 0}
    one = {"system_id": system_id, "staff_id": staff_id}
    return await fetch_one(conn, QUERIES.school_staff, {**_keys(schools), **wanted, **one}, StaffPost)


async def own_state(conn: AsyncConnection, viewer: Viewer, now: datetime) -> OwnState:
    """What the viewer may know of their own posts, matched first. In a transaction."""
    if not viewer.trusted:
        return OwnState((), ())
    who = {"snils": viewer.snils, "esia_oid": viewer.esia_oid}
    for post in await fetch_all(conn, QUERIES.own_posts, who, _PersonPost):
        await match_part(
            conn,
            now,
            region=post.region,
            system_id=post.system_id,
            organization_id=post.organization_id,
            person_id=post.person_id,
            waits=False,
        )
    return OwnState(
        await fetch_all(conn, QUERIES.own_matches, who, OwnPost),
        await fetch_all(
            conn, QUERIES.schools_without_post, {"account_id": viewer.account_id}, SchoolWithoutPost
        ),
    )


class _PersonPost(SchoolKey, frozen=True):
    person_id: str


def _keys(schools: Sequence[School]) -> dict[str, object]:
    return {
        "regions": [school.region for school in schools],
        "systems": [school.system_id for school in schools],
        "schools": [school.organization_id for school in schools],
        "oids": [school.esia_oid for school in schools],
    }
