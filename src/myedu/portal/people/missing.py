"""Why a child is not shown: what a family may know of it, and what only the child's school may."""

from datetime import date, datetime
from uuid import UUID

from psycopg import AsyncConnection

from myedu.kit.db import execute, fetch_all, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.people.models import Candidate, OwnFacts, SoughtChild, Viewer

QUERIES = load_queries(__package__, "missing.sql")

MOST_CANDIDATES = 5


async def own_facts(conn: AsyncConnection, viewer: Viewer, now: datetime) -> list[OwnFacts]:
    """What the exports have under the SNILS that ESIA gave for the viewer (first) and for each child."""
    found = await fetch_all(conn, QUERIES.own_facts, _who(viewer, now), OwnFacts)
    return sorted(found, key=lambda facts: facts.asks_for != "self")


async def incomplete_kids(conn: AsyncConnection, viewer: Viewer) -> int:
    """How many children ESIA names for the viewer without SNILS or birth date."""
    return await fetch_value(conn, QUERIES.incomplete_kids, {"esia_oid": viewer.esia_oid}) or 0


async def forget_incomplete_kids(conn: AsyncConnection, before: datetime) -> int:
    """Delete the counts of `incomplete_kids` that ESIA gave before; how many."""
    return await execute(conn, QUERIES.forget_incomplete_kids, {"before": before})


async def shown_child(
    conn: AsyncConnection, viewer: Viewer, sought: SoughtChild, now: datetime
) -> UUID | None:
    """The child of a request, if the viewer sees it now."""
    asked = {
        "asks_for": sought.asks_for,
        "child_snils": sought.snils,
        "last_name": sought.last_name,
        "first_name": sought.first_name,
        "birth_date": sought.birth_date,
    }
    found: UUID | None = await fetch_value(conn, QUERIES.shown_child, {**_who(viewer, now), **asked})
    return found


async def candidates(
    conn: AsyncConnection,
    school: tuple[str, str, str],
    sought: SoughtChild,
    *,
    asker_oid: str,
    asker_snils: str | None,
    today: date,
) -> list[Candidate]:
    """Pupils of this school who may be the child, the likeliest first: only for whoever answers for it.

    `school`: region, system and id.
    """
    region, system_id, organization_id = school
    asked = {
        "region": region,
        "system_id": system_id,
        "organization_id": organization_id,
        "child_snils": sought.snils,
        "last_name": sought.last_name,
        "first_name": sought.first_name,
        "birth_date": sought.birth_date,
        "asker_oid": asker_oid,
        "asker_snils": asker_snils,
        "today": today,
        "most": MOST_CANDIDATES,
    }
    return await fetch_all(conn, QUERIES.candidates, asked, Candidate)


def _who(viewer: Viewer, now: datetime) -> dict[str, object]:
    return {
        "esia_oid": viewer.esia_oid,
        "snils": viewer.snils,
        "trusted": viewer.trusted,
        "now": now,
    }
