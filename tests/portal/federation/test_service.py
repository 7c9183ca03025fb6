"""What a page gets when a journal answers, is late, answers wrongly, or is down."""

import asyncio
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from myedu.contract.answers import Diary
from myedu.contract.answers import Limits as SystemLimits
from myedu.contract.windows import Window
from myedu.kit.sql import prepare_problems
from myedu.portal.federation import store
from myedu.portal.federation.models import Fresh, ReadLimits, Stale, Unavailable
from tests.connector.sdk.school import School
from tests.portal.federation.conftest import MOTHER, NOW, Stand, Stands, register, student_of
from tests.portal.journal import FAULTS

OLDER = timedelta(minutes=2)


async def test_an_answer_is_fresh_and_its_bytes_are_kept_as_received(stand: Stand):
    outcome = await stand.read()
    assert isinstance(outcome, Fresh)
    assert len(outcome.value.lessons) == 10
    assert msgspec.json.decode(outcome.body, type=Diary) == outcome.value
    assert outcome.fetched_at == NOW
    again = await stand.read()
    assert (again, stand.journal.asked["diary"]) == (outcome, 1)


async def test_an_older_copy_is_confirmed_by_its_etag(stand: Stand):
    first = await stand.read()
    stand.clock.advance(OLDER)
    second = await stand.read()
    assert stand.journal.statuses == [200, 304]
    assert second == Fresh(first.value, first.body, NOW + OLDER)
    assert await stand.read() == second  # and the confirmation was stored
    assert stand.journal.asked["diary"] == 2


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_leaves_the_good_copy_and_says_why(stand: Stand, name: str):
    good = await stand.read()
    stand.clock.advance(OLDER)
    stand.journal.fault, reason = FAULTS[name]
    outcome = await _patiently(stand)  # a hanging journal's reason comes after the page's deadline
    assert outcome == Stale(good.value, good.body, NOW, reason, NOW + OLDER)
    stand.journal.fault = None
    recovered = await stand.read()
    assert isinstance(recovered, Fresh)
    assert recovered.fetched_at == NOW + OLDER


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_without_a_copy_is_unavailable_with_its_reason(stand: Stand, name: str):
    stand.journal.fault, reason = FAULTS[name]
    outcome = await _patiently(stand)
    assert outcome == Unavailable(reason, NOW)


async def test_a_journal_that_does_not_listen_is_unreachable(stand: Stand):
    gone = student_of("gone-system")
    await register(stand.database, "gone-system", "http://127.0.0.1:1")
    assert await stand.read(student=gone) == Unavailable("unreachable", NOW)


async def test_a_system_unknown_or_paused_is_not_asked(stand: Stand):
    assert await stand.read(student=student_of("unknown")) == Unavailable("not-registered", NOW)
    await register(stand.database, stand.student.system_id, stand.journal.url, paused_at=NOW)
    assert await stand.read() == Unavailable("not-registered", NOW)
    assert not stand.journal.asked


async def test_a_page_stops_waiting_but_the_fetch_goes_on(stand_of: Stands):
    stand = await stand_of(School(), ReadLimits(deadline_seconds=0.1, flight_seconds=30))
    good = await _patiently(stand)
    stand.clock.advance(OLDER)
    stand.journal.pause = 0.3
    assert await stand.read() == Stale(good.value, good.body, NOW, "slow", NOW + OLDER)
    fetched = await _patiently(stand)
    assert fetched.fetched_at == NOW + OLDER
    assert stand.journal.asked["diary"] == 2


async def test_fifty_equal_reads_are_one_call(stand: Stand):
    stand.journal.pause = 0.1
    outcomes = await asyncio.gather(*(stand.read() for _ in range(50)))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert isinstance(outcomes[0], Fresh)
    assert stand.journal.asked["diary"] == 1


async def test_reads_of_other_days_or_students_are_other_calls(stand: Stand):
    next_week = Window(first=date(2026, 11, 30), last=date(2026, 12, 6))
    this, other = await asyncio.gather(stand.read(), stand.read(next_week))
    assert (this.value.first_day, other.value.first_day) == (date(2026, 11, 23), date(2026, 11, 30))
    unknown = await stand.read(student=student_of(stand.student.system_id, "unknown"))
    assert unknown == Unavailable("not-found", NOW)


async def test_the_diary_of_a_system_without_that_method_is_composed(stand_of: Stands):
    whole = await (await stand_of(School())).read()
    school = School()
    school.declared = ("attendance",)
    stand = await stand_of(school)
    composed = await stand.read()
    assert composed.value == whole.value
    assert msgspec.json.decode(composed.body, type=Diary) == whole.value
    assert stand.journal.asked == {"schedule": 1, "homework": 1, "marks": 1, "attendance": 1}


async def test_a_part_that_fails_fails_the_whole(stand_of: Stands):
    school = School()
    school.declared = ()
    school.marks = lambda student_id, window: None
    stand = await stand_of(school)
    assert await stand.read() == Unavailable("not-found", NOW)


async def test_a_window_longer_than_the_system_serves_is_asked_in_parts(stand_of: Stands):
    stand = await stand_of(School(SystemLimits(window_days=30)))
    autumn = Window(first=date(2026, 9, 1), last=date(2026, 11, 30))
    outcome = await stand.federation.read_marks(stand.student, autumn, viewer=MOTHER)
    assert stand.journal.asked["marks"] == 4
    assert (outcome.value.first_day, outcome.value.last_day) == (autumn.first, autumn.last)
    days = [mark.day for mark in outcome.value.marks]
    assert days == sorted(days)
    assert len(days) == 2 * 13  # two on each Thursday
    stand.clock.advance(timedelta(seconds=30))
    assert await stand.federation.read_marks(stand.student, autumn, viewer=MOTHER) == outcome


async def test_a_shrunken_limit_of_days_is_kept_to(stand_of: Stands):
    school = School()
    stand = await stand_of(school)
    whole = await stand.read()
    school.limits = SystemLimits(window_days=3)
    stand.clock.advance(timedelta(minutes=6))
    in_parts = await stand.read()
    assert in_parts.value == whole.value
    assert stand.journal.statuses == [200, 200, 200, 200]


async def test_capabilities_are_cached_for_some_minutes(stand_of: Stands):
    school = School()
    stand = await stand_of(school)
    await stand.read()
    school.declared = ()
    stand.clock.advance(OLDER)
    await stand.read()
    assert stand.journal.asked["schedule"] == 0
    stand.clock.advance(timedelta(minutes=6))
    await stand.read()
    assert stand.journal.asked["schedule"] == 1


async def test_a_copy_that_this_release_cannot_read_counts_as_absent(stand: Stand):
    await stand.read()
    async with stand.database.connection() as conn:
        await conn.execute(
            "UPDATE federation.copies SET body = '{}', version = gen_random_uuid() WHERE system_id = %s",
            [stand.student.system_id],
        )
    assert len((await stand.read()).value.lessons) == 10


async def test_homework_that_was_shown_is_found_and_no_other(stand: Stand):
    await stand.read()
    async with stand.database.connection() as conn:
        found = await stand.federation.shown_homework(conn, stand.student, "h-2026-11-24")
        assert found is not None
        assert found.due_on == date(2026, 11, 24)
        assert await stand.federation.shown_homework(conn, stand.student, "h-2027-01-12") is None
        other = student_of(stand.student.system_id, "another")
        assert await stand.federation.shown_homework(conn, other, "h-2026-11-24") is None


def test_every_query_fits_the_schema(portal_database_url: str):
    assert prepare_problems(portal_database_url, store.QUERIES) == []


async def _patiently(stand: Stand) -> Any:
    """Read again while the answer is under way: each read joins the same fetch."""
    while getattr(outcome := await stand.read(), "reason", "") == "slow":
        pass
    return outcome
