"""Plain rows over HTTP: what a vendor gives becomes the contract's answers."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from myedu.connector.sdk.system import Misdeclared
from myedu.connector.simple.journal import SimpleJournal
from myedu.connector.simple.system import SimpleSystem
from myedu.kit.clock import FixedClock
from tests.connector.sdk.conftest import Got, Stand, Stands
from tests.connector.simple.village import MONDAY, PUPIL, TEACHER, Town, Village

WEEK = f"?from={MONDAY}&to={MONDAY + timedelta(days=6)}"


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def stand(stand_of: Stands, town: Town, clock: FixedClock) -> Stand:
    return stand_of(SimpleSystem(town, clock))  # type: ignore[arg-type] - another system than the school


async def good(stand: Stand, path: str) -> Any:
    got = await stand.get(path)
    assert got.status == 200, got.body
    return got.json()


async def test_what_is_written_is_declared(stand: Stand, stand_of: Stands, clock: FixedClock) -> None:
    description = await good(stand, "/v1/capabilities")
    assert set(description["capabilities"]) == {
        "diary", "attendance", "final-marks", "teachers", "files", "changes", "meetings",
    }  # fmt: skip
    assert description["profiles"] == ["fgis-2021"]
    small = await good(stand_of(SimpleSystem(Village(), clock)), "/v1/capabilities")  # type: ignore[arg-type]
    assert (small["capabilities"], small["profiles"]) == (["diary"], [])


async def test_lessons_are_cut_to_the_window_and_in_order(stand: Stand) -> None:
    answer = await good(stand, f"/v1/students/{PUPIL}/schedule?from={MONDAY}&to={MONDAY}")
    assert [lesson["id"] for lesson in answer["lessons"]] == [f"{MONDAY}-1", f"{MONDAY}-2"]
    first = answer["lessons"][0]
    # a time without an offset is the school's own
    assert (first["starts_at"], first["ends_at"]) == (
        f"{MONDAY}T08:30:00+10:00",
        f"{MONDAY}T09:15:00+10:00",
    )
    assert first["subject"] == {"id": "1", "name": "Алгебра"}
    assert first["teachers"] == [{"id": "7", "name": "Светлова Анна Павловна"}]
    assert "room" not in first
    assert "topic" not in first
    assert answer["group"] == {"id": "9", "name": "9 «Б»"}
    assert answer["time_zone"] == "Asia/Vladivostok"


async def test_homework_none_and_a_subject_without_an_id(stand: Stand) -> None:
    given, none = (await good(stand, f"/v1/students/{PUPIL}/homework{WEEK}"))["homework"]
    assert (given["text"], given.get("none", False), none["none"]) == ("№ 312", False, True)
    assert given["attachments"] == [{"id": "5", "name": "План.pdf", "size": 9}]
    assert given["subject"]["id"] != none["subject"]["id"]
    again = (await good(stand, f"/v1/students/{PUPIL}/homework{WEEK}"))["homework"][0]
    assert again["subject"] == given["subject"]


async def test_a_mark_of_a_number_is_a_text(stand: Stand) -> None:
    (mark,) = (await good(stand, f"/v1/students/{PUPIL}/marks{WEEK}"))["marks"]
    assert (mark["value"], mark["day"]) == ("5", str(MONDAY))
    assert mark["work"] == {"kind": "control", "name": "Степени"}


async def test_the_diary_is_composed(stand: Stand) -> None:
    answer = await good(stand, f"/v1/students/{PUPIL}/diary{WEEK}")
    first, second = answer["lessons"][:2]
    assert [task["text"] for task in first["homework"]] == ["№ 312"]
    assert [absence["code"] for absence in second["attendance"]] == ["late"]
    assert [mark["value"] for mark in answer["marks"]] == ["5"]  # it names no lesson


async def test_final_marks_of_the_year(stand: Stand) -> None:
    answer = await good(stand, f"/v1/students/{PUPIL}/final-marks?academic_year=2026")
    (mark,) = answer["final_marks"]
    assert (mark["value"], mark["period"]) == ("5", {"id": "2", "name": "2 четверть"})


async def test_a_teacher_in_another_zone(stand: Stand) -> None:
    answer = await good(stand, f"/v1/teachers/{TEACHER}/schedule{WEEK}")
    assert answer["time_zone"] == "Asia/Yakutsk"
    assert answer["lessons"][0]["starts_at"].endswith("+09:00")


@pytest.mark.parametrize(
    "path",
    [f"/v1/students/2/{name}{WEEK}" for name in ("schedule", "homework", "marks", "diary", "attendance")]
    + ["/v1/students/2/final-marks?academic_year=2026", f"/v1/teachers/2/schedule{WEEK}", "/v1/files/6"],
)
async def test_who_is_not_there_is_404(stand: Stand, path: str) -> None:
    got = await stand.get(path)
    assert (got.status, got.json()["code"]) == (404, "not-found")


async def test_the_federal_schedule_of_both(stand: Stand) -> None:
    days = f"?start={MONDAY}&end={MONDAY}"
    pupil = await good(stand, f"/Schedule/1563978{days}")
    teacher = await good(stand, f"/Schedule/1563979{days}")
    for body in (pupil, teacher):
        assert [lesson["class"] for lesson in body["school"][0]["class"]] != []
    assert (await stand.get(f"/Schedule/5{days}")).status == 404


async def test_a_file_and_meetings(stand: Stand, town: Town) -> None:
    link = await good(stand, "/v1/files/5")
    async with stand.session.get(link["url"]) as response:
        assert await response.read() == b"%PDF-1.7 "
    body = b'{"url": "https://meet.example/1", "title": "Algebra"}'
    assert (await put(stand, "l-1/meeting", body)).status == 204
    assert (await put(stand, "l-2/meeting", body)).status == 404
    assert town.meetings[0] == ("l-1", "https://meet.example/1", "Algebra")
    came = b'{"attendees": [{"person_id": "1", "joined_at": "2026-11-23T09:00:00Z", "seconds": 60}]}'
    assert (await put(stand, "l-1/presence", came)).status == 204
    assert town.meetings[-1][1][0]["seconds"] == 60


async def put(stand: Stand, path: str, body: bytes) -> Got:
    return await stand.send("PUT", f"/v1/lessons/{path}", {"Content-Type": "application/json"}, body)


async def test_changes_of_a_journal_that_only_knows_updated_at(
    stand: Stand, town: Town, clock: FixedClock
) -> None:
    first = await good(stand, "/v1/changes")
    town.touched.append(
        {"student_id": 1, "updated_at": clock.now() + timedelta(seconds=1), "what": "marks, homework"}
    )
    clock.advance(timedelta(minutes=1))
    second = await good(stand, f"/v1/changes?since={first['cursor']}")
    assert second["changes"] == [{"student_id": "1", "what": ["marks", "homework"]}]
    third = await good(stand, f"/v1/changes?since={second['cursor']}")
    assert third["changes"] == []


async def test_the_same_rows_have_the_same_etag(stand: Stand) -> None:
    path = f"/v1/students/{PUPIL}/diary{WEEK}"
    first = await stand.get(path)
    assert (await stand.get(path, **{"If-None-Match": first.headers["ETag"]})).status == 304


async def test_a_wrong_row_is_reported_to_the_vendor_and_not_to_the_caller(
    stand: Stand, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.extra = {"status": "", "starts_at": "вчера"}
    got = await stand.get(f"/v1/students/{PUPIL}/schedule{WEEK}")
    assert (got.status, got.json()["code"]) == (500, "internal")
    (record,) = [logged for logged in caplog.records if logged.exc_info]
    assert record.exc_info is not None
    text = str(record.exc_info[1])
    assert text.startswith("lessons: row 1 (id 2026-10-24-2): starts_at: ")
    assert "вчера" not in text


def test_today_is_the_journals_day(clock: FixedClock) -> None:
    clock.set(datetime.fromisoformat("2026-11-23T15:00:00+00:00"))
    assert str(SimpleSystem(Village(), clock).today()) == "2026-11-24"


class Unfinished(SimpleJournal):
    vendor, product, region = "Никто", "Начало", "25"

    def student(self, student_id: str) -> None:
        return None


def test_missing_functions_are_reported_at_the_start(clock: FixedClock) -> None:
    with pytest.raises(Misdeclared, match="has no lessons, homework, marks, organizations") as caught:
        SimpleSystem(Unfinished(), clock)
    assert "student," not in str(caught.value)
    assert "attendance" not in str(caught.value)


async def test_a_wrong_zone_is_reported_with_its_place(
    stand: Stand, town: Town, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(town, "student", lambda _: {"time_zone": "Владивосток"})
    assert (await stand.get(f"/v1/students/{PUPIL}/schedule{WEEK}")).status == 500
    text = [str(record.exc_info[1]) for record in caplog.records if record.exc_info]
    assert text == ["student: row 1: time_zone: not an IANA name such as Asia/Vladivostok"]


@pytest.mark.parametrize(("name", "value"), [("vendor", ""), ("region", ""), ("time_zone", "Владивосток")])
def test_a_journal_needs_its_vendor_and_region(clock: FixedClock, name: str, value: str) -> None:
    journal = Village()
    setattr(journal, name, value)
    with pytest.raises(Misdeclared, match=name):
        SimpleSystem(journal, clock)
