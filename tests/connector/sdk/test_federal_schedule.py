"""The federal method, in the shape of the document of 2021."""

from typing import Any
from uuid import UUID

import pytest

from tests.connector.sdk.conftest import Stand, Stands
from tests.connector.sdk.school import OIDS, SCHOOL, TEACHER_OID, School

(OID,) = OIDS
WEEK = "?start=2026-11-23&end=2026-11-29"


async def schedule(stand: Stand) -> dict[str, Any]:
    got = await stand.get(f"/Schedule/{OID}{WEEK}")
    assert got.status == 200, got.body
    body: dict[str, Any] = got.json()
    return body


async def test_the_shape(stand: Stand) -> None:
    body = await schedule(stand)
    assert body["resourceType"] == "Schedule"
    assert UUID(body["id"])
    assert body["meta"]["lastUpdated"].startswith("2026-11-23T")
    (school,) = body["school"]
    assert (school["name"], school["academYear"]) == (SCHOOL.name, "2026/27")
    assert school["period"] == {"start": "2026-11-23", "end": "2026-11-29"}
    (one_class,) = school["class"]
    assert (one_class["class"], one_class["grade"], len(one_class["lesson"])) == ("9 «Б»", "9", 10)


async def test_a_lesson_carries_what_belongs_to_it(stand: Stand) -> None:
    lessons = (await schedule(stand))["school"][0]["class"][0]["lesson"]
    monday, russian, wednesday = lessons[0], lessons[1], lessons[5]
    assert monday["period"]["start"] == "2026-11-23T08:30:00+10:00"
    assert monday["homework"] == "№ 312, 315"
    assert monday["classroom"] == "204"
    assert monday["score"] == [] if "score" in monday else True
    assert russian["homework"] == "Не задано"
    assert wednesday["insteadOf"] == "Алгебра"
    assert lessons[3]["attendance"] == {"code": "о"}
    (score,) = lessons[7]["score"]
    assert score == {
        "code": "dictation",
        "score": "5",
        "score2": "4",
        "scoreSystem": "5",
        "weight": 1.0,
    }


async def test_the_same_request_has_the_same_etag(stand: Stand) -> None:
    first = await stand.get(f"/Schedule/{OID}{WEEK}")
    again = await stand.get(f"/Schedule/{OID}{WEEK}", **{"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


async def test_without_days_three_weeks_are_served(stand: Stand) -> None:
    got = await stand.get(f"/Schedule/{OID}")
    assert got.json()["school"][0]["period"] == {"start": "2026-11-16", "end": "2026-12-06"}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/Schedule/1" + WEEK, 404, "not-found"),
        (f"/Schedule/{OID}?start=2026-11-23", 400, "structure"),
        (f"/Schedule/{OID}?start=2026-11-23&end=9999-01-01", 400, "structure"),
        ("/Schedule", 404, "not-found"),
    ],
)
async def test_errors_are_operation_outcomes(stand: Stand, path: str, status: int, code: str) -> None:
    got = await stand.get(path)
    body = got.json()
    assert (got.status, body["resourceType"]) == (status, "OperationOutcome")
    assert [(issue["severity"], issue["code"]) for issue in body["issue"]] == [("error", code)]
    assert UUID(body["id"])


async def test_the_wrong_field_has_its_federal_name(stand: Stand) -> None:
    got = await stand.get(f"/Schedule/{OID}?start=2026-11-23")
    assert "end" in got.json()["issue"][0]["details"]


async def test_without_a_token_there_is_an_outcome_too(stand: Stand) -> None:
    async with stand.session.get(f"{stand.url}/Schedule/{OID}") as response:
        body = await response.json()
    assert (response.status, body["issue"][0]["code"]) == (401, "login")


async def test_a_failure_is_fatal_and_shows_nothing(stand: Stand) -> None:
    async def broken(_oid: str) -> str | None:
        raise RuntimeError("secret")

    stand.school.student_by_esia_oid = broken  # type: ignore[method-assign]
    got = await stand.get(f"/Schedule/{OID}")
    assert (got.status, got.json()["issue"][0]["severity"]) == (500, "fatal")
    assert b"secret" not in got.body


async def test_a_system_without_the_profile(stand_of: Stands) -> None:
    school = School()
    school.profiles = ()
    got = await stand_of(school).get(f"/Schedule/{OID}{WEEK}")
    assert (got.status, got.json()["issue"][0]["code"]) == (501, "not-supported")


async def test_a_teacher_has_a_timetable_too(stand: Stand) -> None:
    got = await stand.get(f"/Schedule/{TEACHER_OID}{WEEK}")
    (school,) = got.json()["school"]
    lessons = [lesson for one_class in school["class"] for lesson in one_class["lesson"]]
    assert len(lessons) == 10
    assert not any("score" in lesson or "homework" in lesson for lesson in lessons)


async def test_where_teachers_are_not_declared_there_is_no_such_account(stand_of: Stands) -> None:
    school = School()
    school.declared = tuple(name for name in school.declared if name != "teachers")
    got = await stand_of(school).get(f"/Schedule/{TEACHER_OID}{WEEK}")
    assert (got.status, got.json()["resourceType"]) == (404, "OperationOutcome")
