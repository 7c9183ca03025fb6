"""The real client reads a served school: what a good day looks like."""

import asyncio
import logging
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from myedu.connector.sdk.client import (
    JournalClient,
    JournalRefuses,
    JournalSilent,
    JournalWrong,
    NotThere,
    StudentUnknown,
)
from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.contract.act import Act
from myedu.contract.answers import Limits, Schedule, SystemDescription
from myedu.contract.problems import ContractError, problem
from myedu.contract.windows import Window
from tests.connector.sdk.conftest import ACT, CLIENT_ID, TOKEN_PATH, WEEK, KeyPair, Stand, Stands
from tests.connector.sdk.school import CLASS, MATHS, PUPIL, STRANGE_PUPIL, OwnDiary, School


def grants(sent: list[str]) -> int:
    return sum(path.endswith(TOKEN_PATH) for path in sent)


HOW: dict[str, Any] = {"act": ACT, "asker": "pseudonym-1"}


async def test_capabilities_carry_the_servers_time(stand: Stand) -> None:
    reply = await stand.client.capabilities()
    assert reply.value is not None
    assert reply.value.server_time == stand.clock.now()
    assert "diary" in reply.value.capabilities
    assert "exports" not in reply.value.capabilities


async def test_a_week_of_lessons(stand: Stand) -> None:
    reply = await stand.client.schedule(PUPIL, WEEK, **HOW)
    schedule = reply.value
    assert schedule is not None
    assert (schedule.student_id, schedule.first_day, schedule.last_day) == (PUPIL, WEEK.first, WEEK.last)
    assert len(schedule.lessons) == 10
    assert schedule.lessons[0].starts_at.isoformat() == "2026-11-23T08:30:00+10:00"
    assert msgspec.json.decode(reply.body, type=Schedule) == schedule


async def test_homework_marks_attendance_and_final_marks(stand: Stand) -> None:
    homework = (await stand.client.homework(PUPIL, WEEK, **HOW)).value
    marks = (await stand.client.marks(PUPIL, WEEK, **HOW)).value
    attendance = (await stand.client.attendance(PUPIL, WEEK, **HOW)).value
    final = (await stand.client.final_marks(PUPIL, 2026, **HOW)).value
    assert homework is not None
    assert [task.none for task in homework.homework[:2]] == [False, True]
    assert marks is not None
    assert [mark.value for mark in marks.marks] == ["5", "4"]
    assert attendance is not None
    assert attendance.attendance[0].minutes == 5
    assert final is not None
    assert final.final_marks[0].subject == MATHS


async def test_a_diary_is_composed_of_the_other_answers(stand: Stand) -> None:
    diary = (await stand.client.diary(PUPIL, WEEK, **HOW)).value
    assert diary is not None
    assert diary.group == CLASS
    by_id = {entry.lesson.id: entry for entry in diary.lessons}
    assert [task.text for task in by_id["2026-11-23-1"].homework] == ["№ 312, 315"]
    assert [mark.value for mark in by_id["2026-11-26-2"].marks] == ["5", "4"]
    assert [absence.code for absence in by_id["2026-11-24-2"].attendance] == ["late"]
    assert (diary.homework, diary.marks) == ((), ())


async def test_a_system_may_have_a_diary_of_its_own(stand_of: Stands) -> None:
    stand = stand_of(OwnDiary())
    diary = (await stand.client.diary(PUPIL, WEEK, **HOW)).value
    assert diary is not None
    assert diary.lessons == ()


async def test_a_teachers_schedule(stand: Stand) -> None:
    reply = await stand.client.teacher_schedule("t-1", WEEK, **HOW)
    assert reply.value is not None
    assert reply.value.teacher_id == "t-1"
    with pytest.raises(NotThere):
        await stand.client.teacher_schedule("t-2", WEEK, **HOW)


async def test_an_unchanged_answer_is_304(stand: Stand) -> None:
    first = await stand.client.schedule(PUPIL, WEEK, **HOW)
    second = await stand.client.schedule(PUPIL, WEEK, etag=first.etag, **HOW)
    assert (second.value, second.body, second.etag) == (None, b"", first.etag)
    other = await stand.client.marks(PUPIL, WEEK, etag=first.etag, **HOW)
    assert other.value is not None


async def test_ids_of_any_printable_character(stand: Stand) -> None:
    reply = await stand.client.schedule(STRANGE_PUPIL, WEEK, **HOW)
    assert reply.value is not None
    assert reply.value.student_id == STRANGE_PUPIL


async def test_an_unknown_student(stand: Stand) -> None:
    for method in (stand.client.schedule, stand.client.homework, stand.client.marks, stand.client.diary):
        with pytest.raises(StudentUnknown) as caught:
            await method("nobody", WEEK, **HOW)
        assert caught.value.reason == "not-found"


async def test_changes_and_their_cursor(stand: Stand) -> None:
    first = (await stand.client.changes(None)).value
    assert first is not None
    assert first.changes == ()
    then = (await stand.client.changes(first.cursor)).value
    assert then is not None
    assert [change.what for change in then.changes] == [("marks",)]


async def test_a_capability_that_is_not_declared(stand_of: Stands) -> None:
    school = School()
    school.declared = ()
    stand = stand_of(school)
    with pytest.raises(JournalWrong) as caught:
        await stand.client.diary(PUPIL, WEEK, **HOW)
    assert caught.value.reason == "not-served"


async def test_parallel_calls_take_one_token(stand: Stand, sent: list[str]) -> None:
    await asyncio.gather(*(stand.client.schedule(PUPIL, WEEK, **HOW) for _ in range(8)))
    assert grants(sent) == 1


async def test_a_token_is_renewed_before_it_expires(stand: Stand, sent: list[str]) -> None:
    await stand.client.capabilities()
    stand.clock.advance(timedelta(minutes=30))
    await stand.client.capabilities()
    assert grants(sent) == 1
    stand.clock.advance(timedelta(minutes=29, seconds=30))
    await stand.client.capabilities()
    assert grants(sent) == 2


async def test_a_system_that_forgot_our_token_gets_a_new_one(stand: Stand, sent: list[str]) -> None:
    await stand.client.capabilities()
    restarted = connector_app(
        stand.school,
        base_url=stand.url,
        clients=[RegisteredClient(CLIENT_ID, stand.key.public)],
        token_key=b"another key after the restart .....",
        clock=stand.clock,
    )
    stand.mount.app = restarted
    await stand.client.capabilities()
    assert grants(sent) == 2


async def test_an_act_about_another_student_is_refused(stand: Stand) -> None:
    act = Act(relation="guardian", purpose="diary", student_id="other")
    with pytest.raises(JournalRefuses) as caught:
        await stand.client.schedule(PUPIL, WEEK, act=act, asker="p")
    assert "bad-act" in caught.value.sentence


async def test_an_overloaded_server_states_when_to_retry(stand_of: Stands) -> None:
    stand = stand_of(School(Limits(requests_per_second=1)))
    await stand.client.capabilities()
    with pytest.raises(JournalSilent) as caught:
        await stand.client.capabilities()
    assert (caught.value.reason, caught.value.retry_after) == ("overloaded", 1)
    stand.clock.advance(timedelta(seconds=1))
    await stand.client.capabilities()


async def test_a_system_that_is_down_states_for_how_long(stand: Stand) -> None:
    async def down(_student_id: str, _window: Window) -> Schedule | None:
        raise ContractError(problem("unavailable", detail="nightly copy"), retry_after=90)

    stand.school.schedule = down  # type: ignore[method-assign]
    with pytest.raises(JournalSilent) as caught:
        await stand.client.schedule(PUPIL, WEEK, **HOW)
    assert (caught.value.reason, caught.value.retry_after) == ("overloaded", 90)


async def test_a_description_may_be_awaited(stand_of: Stands) -> None:
    class Asking(School):
        async def capabilities(self) -> SystemDescription:  # type: ignore[override]
            return School().capabilities()

    assert (await stand_of(Asking()).client.capabilities()).value is not None


async def test_a_window_of_one_day(stand: Stand) -> None:
    day = date(2026, 11, 25)
    schedule = (await stand.client.schedule(PUPIL, Window(first=day, last=day), **HOW)).value
    assert schedule is not None
    assert len(schedule.lessons) == 2
    assert schedule.lessons[1].replaces is not None


async def test_keys_may_be_rsa(stand_of: Stands, rsa_key: KeyPair) -> None:
    stand = stand_of(School(), key=rsa_key)
    assert (await stand.client.schedule(PUPIL, WEEK, **HOW)).value is not None


async def test_a_foreign_key_gets_no_token(stand: Stand, foreign_key: KeyPair) -> None:
    client = JournalClient(stand.session, stand.client.address, foreign_key.private, clock=stand.clock)
    with pytest.raises(JournalRefuses) as caught:
        await client.capabilities()
    # not the reason: by the Date of a server of today, the test's clock might be it
    assert "no token (401)" in caught.value.sentence


async def test_who_asked_for_whom_is_logged(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "myedu.connector.act")
    await stand.client.schedule(PUPIL, WEEK, **HOW)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "myedu.connector.act"]
    entry = f"asked method=schedule client=portal whom={PUPIL}"
    assert line == f"{entry} asker='pseudonym-1' relation='guardian' purpose='diary'"
