"""The same facts as JSON, by the same service calls. A journal's answer is passed on as it was received."""

import math
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from myedu.kit.web.responses import AnyRequest, json_response
from myedu.portal.diary.models import DiaryFacts, MarksFacts
from myedu.portal.diary.parse import cursor_of, day_of
from myedu.portal.diary.service import DiaryService
from myedu.portal.federation.events import Event
from myedu.portal.federation.models import Fresh, Outcome, Unavailable
from myedu.portal.identity.models import SESSION_COOKIE
from myedu.portal.people.models import Period, Student

PREFIX = "/api/"
FromDiary = NamedDependency[SkipValidation[DiaryService]]
"""The type of a handler's parameter `diary`."""


def session_token(request: AnyRequest) -> str | None:
    """Who asks; the service finds out whether it is worth anything."""
    return request.cookies.get(SESSION_COOKIE)


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A journal's answer (of the contract) in `answer`, or the last good copy, or none, and then why."""

    state: Literal["fresh", "stale", "unavailable"]
    fetched_at: datetime | None = None
    reason: str | None = None
    failed_at: datetime | None = None
    retry_after: int | None = None  # seconds, where it is known when asking again makes sense
    answer: msgspec.Raw | None = None


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """A child whom the viewer may see; `child` is the id in addresses."""

    child: UUID
    relation: str
    first_name: str
    last_name: str
    middle_name: str | None
    organization: str
    group: str
    time_zone: str


class DiaryJson(msgspec.Struct, frozen=True, kw_only=True):
    """`done`: ids of homework ticked."""

    child: Child
    diary: Answer
    done: list[str]


class MarksJson(msgspec.Struct, frozen=True, kw_only=True):
    child: Child
    periods: tuple[Period, ...]
    period: str
    marks: Answer


class SubjectJson(MarksJson, frozen=True, kw_only=True):
    """`marks` holds all subjects of the period, as the journal sent them."""

    subject_id: str
    subject: str


class ChildrenJson(msgspec.Struct, frozen=True, kw_only=True):
    children: list[DiaryJson]


class EventJson(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """As federation.events.Event, without whose it is: the answer says that once."""

    seq: int
    kind: str
    thing_id: str
    day: date
    at: datetime
    subject: str | None = None
    value: str | None = None
    was: str | None = None


class EventsJson(msgspec.Struct, frozen=True, kw_only=True):
    child: Child
    events: list[EventJson]


@get("/api/children")
async def children(request: AnyRequest, diary: FromDiary) -> Response[bytes]:
    facts = await diary.family(session_token(request))
    return json_response(ChildrenJson(children=[_diary(card) for card in facts.cards]))


@get("/api/c/{child:uuid}/today")
async def today(request: AnyRequest, diary: FromDiary, child: FromPath[UUID]) -> Response[bytes]:
    return json_response(_diary(await diary.today(session_token(request), child)))


@get("/api/c/{child:uuid}/week/{day:str}")
async def week(
    request: AnyRequest, diary: FromDiary, child: FromPath[UUID], day: FromPath[str]
) -> Response[bytes]:
    facts = await diary.week(session_token(request), child, day_of(day), decoded=False, alone=True)
    return json_response(_diary(facts))


@get("/api/c/{child:uuid}/homework")
async def homework(request: AnyRequest, diary: FromDiary, child: FromPath[UUID]) -> Response[bytes]:
    return json_response(_diary(await diary.homework(session_token(request), child)))


@get("/api/c/{child:uuid}/marks")
async def marks(request: AnyRequest, diary: FromDiary, child: FromPath[UUID]) -> Response[bytes]:
    facts = await diary.marks(session_token(request), child, request.query_params.get("period"))
    return json_response(MarksJson(**_marks(facts)))


@get("/api/c/{child:uuid}/subjects/{subject_id:path}")
async def subject(
    request: AnyRequest, diary: FromDiary, child: FromPath[UUID], subject_id: FromPath[str]
) -> Response[bytes]:
    period = request.query_params.get("period")
    facts = await diary.subject(session_token(request), child, subject_id.removeprefix("/"), period)
    return json_response(SubjectJson(**_marks(facts), subject_id=facts.subject_id, subject=facts.subject))


@get("/api/c/{child:uuid}/events")
async def events(request: AnyRequest, diary: FromDiary, child: FromPath[UUID]) -> Response[bytes]:
    """What is new: marks, lessons, tasks. `after`: the `seq` of the last event that the reader has."""
    facts = await diary.events(session_token(request), child, cursor_of(request.query_params.get("after")))
    return json_response(
        EventsJson(child=_child(facts.student), events=[_event(one) for one in facts.events])
    )


ROUTES = [children, today, week, homework, marks, subject, events]


def _event(event: Event) -> EventJson:
    return EventJson(**{name: getattr(event, name) for name in EventJson.__struct_fields__})


def _diary(facts: DiaryFacts) -> DiaryJson:
    return DiaryJson(child=_child(facts.student), diary=_answer(facts.diary), done=sorted(facts.done))


def _marks(facts: MarksFacts) -> dict[str, Any]:
    return {
        "child": _child(facts.student),
        "periods": facts.periods,
        "period": facts.period.id,
        "marks": _answer(facts.marks),
    }


def _answer(outcome: Outcome[Any]) -> Answer:
    if isinstance(outcome, Unavailable):
        return Answer(
            state="unavailable",
            reason=outcome.reason,
            failed_at=outcome.failed_at,
            retry_after=_whole(outcome.retry_after),
        )
    answer, fetched_at = msgspec.Raw(outcome.body), outcome.fetched_at
    if isinstance(outcome, Fresh):
        return Answer(state="fresh", fetched_at=fetched_at, answer=answer)
    return Answer(
        state="stale",
        fetched_at=fetched_at,
        reason=outcome.reason,
        failed_at=outcome.failed_at,
        retry_after=_whole(outcome.retry_after),
        answer=answer,
    )


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else math.ceil(seconds)


def _child(student: Student) -> Child:
    return Child(
        child=student.child,
        relation=student.relation,
        first_name=student.first_name,
        last_name=student.last_name,
        middle_name=student.middle_name,
        organization=student.organization_name,
        group=student.group_name,
        time_zone=student.time_zone,
    )
