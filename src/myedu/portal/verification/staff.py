"""What the head of a school sees of its staff and decides. Every function first asks who the viewer is.

A deed is decided by what ESIA and the export say at that moment: the school is matched before it and after.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import execute
from myedu.kit.sql import load_queries
from myedu.portal.audit import service as audit
from myedu.portal.context import AppContext
from myedu.portal.identity import service as identity
from myedu.portal.identity.models import HeadViewer
from myedu.portal.verification.models import HeadSchools, School, SchoolNotConfirmed
from myedu.portal.verification.organizations import confirmed_schools
from myedu.portal.verification.staff_facts import ExactFacts, PostFacts, StaffFacts
from myedu.portal.verification.staff_lists import counts_of, missing_staff, post_of, posts_of
from myedu.portal.verification.staff_matching import match_part
from myedu.portal.verification.staff_models import (
    DeclineReason,
    MissingPost,
    NoSuchPost,
    StaffFilter,
    StaffPost,
)

QUERIES = load_queries(__package__, "staff_deeds.sql")

POSTS_A_PAGE = 50
_NAMES_SHOWN = 10  # of those who are confirmed at once; the page says how many more there are


async def overview(context: AppContext, token: str | None, chosen: StaffFilter) -> StaffFacts:
    """The posts of the head's schools, matched first. Raises as `head_schools`."""
    schools, now = await _head(context, token), context.clock.now()
    async with context.database.transaction() as conn:
        await _match(conn, schools.schools, now, waits=False)
        counts = await counts_of(conn, schools.schools)
        posts = await posts_of(
            conn,
            schools.schools,
            state=chosen.state,
            begins=chosen.begins or None,
            limit=POSTS_A_PAGE + 1,
            offset=(chosen.page - 1) * POSTS_A_PAGE,
        )
        await _note_read(conn, schools, now, "staff")
    return StaffFacts(
        schools=schools,
        now=now,
        counts=counts,
        chosen=chosen,
        posts=posts[:POSTS_A_PAGE],
        has_more=len(posts) > POSTS_A_PAGE,
    )


async def missing(context: AppContext, token: str | None) -> Sequence[MissingPost]:
    """The posts of the head's schools that are not verified, for their CSV file."""
    schools, now = await _head(context, token), context.clock.now()
    keys = [school.key for school in schools.schools]
    async with context.database.transaction() as conn:
        await _match(conn, schools.schools, now, waits=False)
        await _note_read(conn, schools, now, "missing.csv")
        found = [
            await missing_staff(conn, region, schools=keys)
            for region in sorted({school.region for school in schools.schools})
        ]
    return [post for posts in found for post in posts]


async def post(context: AppContext, token: str | None, system_id: str, staff_id: str) -> PostFacts:
    """One post, before a deed. Raises NoSuchPost."""
    schools, now = await _head(context, token), context.clock.now()
    async with context.database.transaction() as conn:
        await _match(conn, schools.schools, now, waits=False)
        found = await _post(conn, schools, system_id, staff_id)
    return PostFacts(schools=schools, post=found)


async def exact(context: AppContext, token: str | None) -> ExactFacts:
    """The question before `confirm_exact`."""
    facts = await overview(context, token, StaffFilter(state="waiting"))
    names = [one.name for one in facts.posts if one.reasons == ("head-not-confirmed",)]
    return ExactFacts(schools=facts.schools, count=facts.counts.exact, names=names[:_NAMES_SHOWN])


async def confirm(
    context: AppContext, token: str | None, system_id: str, staff_id: str, reasons: Sequence[str]
) -> bool:
    """Note that the post is of the person whom ESIA names; False if there is something else to decide by now.

    `reasons`: those that the head has seen.
    """
    schools, now = await _head_now(context, token), context.clock.now()
    async with context.database.transaction() as conn:
        await _match(conn, schools.schools, now)
        found = await _post(conn, schools, system_id, staff_id)
        if not found.can_confirm or set(found.reasons) != set(reasons):
            return False
        deed = _deed(schools.head, found, now)
        await execute(conn, QUERIES.forget_declined, deed)
        await execute(conn, QUERIES.confirm, deed)
        await _note(conn, schools.head, found, now, "staff.confirm", reasons=list(found.reasons))
        await _match(conn, schools.schools, now)
    return True


async def confirm_exact(context: AppContext, token: str | None) -> int:
    """Note the same of every post in which the export and ESIA agree; of how many."""
    schools = await _head_now(context, token)
    async with context.database.transaction() as conn:
        return await confirm_exact_of(conn, schools, context.clock.now())


async def confirm_exact_of(conn: AsyncConnection, schools: HeadSchools, now: datetime) -> int:
    """The same for a head who was asked about at ESIA. In a transaction."""
    await _match(conn, schools.schools, now)
    everywhere = {
        "regions": [school.region for school in schools.schools],
        "systems": [school.system_id for school in schools.schools],
        "schools": [school.organization_id for school in schools.schools],
        "account_id": schools.viewer.account_id,
        "now": now,
    }
    count = await execute(conn, QUERIES.confirm_exact, everywhere)
    await _match(conn, schools.schools, now)
    return count


async def decline(
    context: AppContext, token: str | None, system_id: str, staff_id: str, reason: DeclineReason
) -> None:
    """Note that the post isn't this person's; what was confirmed is withdrawn. Raises NoSuchPost."""
    schools, now = await _head_now(context, token), context.clock.now()
    async with context.database.transaction() as conn:
        await _match(conn, schools.schools, now)
        found = await _post(conn, schools, system_id, staff_id)
        deed = {**_deed(schools.head, found, now), "reason": reason}
        await execute(conn, QUERIES.decline, deed)
        was_verified = bool(await execute(conn, QUERIES.withdraw, deed))
        action = "staff.withdraw" if was_verified else "staff.decline"
        await _note(conn, schools.head, found, now, action, reason=reason)
        await _match(conn, schools.schools, now)


async def check_head(context: AppContext, token: str | None) -> None:
    """Before a form is read: for others nothing is here, whatever they send. Raises as `head_schools`."""
    await _head(context, token)


async def _head(context: AppContext, token: str | None) -> HeadSchools:
    return await _schools_of(context, await context.service(identity.Rights).acting_head(token))


async def _head_now(context: AppContext, token: str | None) -> HeadSchools:
    """The same for a deed: ESIA has named the head just now."""
    return await _schools_of(context, await context.service(identity.Rights).acting_head_now(token))


async def _schools_of(context: AppContext, head: HeadViewer) -> HeadSchools:
    async with context.database.connection() as conn:
        schools = await confirmed_schools(conn, head.oid)
    if not schools:
        raise SchoolNotConfirmed
    return HeadSchools(head, schools)


async def _match(
    conn: AsyncConnection, schools: Sequence[School], now: datetime, *, waits: bool = True
) -> None:
    for school in schools:
        await match_part(conn, now, waits=waits, **msgspec.structs.asdict(school.key))


async def _post(conn: AsyncConnection, schools: HeadSchools, system_id: str, staff_id: str) -> StaffPost:
    found = await post_of(conn, schools.schools, system_id, staff_id)
    if found is None:
        raise NoSuchPost
    return found


def _deed(head: HeadViewer, found: StaffPost, now: datetime) -> dict[str, object]:
    return {
        "region": found.region,
        "system_id": found.system_id,
        "staff_id": found.staff_id,
        "person_id": found.person_id,
        "account_id": head.viewer.account_id,
        "now": now,
    }


async def _note(
    conn: AsyncConnection, head: HeadViewer, found: StaffPost, now: datetime, action: str, **detail: object
) -> None:
    await audit.record(
        conn,
        at=now,
        action=action,
        actor_account=head.viewer.account_id,
        actor_relation="head",
        region=found.region,
        system_id=found.system_id,
        person_id=found.person_id,
        detail={"post": found.staff_id, **detail},
    )


async def _note_read(conn: AsyncConnection, schools: HeadSchools, now: datetime, page: str) -> None:
    first = schools.schools[0]
    await audit.record(
        conn,
        at=now,
        action="staff.read",
        actor_account=schools.viewer.account_id,
        actor_relation="head",
        region=first.region,
        system_id=first.system_id,
        detail={"page": page, "organization": first.organization_id},
    )
