"""What the school answers, and the operator where no head is connected. Each reading is in the audit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from psycopg import AsyncConnection

from myedu.portal.access_requests import diagnosis, store
from myedu.portal.access_requests.models import (
    Answer,
    NoSchoolHere,
    NoSuchRequest,
    Request,
    SchoolList,
    SchoolRequestFacts,
)
from myedu.portal.access_requests.service import close_if_found
from myedu.portal.audit import service as audit
from myedu.portal.context import AppContext
from myedu.portal.identity.models import NotHead, NotSignedIn
from myedu.portal.identity.service import Rights
from myedu.portal.people import service as people
from myedu.portal.people.models import Candidate, StaffViewer, Viewer
from myedu.portal.verification import service as verification

REQUESTS_A_PAGE = 20
_LEADING = ("deputy", "administrator")  # a head signs in for the school
_MOSCOW = ZoneInfo("Europe/Moscow")

SchoolId = tuple[str, str, str]


class Answering(msgspec.Struct, frozen=True):
    """Who answers, and for which schools (region, system, id). `relation`: for the audit."""

    viewer: Viewer
    schools: frozenset[SchoolId]
    relation: Literal["head", "deputy"]


async def answering(context: AppContext, token: str | None) -> Answering:
    """The head of a session with their confirmed schools, or one of a school's deputies or administrators.

    Raises NotSignedIn, RightsUnconfirmed; SchoolNotConfirmed for a head who has confirmed none; NoSchoolHere
    for everybody else.
    """
    try:
        found = await verification.head_schools(context, token)
    except NotHead:
        return await _leading_staff(context, token)
    schools = {(one.region, one.system_id, one.organization_id) for one in found.schools}
    return Answering(found.viewer, frozenset(schools), "head")


async def _leading_staff(context: AppContext, token: str | None) -> Answering:
    staff = await context.service(Rights).staff(token)
    schools = await _led_by(context, staff)
    if not schools:
        raise NoSchoolHere
    return Answering(staff.viewer, schools, "deputy")


async def _led_by(context: AppContext, staff: StaffViewer) -> frozenset[SchoolId]:
    async with context.database.connection() as conn:
        groups = await people.visible_groups(conn, staff, context.clock.now())
    return frozenset(
        (group.region, group.system_id, group.organization_id)
        for group in groups
        if group.relation in _LEADING
    )


async def is_deputy(context: AppContext, token: str) -> bool:
    """Whether the viewer answers beside a head, by what ESIA said last: the page itself asks again."""
    try:
        return bool(await _led_by(context, await context.service(Rights).last_known_staff(token)))
    except NotSignedIn:
        return False


async def school_list(context: AppContext, who: Answering, page: int) -> SchoolList:
    """The requests to the viewer's schools, with the names of those who ask."""
    now = context.clock.now()
    async with context.database.transaction() as conn:
        found = await store.requests_of_schools(
            conn, sorted(who.schools), limit=REQUESTS_A_PAGE + 1, offset=(page - 1) * REQUESTS_A_PAGE
        )
        shown = found[:REQUESTS_A_PAGE]
        if shown:
            await _note(
                conn,
                who.viewer,
                who.relation,
                "request.list",
                now,
                None,
                requests=[str(one.id) for one in shown],
            )
    return SchoolList(
        viewer=who.viewer, now=now, requests=shown, page=page, has_more=len(found) > REQUESTS_A_PAGE
    )


async def school_request(context: AppContext, who: Answering, id: UUID) -> SchoolRequestFacts:
    """One request to the viewer's schools; a new one is seen from now on. Raises NoSuchRequest."""
    now = context.clock.now()
    async with context.database.transaction() as conn:
        one = await _of_schools(conn, who, id)
        return await _opened(conn, who.viewer, who.relation, one, now, "school")


async def school_answer(
    context: AppContext, token: str | None, who: Answering, id: UUID, answer: Answer, words: str
) -> None:
    """Answer a request to the viewer's schools. Raises NoSuchRequest.

    ESIA is asked first whether the head still is one.
    """
    if who.relation == "head":
        await context.service(Rights).acting_head_now(token)
    async with context.database.transaction() as conn:
        one = await _of_schools(conn, who, id)
        await _answer(conn, who.viewer, who.relation, one, context.clock.now(), answer, words)


async def operator_list(context: AppContext, token: str | None, page: int) -> SchoolList:
    """Requests that no head can answer yet. Their page shows no names. Raises NotOperator."""
    now, viewer = context.clock.now(), await context.service(Rights).operator(token, "requests")
    async with context.database.connection() as conn:
        found = await store.requests_without_school(
            conn, limit=REQUESTS_A_PAGE + 1, offset=(page - 1) * REQUESTS_A_PAGE
        )
    return SchoolList(
        viewer=viewer,
        now=now,
        requests=found[:REQUESTS_A_PAGE],
        page=page,
        has_more=len(found) > REQUESTS_A_PAGE,
    )


async def operator_question(context: AppContext, token: str | None, id: UUID) -> tuple[Viewer, Request]:
    """The request about which an operator is asked why they read it. Raises NotOperator, NoSuchRequest."""
    viewer = await context.service(Rights).operator(token, "request")
    async with context.database.connection() as conn:
        return viewer, await _without_school(conn, id)


async def operator_request(
    context: AppContext, token: str | None, id: UUID, reason: str
) -> SchoolRequestFacts:
    """One request that no head can answer yet; the reason is written first."""
    now, viewer = context.clock.now(), await context.service(Rights).operator(token, "request")
    async with context.database.transaction() as conn:
        one = await _without_school(conn, id)
        return await _opened(conn, viewer, "operator", one, now, "operator", reason=reason)


async def operator_answer(
    context: AppContext, token: str | None, id: UUID, answer: Answer, words: str, reason: str
) -> None:
    """Answer in a school's stead. ESIA is asked first whether the viewer still is an operator."""
    viewer = await context.service(Rights).operator_now(token, "answer")
    async with context.database.transaction() as conn:
        one = await _without_school(conn, id)
        await _answer(conn, viewer, "operator", one, context.clock.now(), answer, words, reason=reason)


async def _of_schools(conn: AsyncConnection, who: Answering, id: UUID) -> Request:
    found = await store.request_by_id(conn, id)
    if found is None or found.school not in who.schools:
        raise NoSuchRequest
    return found


async def _without_school(conn: AsyncConnection, id: UUID) -> Request:
    found = await store.request_by_id(conn, id)
    if found is None or found.school_is_confirmed or found.state == "closed":
        raise NoSuchRequest
    return found


async def _opened(
    conn: AsyncConnection,
    viewer: Viewer,
    relation: str,
    one: Request,
    now: datetime,
    done_by: Literal["school", "operator"],
    **detail: str,
) -> SchoolRequestFacts:
    if not await close_if_found(conn, one, one.asker, now) and await store.lock(conn, one.id) == "sent":
        await store.set_state(conn, one.id, "seen", now)
        await store.add_event(conn, one.id, now, done_by, "seen")
    current = await store.request_by_id(conn, one.id)
    assert current is not None  # it is locked, or closed
    pupils = await _candidates(conn, current, now) if current.state != "closed" else []
    await _note(conn, viewer, relation, "request.read", now, current, pupils, **detail)
    reasons = diagnosis.school_reasons(current.sought, pupils) if current.state != "closed" else []
    return SchoolRequestFacts(
        viewer=viewer,
        now=now,
        request=current,
        events=await store.events(conn, one.id),
        candidates=pupils,
        reasons=reasons,
    )


async def _answer(
    conn: AsyncConnection,
    viewer: Viewer,
    relation: Literal["head", "deputy", "operator"],
    one: Request,
    now: datetime,
    answer: Answer,
    words: str,
    **detail: str,
) -> None:
    if await store.lock(conn, one.id) in (None, "closed"):
        return  # the family closed it meanwhile: the page says so
    await store.set_state(conn, one.id, "answered", now, answer=answer)
    done_by: Literal["school", "operator"] = "operator" if relation == "operator" else "school"
    await store.add_event(conn, one.id, now, done_by, "answered", answer=answer, words=words)
    pupils = await _candidates(conn, one, now)
    await _note(conn, viewer, relation, "request.answer", now, one, pupils, answer=answer, **detail)


async def _candidates(conn: AsyncConnection, one: Request, now: datetime) -> list[Candidate]:
    return await people.candidates(
        conn,
        one.school,
        one.sought,
        asker_oid=one.asker_oid,
        asker_snils=one.asker_snils,
        today=now.astimezone(_MOSCOW).date(),
    )


async def _note(
    conn: AsyncConnection,
    viewer: Viewer,
    relation: str,
    action: str,
    now: datetime,
    one: Request | None,
    pupils: Sequence[Candidate] = (),
    **detail: object,
) -> None:
    """A line for each pupil whom it concerns; one without a pupil if there is none."""
    about = {"request": str(one.id), "asker": str(one.account_id)} if one else {}
    persons: Sequence[str | None] = [pupil.person_id for pupil in pupils] or [None]
    for person_id in persons:
        await audit.record(
            conn,
            at=now,
            action=action,
            actor_account=viewer.account_id,
            actor_relation=relation,
            region=one.region if one else None,
            system_id=one.system_id if one else None,
            person_id=person_id,
            detail={**about, **detail},
        )
