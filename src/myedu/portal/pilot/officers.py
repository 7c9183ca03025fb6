"""Who a region's officers are: people who work in its authority, by ESIA's word of today."""

from psycopg import AsyncConnection

from myedu.portal.audit import service as audit
from myedu.portal.context import AppContext
from myedu.portal.identity.models import NotOperator
from myedu.portal.identity.service import Rights
from myedu.portal.people.models import StaffViewer
from myedu.portal.pilot import store
from myedu.portal.pilot.models import Card, NoSuchRegion, Officer


async def officer(context: AppContext, token: str | None, page: str) -> Officer:
    """The officer of a session, whose role ESIA has named within the set time. `page`: for the audit.

    Raises NotSignedIn; NotOperator, the 404 of nothing, for everybody else; RightsUnconfirmed.
    """
    await _require_known(context, token, page)
    return await _confirmed(context, await context.service(Rights).staff(token), page)


async def officer_now(context: AppContext, token: str | None, page: str) -> Officer:
    """The same for a deed with consequences: ESIA has named the role just now."""
    await _require_known(context, token, page)
    return await _confirmed(context, await context.service(Rights).staff_now(token), page)


async def was_officer(context: AppContext, token: str | None) -> bool:
    """Whether the viewer was an officer when ESIA spoke last: only to say where a page is. It asks nobody."""
    staff = await context.service(Rights).last_known_staff(token)
    async with context.database.connection() as conn:
        return bool(await _cards(conn, staff))


def region_of(found: Officer, code: str) -> Card:
    """The officer's region with this code. Raises NoSuchRegion for another's and for none."""
    for card in found.regions:
        if card.code == code:
            return card
    raise NoSuchRegion


async def _require_known(context: AppContext, token: str | None, page: str) -> None:
    """Before ESIA is asked: for a viewer who never was an officer nothing is here, whatever ESIA does."""
    await _confirmed(context, await context.service(Rights).last_known_staff(token), page)


async def _confirmed(context: AppContext, staff: StaffViewer, page: str) -> Officer:
    async with context.database.connection() as conn:
        cards = await _cards(conn, staff)
        if not cards:
            await audit.record(
                conn,
                at=context.clock.now(),
                action="region.refuse",
                actor_account=staff.viewer.account_id,
                actor_relation="none",
                detail={"page": page},
            )
            raise NotOperator("no role in a region's authority: answer as if nothing were there")
    return Officer(staff.viewer, tuple(cards))


async def _cards(conn: AsyncConnection, staff: StaffViewer) -> list[Card]:
    oids = [membership.oid for membership in staff.memberships]
    if not staff.viewer.trusted or not oids:
        return []
    return await store.cards_of_authorities(conn, oids)
