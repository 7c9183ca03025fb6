"""The diary as JSON, by the service calls of the pages. A journal's answer is passed on as received."""

import math
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from myedu.contract.answers import Diary, Marks
from myedu.kit.web.responses import AnyRequest, json_response
from myedu.portal.diary import links
from myedu.portal.diary.models import DiaryFacts, MarksFacts, WeekFacts
from myedu.portal.diary.parse import cursor_of, day_of
from myedu.portal.diary.service import DiaryService
from myedu.portal.federation.models import Event, Fresh, FreshJson, Outcome, Unavailable
from myedu.portal.people.models import Period, Student
from myedu.portal.signed_in import session_token

PREFIX = "/api/"
FromDiary = NamedDependency[SkipValidation[DiaryService]]
"""The type of a handler's parameter `diary`."""


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The outcome of a read.

    `answer`: the journal's JSON (of the contract), or its last good copy, or absent. `reason` and
    `failed_at`: why it isn't fresh.
    """

    state: Literal["fresh", "stale", "unavailable"]
    fetched_at: datetime | None = None
    reason: str | None = None
    failed_at: datetime | None = None
    retry_after: int | None = None  # seconds, where it is known when asking again makes sense
    answer: msgspec.Raw | None = None


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """A child whom the viewer may see; `child`: the id in addresses."""

    child: UUID
    relation: str
    first_name: str
    last_name: str
    middle_name: str | None
    organization: str
    group: str
    time_zone: str


class DiaryJson(msgspec.Struct, frozen=True, kw_only=True):
    """A child's diary; `done`: ids of homework ticked, sorted."""

    child: Child
    diary: Answer
    done: list[str]


class MarksJson(msgspec.Struct, frozen=True, kw_only=True):
    """A child's marks of a period; `period`: its id, `periods`: all that can be asked for."""

    child: Child
    periods: tuple[Period, ...]
    period: str
    marks: Answer


class SubjectJson(MarksJson, frozen=True, kw_only=True):
    """The same for one subject; `marks` holds all subjects of the period, as the journal sent them."""

    subject_id: str
    subject: str


class ChildrenJson(msgspec.Struct, frozen=True, kw_only=True):
    """The diaries of all children whom the viewer may see, the eldest first."""

    children: list[DiaryJson]


class EventJson(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """As federation.events.Event, without the pupil, who stands once in the answer."""

    seq: int
    kind: str
    thing_id: str
    day: date
    at: datetime
    subject: str | None = None
    value: str | None = None
    was: str | None = None


class EventsJson(msgspec.Struct, frozen=True, kw_only=True):
    """Changes in a child's diary, the oldest first."""

    child: Child
    events: list[EventJson]


@get("/api/children")
async def children(request: AnyRequest, diary: FromDiary) -> Response[bytes]:
    """Three weeks of each child, as on «Все»."""
    facts = await diary.family(session_token(request))
    return json_response(ChildrenJson(children=[_diary(card) for card in facts.cards]))


@get("/api/c/{child:uuid}/today")
async def today(request: AnyRequest, diary: FromDiary, child: FromPath[UUID]) -> Response[bytes]:
    """Three weeks around today."""
    return json_response(_diary(await diary.today(session_token(request), child)))


@get("/api/c/{child:uuid}/week/{day:str}")
async def week(
    request: AnyRequest, diary: FromDiary, child: FromPath[UUID], day: FromPath[str]
) -> Response[bytes]:
    """The week of any of its days."""
    facts = await diary.week(session_token(request), child, day_of(day), with_siblings=False)
    return json_response(_diary(facts))


@get("/api/c/{child:uuid}/homework")
async def homework(request: AnyRequest, diary: FromDiary, child: FromPath[UUID]) -> Response[bytes]:
    """The current week and its neighbours, with homework."""
    return json_response(_diary(await diary.homework(session_token(request), child)))


@get("/api/c/{child:uuid}/marks")
async def marks(request: AnyRequest, diary: FromDiary, child: FromPath[UUID]) -> Response[bytes]:
    """The marks of the period `period`, by default the current one."""
    facts = await diary.marks(session_token(request), child, request.query_params.get("period"))
    return json_response(_marks(facts))


@get("/api/c/{child:uuid}/subjects/{subject_id:path}")
async def subject(
    request: AnyRequest, diary: FromDiary, child: FromPath[UUID], subject_id: FromPath[str]
) -> Response[bytes]:
    """The marks of one subject, of the period `period` or the current one."""
    period = request.query_params.get("period")
    facts = await diary.subject(session_token(request), child, links.id_of(subject_id), period)
    of_period = msgspec.structs.asdict(_marks(facts))
    return json_response(SubjectJson(**of_period, subject_id=facts.subject_id, subject=facts.subject))


@get("/api/c/{child:uuid}/events")
async def events(request: AnyRequest, diary: FromDiary, child: FromPath[UUID]) -> Response[bytes]:
    """Changes of marks, lessons, tasks. `after`: the `seq` of the last event that the reader has."""
    facts = await diary.events(session_token(request), child, cursor_of(request.query_params.get("after")))
    return json_response(
        EventsJson(child=_child(facts.student), events=[_event(event) for event in facts.events])
    )


ROUTES = [children, today, week, homework, marks, subject, events]


def _event(event: Event) -> EventJson:
    return EventJson(
        seq=event.seq,
        kind=event.kind,
        thing_id=event.thing_id,
        day=event.day,
        at=event.at,
        subject=event.subject,
        value=event.value,
        was=event.was,
    )


def _diary(facts: DiaryFacts | WeekFacts) -> DiaryJson:
    return DiaryJson(child=_child(facts.student), diary=_answer(facts.diary), done=sorted(facts.done))


def _marks(facts: MarksFacts) -> MarksJson:
    return MarksJson(
        child=_child(facts.student),
        periods=facts.periods,
        period=facts.period.id,
        marks=_answer(facts.marks),
    )


def _answer(outcome: Outcome[Diary] | Outcome[Marks] | FreshJson) -> Answer:
    if isinstance(outcome, Unavailable):
        return Answer(
            state="unavailable",
            reason=outcome.reason,
            failed_at=outcome.failed_at,
            retry_after=_whole(outcome.retry_after),
        )
    answer, fetched_at = msgspec.Raw(outcome.body), outcome.fetched_at
    if isinstance(outcome, Fresh | FreshJson):
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
