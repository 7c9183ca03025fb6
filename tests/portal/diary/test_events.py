"""Events behind the door: the family reads what is new, the outsider gets what nobody's child gives."""

from uuid import uuid4

import pytest

from tests.portal.diary.conftest import Home

WEEK = "week/2026-11-25"


async def changed_mark(home: Home) -> None:
    """The family looked when Thursday's task was another one; then it looked again."""
    await home.mother.get(f"/c/{home.maria}/{WEEK}")
    await home.change_copies("№ 312, 315", "№ 1")
    await home.age_copies(2)
    await home.statements_of("UPDATE federation.copies SET etag = NULL RETURNING 1")  # it was another answer
    await home.mother.get(f"/c/{home.maria}/{WEEK}")


async def test_the_family_reads_what_is_new_from_a_cursor(home: Home) -> None:
    await changed_mark(home)
    for browser in (home.mother, home.pupil):
        status, answer = await home.api(browser, f"/api/c/{home.maria}/events")
        assert status == 200
        assert answer["child"]["first_name"] == "Мария"
        assert {(one["kind"], one["subject"]) for one in answer["events"]} == {
            ("homework-changed", "Алгебра")
        }
        assert len(answer["events"]) == 5
    cursor = answer["events"][2]["seq"]
    rest = (await home.api(home.mother, f"/api/c/{home.maria}/events?after={cursor}"))[1]["events"]
    assert rest == answer["events"][3:]
    asked = home.near.asked.total()
    assert (await home.api(home.mother, f"/api/c/{home.pavel}/events"))[1]["events"] == []
    assert home.near.asked.total() == asked


async def test_the_outsider_gets_what_nobodys_child_gives(home: Home) -> None:
    await changed_mark(home)
    strange = await home.api(home.outsider, f"/api/c/{home.maria}/events")
    assert strange == await home.api(home.outsider, f"/api/c/{uuid4()}/events")
    assert strange[0] == 404
    assert (await home.api(home.pupil, f"/api/c/{home.vera}/events"))[0] == 404


async def test_a_look_at_events_is_in_the_audit(home: Home) -> None:
    await home.api(home.mother, f"/api/c/{home.maria}/events")
    lines = await home.statements_of("SELECT detail->>'page' FROM audit.lines ORDER BY id DESC LIMIT 1")
    assert lines == [("events",)]


@pytest.mark.parametrize("after", ["-1", "1.5", "x", "9" * 19, "٣"])
async def test_a_wrong_cursor_is_the_readers_mistake(home: Home, after: str) -> None:
    assert (await home.api(home.mother, f"/api/c/{home.maria}/events?after={after}"))[0] == 400


async def test_events_lie_sealed(home: Home) -> None:
    await changed_mark(home)
    rows = await home.statements_of("SELECT detail FROM federation.events")
    assert len(rows) == 5
    assert not any("Алгебра".encode() in detail for (detail,) in rows)
