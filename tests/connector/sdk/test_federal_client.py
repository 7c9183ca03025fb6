"""A journal of the federal profile: the SDK's own server read, and a stranger's words."""

import base64
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myedu.connector.sdk.client import JournalAddress, JournalClient, Pupil, StudentUnknown
from myedu.connector.sdk.clients import JournalClients
from myedu.connector.sdk.errors import JournalError, JournalRefuses, JournalSilent, JournalWrong
from myedu.connector.sdk.federal_client import FederalClient
from myedu.connector.sdk.federal_outcome import ISSUES
from myedu.contract.answers import Diary
from myedu.kit.clock import FixedClock
from myedu.kit.private_files import write_private
from myedu.kit.serve import serving
from tests.connector.sdk.conftest import ACT, CLIENT_ID, WEEK, KeyPair, Stand, Stands
from tests.connector.sdk.school import OIDS, PUPIL, School

(OID,) = OIDS
ZONE = "Asia/Vladivostok"
WHOM: dict[str, Any] = {"act": ACT, "asker": "a", "pupil": Pupil(OID, ZONE)}


def federal(stand: Stand) -> FederalClient:
    address = JournalAddress("school", stand.url, CLIENT_ID, profile="fgis-2021")
    return FederalClient(stand.session, address, stand.key.private, clock=stand.clock)


# -- the SDK's server, which composes Schedule of the contract's answers -----------------------------------


async def test_the_diary_is_the_same_by_both_ways(stand: Stand) -> None:
    ours = (await stand.client.diary(PUPIL, WEEK, **WHOM)).value
    reply = await federal(stand).diary(PUPIL, WEEK, **WHOM)
    theirs = reply.value
    assert ours is not None
    assert theirs is not None
    assert msgspec.json.decode(reply.body, type=Diary) == theirs
    assert (theirs.student_id, theirs.time_zone, theirs.first_day) == (PUPIL, ZONE, WEEK.first)
    assert theirs.organization is not None
    assert theirs.organization.name == "Школа № 7 посёлка Лазурный"
    assert [facts(entry) for entry in theirs.lessons] == [facts(entry) for entry in ours.lessons]


def facts(entry: Any) -> dict[str, Any]:
    """What the federal shape can carry of a lesson."""
    lesson = entry.lesson
    return {
        "subject": lesson.subject.name,
        "times": (lesson.starts_at, lesson.ends_at),
        "room": lesson.room,
        "topic": lesson.topic,
        "replaces": lesson.replaces.subject.name if lesson.replaces else None,
        "homework": [(task.text, task.none, task.due_on) for task in entry.homework],
        "marks": [
            (mark.value, mark.position, mark.weight, mark.scale, mark.work.kind) for mark in entry.marks
        ],
        "attendance": [absence.code for absence in entry.attendance],
    }


async def test_marks_come_of_the_same_schedule(stand: Stand) -> None:
    marks = (await federal(stand).marks(PUPIL, WEEK, **WHOM)).value
    ours = (await stand.client.marks(PUPIL, WEEK, **WHOM)).value
    assert marks is not None
    assert ours is not None
    assert Counter(mark.value for mark in marks.marks) == Counter(mark.value for mark in ours.marks)
    assert len({mark.id for mark in marks.marks}) == len(marks.marks)


async def test_an_etag_saves_the_second_answer(stand: Stand) -> None:
    client = federal(stand)
    first = await client.diary(PUPIL, WEEK, **WHOM)
    again = await client.diary(PUPIL, WEEK, **WHOM, etag=first.etag)
    assert first.etag
    assert (again.value, again.body, again.etag) == (None, b"", first.etag)


async def test_capabilities_cost_no_call(stand: Stand, sent: list[str]) -> None:
    description = (await federal(stand).capabilities()).value
    assert description is not None
    assert ("diary" in description.capabilities, description.limits.window_days, sent) == (True, 21, [])


@pytest.mark.parametrize(
    ("pupil", "kind", "reason"),
    [
        (Pupil("1", ZONE), StudentUnknown, "not-found"),
        (Pupil(None, ZONE), JournalRefuses, "no-account"),
        (None, JournalRefuses, "no-account"),
    ],
)
async def test_a_pupil_of_whom_nothing_can_be_asked(
    stand: Stand, pupil: Pupil | None, kind: type[JournalError], reason: str
) -> None:
    whom = {**WHOM, "pupil": pupil} if pupil else {"act": ACT, "asker": "a"}
    with pytest.raises(kind) as caught:
        await federal(stand).diary(PUPIL, WEEK, **whom)
    assert caught.value.reason == reason


async def test_a_system_that_does_not_serve_the_profile(stand_of: Stands) -> None:
    school = School()
    school.profiles = ()
    with pytest.raises(JournalWrong) as caught:
        await federal(stand_of(school)).diary(PUPIL, WEEK, **WHOM)
    assert caught.value.reason == "not-served"


async def test_other_methods_are_not_served(stand: Stand, sent: list[str]) -> None:
    client = federal(stand)
    for call in (
        client.schedule(PUPIL, WEEK, **WHOM),
        client.final_marks(PUPIL, 2026, **WHOM),
        client.file("f", **WHOM),
        client.changes(None),
        client.latest_export(),
    ):
        with pytest.raises(JournalWrong) as caught:
            await call
        assert caught.value.reason == "not-served"
    assert sent == []


# -- a stranger's system, with a secret and words of its own -----------------------------------------------

SECRET = "s3cret ü"
LESSON = {
    "id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "subject": "Физика",
    "period": {"start": "2026-11-24T09:30:00+10:00", "end": "2026-11-24T10:15:00+10:00"},
    "classroom": "каб. 5",
}


def schedule(*lessons: dict[str, Any], **school: Any) -> dict[str, Any]:
    return {
        "resourceType": "Schedule",
        "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "meta": {"lastUpdated": "2026-11-23T09:00:00+10:00"},
        "school": [
            {
                "id": "7c9e6679-7425-40de-944b-e07fc1f90ae8",
                "name": "Лицей",
                "scheduleUrl": "https://region.example/timetable",
                "period": {"start": "2026-11-23", "end": "2026-11-29"},
                "academYear": "2026/27",
                "class": [{"class": "8б", "grade": "8", "lesson": list(lessons)}],
            }
            | school
        ],
    }


def at(start: str, end: str) -> dict[str, Any]:
    return LESSON | {"period": {"start": start, "end": end}}


def outcome(code: str, severity: str = "error") -> dict[str, Any]:
    issue = {"severity": severity, "code": code, "details": "<b>подробности</b>"}
    return {
        "resourceType": "OperationOutcome",
        "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "issue": [issue],
    }


class Region:
    """A regional system: tokens for a secret under an address of their own, one method."""

    def __init__(self) -> None:
        self.url = ""
        self.status, self.body = 200, b""
        self.refused_tokens: set[str] = set()
        self.granted = 0
        self.queries: list[str] = []

    def says(self, body: dict[str, Any] | bytes, status: int = 200) -> None:
        self.status, self.body = status, body if isinstance(body, bytes) else msgspec.json.encode(body)

    async def token(self, request: Request) -> Response:
        form = (await request.body()).decode()
        pair = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        if pair != "portal:s3cret+%C3%BC" or form != "grant_type=client_credentials":
            return Response(b'{"error": "invalid_client"}', 401, media_type="application/json")
        self.granted += 1
        body = {"access_token": f"t{self.granted}", "token_type": "bearer", "expires_in": 3600}
        return Response(msgspec.json.encode(body), media_type="application/json")

    async def schedule(self, request: Request) -> Response:
        self.queries.append(str(request.url.query))
        if request.headers["authorization"].removeprefix("Bearer ") in self.refused_tokens:
            return Response(msgspec.json.encode(outcome("expired")), 403, media_type="application/fhir+json")
        return Response(self.body, self.status, media_type="application/json")


@pytest.fixture(scope="module")
async def the_region() -> AsyncIterator[Region]:
    region = Region()

    async def token(request: Request) -> Response:
        return await served[0].token(request)

    async def answer(request: Request) -> Response:
        return await served[0].schedule(request)

    served = [region]
    routes = [
        Route("/auth/token", token, methods=["POST"]),
        Route("/api/Schedule/{oid}", answer, methods=["GET"]),
    ]
    async with serving(Starlette(routes=routes)) as region.url:
        yield region


@pytest.fixture
def region(the_region: Region) -> Region:
    url = the_region.url
    the_region.__init__()  # type: ignore[misc]
    the_region.url = url
    return the_region


ClientOf = Callable[..., JournalClient]


@pytest.fixture
async def client_of(
    region: Region, portal_key: KeyPair, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[ClientOf]:
    clients = JournalClients(portal_key.private, clock=clock, allow_private=True)
    secret = tmp_path / "secret"

    def build(text: str = SECRET) -> JournalClient:
        write_private(secret, f"{text}\n".encode())
        address = JournalAddress(
            "region", f"{region.url}/api", CLIENT_ID, "fgis-2021", f"{region.url}/auth/token", str(secret)
        )
        return clients.client_for(address)

    yield build
    await clients.aclose()


async def diary_of(client: JournalClient) -> Diary:
    value = (await client.diary("p-1", WEEK, **WHOM)).value
    assert value is not None
    return value


async def error_of(client: JournalClient) -> JournalError:
    with pytest.raises(JournalError) as caught:
        await client.diary("p-1", WEEK, **WHOM)
    return caught.value


async def test_placeholders_are_nothing_set(region: Region, client_of: ClientOf) -> None:
    empty = {"topic": "---Не указана---", "note": "-", "homework": "---", "classroom": "—"}
    region.says(schedule(LESSON | empty))
    (entry,) = (await diary_of(client_of())).lessons
    assert (entry.lesson.topic, entry.lesson.room) == (None, None)
    assert [(task.text, task.none) for task in entry.homework] == [("", True)]


async def test_a_lesson_in_a_strangers_words(region: Region, client_of: ClientOf) -> None:
    full = LESSON | {
        "insteadOf": "Химия",
        "topic": "<p>Сила&nbsp;тока</p>",
        "note": "взять калькулятор",
        "homework": "Без задания.",
        "distant": "да",
        "attendance": {"code": "УП"},
        "score": [
            {"code": "exam-2031", "score": "4", "score2": "3", "scoreSystem": "5"},
            {"code": "", "score": "зч", "scoreSystem": "", "weight": 2},
        ],
    }
    region.says(schedule(full))
    diary = await diary_of(client_of())
    (entry,) = diary.lessons
    lesson = entry.lesson
    assert diary.group is not None
    assert (diary.organization and diary.organization.name, diary.group.name) == ("Лицей", "8б")
    assert lesson.topic == "Сила\xa0тока. взять калькулятор"
    assert (lesson.online, lesson.replaces and lesson.replaces.subject and lesson.replaces.subject.name) == (
        None,
        "Химия",
    )
    assert [(task.text, task.none) for task in entry.homework] == [("", True)]
    assert [absence.code for absence in entry.attendance] == ["excused"]
    assert [(mark.value, mark.position, mark.scale, mark.weight, mark.work.kind) for mark in entry.marks] == [
        ("4", 1, "5", 1.0, "exam-2031"),
        ("3", 2, "5", 1.0, "exam-2031"),
        ("зч", 1, "5", 2.0, "answer"),
    ]
    assert region.queries == ["start=2026-11-23&end=2026-11-29"]


async def test_unknown_codes_pass_as_they_are(region: Region, client_of: ClientOf) -> None:
    region.says(schedule(LESSON | {"attendance": {"code": "ЯК"}}))
    assert (await diary_of(client_of())).lessons[0].attendance[0].code == "ЯК"


async def test_two_schools_are_one_diary(region: Region, client_of: ClientOf) -> None:
    later = LESSON | {"id": "0f8fad5b-d9cb-469f-a165-708677289511", "subject": "Музыка"}
    later["period"] = {"start": "2026-11-24T15:00:00+10:00", "end": "2026-11-24T15:40:00+10:00"}
    both = schedule(later)
    both["school"] += schedule(LESSON, LESSON)["school"]  # and the same lesson twice
    region.says(both)
    lessons = (await diary_of(client_of())).lessons
    assert [entry.lesson.subject.name for entry in lessons] == ["Физика", "Музыка"]


async def test_an_empty_schedule_is_an_empty_week(region: Region, client_of: ClientOf) -> None:
    region.says(schedule() | {"school": []})
    assert (await diary_of(client_of())).lessons == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (schedule(LESSON, scheduleUrl="https://region.example/Schedule/999"), "wrong-student"),
        (schedule(at("2025-11-24T09:30:00+10:00", "2025-11-24T10:15:00+10:00")), "wrong-window"),
        (schedule(at("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")), "wrong-window"),
        (schedule(at("2026-11-24T09:30:00", "2026-11-24T10:15:00")), "wrong-shape"),
        (schedule(at("2026-11-24T09:30:00+10:00", "9999-12-31T23:59:59-12:00")), "wrong-shape"),
        (schedule(LESSON | {"id": 5}), "wrong-shape"),
        ({"resourceType": "Patient"}, "wrong-shape"),
        (outcome("information-only", "information"), "wrong-shape"),
        (b'{"resourceType":' + b"[" * 100_000, "too-deep"),
        (b"{", "not-json"),
    ],
)
async def test_a_wrong_schedule(region: Region, client_of: ClientOf, body: Any, reason: str) -> None:
    region.says(body)
    error = await error_of(client_of())
    assert (type(error), error.reason) == (JournalWrong, reason), error.sentence


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("code", ISSUES)
async def test_every_issue_is_one_of_our_reasons(
    region: Region, client_of: ClientOf, code: str, status: int
) -> None:
    region.says(outcome(code), status)
    error = await error_of(client_of())
    kind, reason = ISSUES[code]
    assert (type(error), error.reason) == (kind, reason)
    assert "<b>" not in error.sentence


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (400, JournalWrong, "wrong-type"),
        (403, JournalRefuses, "forbidden"),
        (429, JournalSilent, "overloaded"),
        (500, JournalSilent, "failed"),
        (503, JournalSilent, "overloaded"),
    ],
)
async def test_an_unknown_issue_is_judged_by_its_status(
    region: Region, client_of: ClientOf, status: int, kind: type[JournalError], reason: str
) -> None:
    region.says(outcome("quantum"), status)
    error = await error_of(client_of())
    assert (type(error), error.reason) == (kind, reason)


async def test_the_worst_issue_decides(region: Region, client_of: ClientOf) -> None:
    several = outcome("structure", "warning")
    several["issue"] += outcome("not-found", "fatal")["issue"] + outcome("throttled", "error")["issue"]
    region.says(several, 400)
    assert (await error_of(client_of())).reason == "not-found"


async def test_an_expired_token_is_renewed_once(region: Region, client_of: ClientOf) -> None:
    region.says(schedule(LESSON))
    region.refused_tokens = {"t1"}
    client = client_of()
    await diary_of(client)
    assert region.granted == 2
    region.refused_tokens = {"t2", "t3"}
    error = await error_of(client)
    assert (error.reason, region.granted) == ("unauthorized", 3)


async def test_a_wrong_secret_and_no_secret(region: Region, client_of: ClientOf, tmp_path: Path) -> None:
    region.says(schedule(LESSON))
    error = await error_of(client_of("another"))
    assert ("no token (401)" in error.sentence, "another" in str(error)) == (True, False)
    client = client_of()
    (tmp_path / "secret").chmod(0o644)
    assert f"chmod 600 {tmp_path / 'secret'}" in (await error_of(client)).sentence
    (tmp_path / "secret").unlink()
    assert "client secret" in (await error_of(client)).sentence
    assert region.granted == 0


async def test_each_system_has_a_session_of_its_own(portal_key: KeyPair, clock: FixedClock) -> None:
    clients = JournalClients(portal_key.private, clock=clock, allow_private=True)
    one, two = JournalAddress("a", "http://a.example", "x"), JournalAddress("b", "http://b.example", "x")
    assert clients.client_for(one)._http._session is clients.client_for(one)._http._session
    assert clients.client_for(one)._http._session is not clients.client_for(two)._http._session
    await clients.aclose()


async def test_an_odd_lesson_costs_itself(
    region: Region, client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    """The others stay, and so does a lesson whose absence alone is odd."""
    other = LESSON | {"id": "0b7e6679-7425-40de-944b-e07fc1f90ae7"}
    region.says(schedule(other | {"attendance": {"code": "x" * 65}}, LESSON | {"classroom": None}, LESSON))
    diary = (await client_of().diary("p-1", WEEK, **WHOM)).value
    assert diary is not None
    assert len(diary.lessons) == 2
    assert diary.left_out == 2
    assert "school[].class[].lesson[].classroom: 1" in caplog.text
    assert "lessons[].attendance[].code: 1" in caplog.text


async def test_days_are_those_of_the_school(region: Region, client_of: ClientOf) -> None:
    """21:30 UTC of the 23rd is the 24th in Vladivostok, where the lesson, its task and its mark are due."""
    evening = at("2026-11-23T21:30:00Z", "2026-11-23T22:15:00Z") | {
        "homework": "№ 5", "attendance": {"code": "н"},
        "score": [{"code": "", "score": "5", "scoreSystem": "5"}],
    }  # fmt: skip
    region.says(schedule(evening))
    diary = (await client_of().diary("p-1", WEEK, **WHOM)).value
    assert diary is not None
    (entry,) = diary.lessons
    days = {entry.homework[0].due_on, entry.marks[0].day, entry.attendance[0].day}
    assert days == {date(2026, 11, 24)}
