"""What the room `access_requests` does for others, and what families ask."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import AsyncConnection

from myedu.portal.access_requests import diagnosis, store
from myedu.portal.access_requests.links import HELP, MISSING, SCHOOLS
from myedu.portal.access_requests.models import (
    MOST_A_DAY,
    MOST_AGAIN,
    MOST_OPEN,
    AlreadyShown,
    AskFacts,
    ConnectedRegion,
    Diagnosis,
    MissingFacts,
    NewRequest,
    NoSuchRequest,
    OpenCounts,
    Request,
    RequestFacts,
    TooManyRequests,
    TooYoung,
)
from myedu.portal.access_requests.schools import Schools, region_lines
from myedu.portal.audit import service as audit
from myedu.portal.context import AppContext
from myedu.portal.identity import service as identity
from myedu.portal.people import service as people
from myedu.portal.people.models import Place, SoughtChild, Viewer

__all__ = [
    "HELP",
    "MISSING",
    "SCHOOLS",
    "ConnectedRegion",
    "OpenCounts",
    "Schools",
    "ask_facts",
    "close",
    "close_if_found",
    "erase_persons",
    "missing",
    "open_counts",
    "region_lines",
    "request",
    "send",
    "signed_in",
    "with_sought",
]

_MOSCOW = ZoneInfo("Europe/Moscow")


async def open_counts(conn: AsyncConnection, region: str) -> OpenCounts:
    """Open requests of a region's families: no names, so also for the region's officers."""
    return await store.open_counts(conn, region)


async def signed_in(context: AppContext, token: str | None) -> Viewer:
    """The viewer of a session. Raises NotSignedIn."""
    async with context.database.connection() as conn:
        return await identity.require_viewer(conn, token, context.clock.now())


async def missing(context: AppContext, token: str | None) -> MissingFacts:
    """The family's page. Requests whose child is shown by now are closed first. Raises NotSignedIn."""
    now = context.clock.now()
    async with context.database.transaction() as conn:
        viewer = await identity.require_viewer(conn, token, now)
        for one in await store.requests_of_account(conn, viewer.account_id):
            await close_if_found(conn, one, viewer, now)
        return MissingFacts(
            viewer=viewer,
            now=now,
            may_ask=diagnosis.may_ask(viewer, _day(now)),
            diagnoses=await _diagnoses(conn, viewer, now),
            incomplete_kids=await people.incomplete_kids(conn, viewer),
            sees_children=bool(await people.visible_students(conn, viewer, now)),
            requests=await store.requests_of_account(conn, viewer.account_id),
        )


async def _diagnoses(conn: AsyncConnection, viewer: Viewer, now: datetime) -> list[Diagnosis]:
    today = _day(now)
    found = []
    for facts in await people.own_facts(conn, viewer, now):
        if facts.asks_for == "kid":
            found.append(Diagnosis(facts=facts, reason=diagnosis.kid_reason(facts, today)))
        elif diagnosis.may_be_pupil(viewer, facts, today):
            found.append(Diagnosis(facts=facts, reason=diagnosis.own_reason(viewer, facts)))
    return found


async def ask_facts(
    context: AppContext, token: str | None, query: str, school: tuple[str, str, str] | None
) -> AskFacts:
    """The form, with the school that is chosen or the schools that `query` finds.

    Raises NotSignedIn, TooYoung.
    """
    now = context.clock.now()
    async with context.database.connection() as conn:
        viewer = await identity.require_viewer(conn, token, now)
        _check_age(viewer, now)
        return AskFacts(
            viewer=viewer,
            now=now,
            children=[one.facts for one in await _diagnoses(conn, viewer, now)],
            school=await people.connected_school(conn, *school) if school else None,
            found=await context.service(Schools).search(conn, query) if query else (),
        )


async def send(context: AppContext, token: str | None, new: NewRequest) -> UUID:
    """Send a request, or add to the open one about the same child and school; its id.

    Nothing is looked up about a typed child: the answer can't depend on whether there is one (ADR 0027).
    Raises NotSignedIn, TooYoung, AlreadyShown, TooManyRequests.
    """
    now = context.clock.now()
    async with context.database.transaction() as conn:
        viewer = await identity.require_viewer(conn, token, now)
        _check_age(viewer, now)
        shown = await people.shown_child(conn, viewer, new.sought, now)
        if shown is not None:
            raise AlreadyShown(shown)
        await store.lock_account(conn, viewer.account_id)
        known = await store.open_like(conn, viewer, new)
        if known is not None:
            await _add_to(conn, known, new.comment, now)
            return known
        counts = await store.counts_of_account(conn, viewer.account_id, now)
        if counts.open >= MOST_OPEN:
            raise TooManyRequests("open")
        if counts.lately >= MOST_A_DAY:
            raise TooManyRequests("today")
        sent = await store.insert(conn, viewer, new, now)
        assert sent is not None  # the account is locked
        await store.add_event(conn, sent, now, "family", "sent", words=new.comment)
        await _note(conn, viewer, "request.send", now, sent, new.school.region)
        return sent


async def _add_to(conn: AsyncConnection, id: UUID, comment: str, now: datetime) -> None:
    """A second request about the same is the first one again: an answered one waits again."""
    if await store.count_events(conn, id, "again") >= MOST_AGAIN:
        raise TooManyRequests("open")
    await store.add_event(conn, id, now, "family", "again", words=comment)
    if await store.lock(conn, id) == "answered":
        await store.set_state(conn, id, "sent", now)


async def request(context: AppContext, token: str | None, id: UUID) -> RequestFacts:
    """One of the viewer's own requests. Raises NotSignedIn, NoSuchRequest."""
    now = context.clock.now()
    async with context.database.transaction() as conn:
        viewer = await identity.require_viewer(conn, token, now)
        await close_if_found(conn, await _own(conn, viewer, id), viewer, now)
        one = await _own(conn, viewer, id)
        child = None
        if one.closed_as == "found":
            child = await people.shown_child(conn, viewer, one.sought, now)
        return RequestFacts(
            viewer=viewer, now=now, request=one, events=await store.events(conn, id), child=child
        )


async def close(context: AppContext, token: str | None, id: UUID) -> None:
    """The family needs no answer any more. Raises NotSignedIn, NoSuchRequest."""
    now = context.clock.now()
    async with context.database.transaction() as conn:
        viewer = await identity.require_viewer(conn, token, now)
        one = await _own(conn, viewer, id)
        if await store.lock(conn, id) != "closed":
            await store.set_state(conn, id, "closed", now, closed_as="family")
            await store.add_event(conn, id, now, "family", "closed")
            await _note(conn, viewer, "request.close", now, id, one.region)


async def close_if_found(conn: AsyncConnection, one: Request, viewer: Viewer, now: datetime) -> bool:
    """Close an open request whose child the asker sees by now. In a transaction."""
    if one.state == "closed" or await people.shown_child(conn, viewer, one.sought, now) is None:
        return False
    if await store.lock(conn, one.id) in (None, "closed"):
        return False
    await store.set_state(conn, one.id, "closed", now, closed_as="found")
    await store.add_event(conn, one.id, now, "portal", "found")
    await audit.record(
        conn,
        at=now,
        action="request.found",
        actor_account=None,
        actor_relation="system",
        region=one.region,
        detail={"request": str(one.id)},
    )
    return True


async def erase_persons(conn: AsyncConnection, place: Place) -> None:
    """Erase the requests of persons whom this transaction erases, and those about them."""
    await store.erase(conn, await people.erased_snils(conn, place))


def _day(now: datetime) -> date:
    return now.astimezone(_MOSCOW).date()


def _check_age(viewer: Viewer, now: datetime) -> None:
    if not diagnosis.may_ask(viewer, _day(now)):
        raise TooYoung


def _self(viewer: Viewer) -> SoughtChild:
    return SoughtChild(
        asks_for="self",
        snils=viewer.snils,
        last_name=viewer.last_name,
        first_name=viewer.first_name,
        birth_date=viewer.birth_date,
    )


async def _own(conn: AsyncConnection, viewer: Viewer, id: UUID) -> Request:
    found = await store.request_by_id(conn, id)
    if found is None or found.account_id != viewer.account_id:
        raise NoSuchRequest
    return found


async def _note(
    conn: AsyncConnection, viewer: Viewer, action: str, now: datetime, id: UUID, region: str
) -> None:
    await audit.record(
        conn,
        at=now,
        action=action,
        actor_account=viewer.account_id,
        actor_relation="self",
        region=region,
        detail={"request": str(id)},
    )


def with_sought(facts: AskFacts, choice: str, typed: SoughtChild | None) -> SoughtChild | None:
    """The child of a form: `self`, `kid-1` (as the form counts them), or what is typed."""
    kids: Sequence[SoughtChild] = [
        SoughtChild(
            asks_for="kid",
            snils=one.snils,
            last_name=one.last_name or "",
            first_name=one.first_name or "",
            middle_name=one.middle_name,
            birth_date=one.birth_date,
        )
        for one in facts.children
        if one.asks_for == "kid"
    ]
    by_choice = {f"kid-{number}": kid for number, kid in enumerate(kids, 1)}
    if choice == "self":
        return _self(facts.viewer)
    return by_choice.get(choice) or typed
