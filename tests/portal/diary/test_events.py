"""Events: the family reads what is new; the outsider gets the 404 of a child that doesn't exist."""

from uuid import uuid4

import pytest

from tests.portal.diary.conftest import Home

WEEK = "week/2026-11-25"


async def changed_mark(home: Home) -> None:
    """The family has read the week before and after Thursday's task changed."""
    await home.mother.get(f"/c/{home.maria}/{WEEK}")
    await home.change_copies("№ 312, 315", "№ 1")
    await home.age_copies(2)
    await home.statements_of("UPDATE federation.copies SET etag = NULL RETURNING 1")  # no 304
    await home.mother.get(f"/c/{home.maria}/{WEEK}")


async def test_the_family_reads_what_is_new_from_a_cursor(home: Home) -> None:
    await changed_mark(home)
    for browser in (home.mother, home.pupil):
        status, answer = await home.api(browser, f"/api/c/{home.maria}/events")
        assert status == 200
        assert answer["child"]["first_name"] == "Мария"
        assert {(event["kind"], event["subject"]) for event in answer["events"]} == {
            ("homework-changed", "Алгебра")
        }
        assert len(answer["events"]) == 5
    cursor = answer["events"][2]["seq"]
    rest = (await home.api(home.mother, f"/api/c/{home.maria}/events?after={cursor}"))[1]["events"]
    assert rest == answer["events"][3:]
    calls = home.near.asked.total()
    assert (await home.api(home.mother, f"/api/c/{home.pavel}/events"))[1]["events"] == []
    assert home.near.asked.total() == calls


async def test_the_outsider_gets_the_404_of_a_child_that_does_not_exist(home: Home) -> None:
    await changed_mark(home)
    outsiders = await home.api(home.outsider, f"/api/c/{home.maria}/events")
    assert outsiders == await home.api(home.outsider, f"/api/c/{uuid4()}/events")
    assert outsiders[0] == 404
    assert (await home.api(home.pupil, f"/api/c/{home.vera}/events"))[0] == 404


async def test_reading_events_is_in_the_audit(home: Home) -> None:
    await home.api(home.mother, f"/api/c/{home.maria}/events")
    lines = await home.statements_of("SELECT detail->>'page' FROM audit.lines ORDER BY id DESC LIMIT 1")
    assert lines == [("events",)]


@pytest.mark.parametrize("after", ["-1", "1.5", "x", "9" * 19, "٣"])
async def test_a_wrong_cursor_is_a_bad_request(home: Home, after: str) -> None:
    assert (await home.api(home.mother, f"/api/c/{home.maria}/events?after={after}"))[0] == 400


async def test_events_are_stored_encrypted(home: Home) -> None:
    await changed_mark(home)
    rows = await home.statements_of("SELECT detail FROM federation.events")
    assert len(rows) == 5
    assert not any("Алгебра".encode() in detail for (detail,) in rows)
