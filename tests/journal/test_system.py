"""The journal over a real socket, read with the SDK's client."""

from datetime import date, timedelta

import psycopg
import pytest

from myedu.connector.sdk.client import StudentUnknown
from myedu.connector.sdk.errors import CursorGone
from myedu.contract.answers import CAPABILITIES
from myedu.contract.windows import Window
from myedu.kit.web.page_checks import problems_of_page
from tests.journal.conftest import ACT, NOW, WEEK, Served

WHO = {"act": ACT, "asker": "someone"}


async def test_capabilities(served: Served):
    described = (await served.client.capabilities()).value

    assert set(described.capabilities) == set(CAPABILITIES)
    assert described.profiles == ("fgis-2021",)


async def test_a_diary_week_is_the_sum_of_the_other_answers(served: Served, pupil_id: str):
    diary = (await served.client.diary(pupil_id, WEEK, **WHO)).value
    schedule = (await served.client.schedule(pupil_id, WEEK, **WHO)).value
    homework = (await served.client.homework(pupil_id, WEEK, **WHO)).value
    marks = (await served.client.marks(pupil_id, WEEK, **WHO)).value

    assert [entry.lesson for entry in diary.lessons] == list(schedule.lessons)
    assert 25 <= len(schedule.lessons) <= 40
    placed = [task for entry in diary.lessons for task in entry.homework]
    assert {task.id for task in [*placed, *diary.homework]} == {task.id for task in homework.homework}
    placed = [mark for entry in diary.lessons for mark in entry.marks]
    assert {mark.id for mark in [*placed, *diary.marks]} == {mark.id for mark in marks.marks}


async def test_times_carry_the_schools_offset(served: Served, pupil_id: str):
    schedule = (await served.client.schedule(pupil_id, WEEK, **WHO)).value

    assert schedule.time_zone == "Europe/Moscow"
    assert {lesson.starts_at.utcoffset() for lesson in schedule.lessons} == {timedelta(hours=3)}
    assert schedule.organization is not None
    assert schedule.group is not None
    assert schedule.group.name.startswith("5")


async def test_none_set_and_not_filled_in_are_different(served: Served, pupil_id: str):
    window = Window(first=date(2026, 9, 1), last=date(2026, 11, 30))
    homework = (await served.client.homework(pupil_id, window, **WHO)).value.homework
    lessons = (await served.client.schedule(pupil_id, window, **WHO)).value.lessons

    assert any(task.none and not task.text for task in homework)
    assert any(task.text and not task.none for task in homework)
    assert {lesson.id for lesson in lessons} - {task.lesson_id for task in homework}


async def test_a_window_is_given_whole_or_not_at_all(served: Served, pupil_id: str):
    for query, status, code in (
        ("from=2026-11-16", 400, "half-window"),
        ("from=2026-11-16&to=2026-11-15", 400, "window-reversed"),
        ("from=2026-01-01&to=2026-12-31", 400, "window-too-long"),
        ("from=2026-11-16&to=9999-01-01", 400, "bad-day"),
    ):
        assert _refusal(await served.get(f"/v1/students/{pupil_id}/diary?{query}")) == (status, code)
    status, body = await served.get(f"/v1/students/{pupil_id}/diary")
    assert status == 200
    assert (body["from"], body["to"]) == ("2026-11-16", "2026-12-06")


@pytest.mark.parametrize("method", ["schedule", "homework", "marks", "diary", "attendance"])
async def test_an_unknown_id(served: Served, method: str):
    with pytest.raises(StudentUnknown):
        await getattr(served.client, method)("no-such-pupil", WEEK, **WHO)


async def test_an_adult_has_no_diary(served: Served, journal_url: str):
    with psycopg.connect(journal_url) as conn:
        guardian = conn.execute("SELECT guardian_id FROM journal.guardianships LIMIT 1").fetchone()[0]

    with pytest.raises(StudentUnknown):
        await served.client.diary(guardian, WEEK, **WHO)


async def test_final_marks_of_the_first_quarter(served: Served, pupil_id: str):
    final = (await served.client.final_marks(pupil_id, 2026, **WHO)).value.final_marks

    assert len(final) >= 8
    assert {mark.period.name for mark in final} == {"I четверть"}
    assert all(2 <= mark.average <= 5 for mark in final)


async def test_the_federal_schedule_by_esia_account(served: Served):
    status, body = await served.get("/Schedule/1000300002?start=2026-11-16&end=2026-11-20")
    unknown, outcome = await served.get("/Schedule/999?start=2026-11-16&end=2026-11-20")

    assert status == 200
    assert body["resourceType"] == "Schedule"
    assert body["school"][0]["class"][0]["lesson"]
    assert unknown == 404
    assert outcome["resourceType"] == "OperationOutcome"


async def test_a_teachers_lessons(served: Served, pupil_id: str):
    lesson = (await served.client.schedule(pupil_id, WEEK, **WHO)).value.lessons[3]
    schedule = await served.client.teacher_schedule(lesson.teachers[0].id, WEEK, **WHO)

    assert lesson in schedule.value.lessons


async def test_a_lesson_in_another_room(served: Served, journal_url: str, pupil_id: str):
    (lesson, *_) = (await served.client.schedule(pupil_id, WEEK, **WHO)).value.lessons
    with psycopg.connect(journal_url) as conn:
        changed = "UPDATE journal.lessons SET room = 'актовый зал', replaces_room = '214' WHERE id = %s"
        conn.execute(changed, [lesson.id])
    (lesson, *_) = (await served.client.schedule(pupil_id, WEEK, **WHO)).value.lessons

    assert (lesson.room, lesson.planned_room, lesson.is_substitution) == ("актовый зал", "214", False)


async def test_an_attachment_is_fetched_by_a_signed_link(served: Served, journal_url: str):
    with psycopg.connect(journal_url) as conn:
        file_id, content = conn.execute("SELECT id, content FROM journal.files LIMIT 1").fetchone()
    link = (await served.client.file(file_id, **WHO)).value
    async with served.session.get(link.url) as answer:
        body = await answer.read()

    assert (body, link.name) == (content, "Карточка с заданием.txt")
    assert (await served.get("/v1/files/no-such-file"))[0] == 404


async def test_the_feed_of_changes_names_who_and_what(served: Served, journal_url: str, pupil_id: str):
    start = (await served.client.changes(None)).value
    with psycopg.connect(journal_url) as conn:
        conn.execute(
            "UPDATE journal.marks SET value = '4', updated_at = %s WHERE id ="
            " (SELECT id FROM journal.marks WHERE person_id = %s ORDER BY day DESC LIMIT 1)",
            [NOW, pupil_id],
        )
    page = (await served.client.changes(start.cursor)).value
    after = (await served.client.changes(page.cursor)).value

    assert start.changes == ()
    assert {(change.student_id, change.what) for change in page.changes} == {(pupil_id, ("marks",))}
    assert after.changes == ()


async def test_a_cursor_of_another_database_is_gone(served: Served):
    with pytest.raises(CursorGone):
        await served.client.changes(f"{2**62}-0")


async def test_no_change_is_missed_while_an_older_transaction_is_open(
    served: Served, journal_url: str, pupil_id: str
):
    start = (await served.client.changes(None)).value
    touch = (
        "UPDATE journal.marks SET counts = counts WHERE id IN (SELECT id FROM journal.marks WHERE {} LIMIT 1)"
    )
    with psycopg.connect(journal_url) as slow:
        slow.execute(touch.format("person_id = %s"), [pupil_id])
        with psycopg.connect(journal_url) as quick:
            quick.execute(touch.format("person_id <> %s"), [pupil_id])
        early = (await served.client.changes(start.cursor)).value
        slow.commit()
    late = (await served.client.changes(early.cursor)).value

    seen = {change.student_id for change in (*early.changes, *late.changes)}
    assert pupil_id in seen
    assert len(seen) == 2


async def test_the_start_page(served: Served):
    async with served.session.get(served.url) as answer:
        page = await answer.text()

    assert answer.status == 200
    assert "Эталонный электронный журнал" in page
    assert problems_of_page(page, answer.headers, title_suffix="") == []


def _refusal(answer: tuple[int, dict[str, str]]) -> tuple[int, str]:
    return answer[0], answer[1]["code"]


async def test_a_lesson_gets_its_meeting_and_loses_it(served: Served, pupil_id: str):
    lesson = (await served.client.schedule(pupil_id, WEEK, **WHO)).value.lessons[0]
    room = {"url": "https://video.example.org/room/7", "title": "Алгебра"}

    async def online() -> str | None:
        lessons = (await served.client.schedule(pupil_id, WEEK, **WHO)).value.lessons
        return next(other.online for other in lessons if other.id == lesson.id)

    assert await served.put(f"/v1/lessons/{lesson.id}/meeting", room) == (204, {})
    assert await online() == room["url"]
    assert (await served.put(f"/v1/lessons/{lesson.id}/meeting", {"url": None}))[0] == 204
    assert await online() is None
    assert (await served.put("/v1/lessons/no-such-lesson/meeting", room))[0] == 404


async def test_a_presence_list_is_stored_whole_or_not_at_all(served: Served, pupil_id: str, journal_url: str):
    lesson = (await served.client.schedule(pupil_id, WEEK, **WHO)).value.lessons[0]
    path = f"/v1/lessons/{lesson.id}/presence"
    was = {"person_id": pupil_id, "joined_at": lesson.starts_at, "seconds": 2400}

    def stored() -> list[tuple[str, int]]:
        with psycopg.connect(journal_url) as conn:
            query = "SELECT person_id, seconds FROM journal.lesson_presence WHERE lesson_id = %s"
            return conn.execute(query, [lesson.id]).fetchall()

    assert await served.put(path, {"attendees": [was]}) == (204, {})
    assert stored() == [(pupil_id, 2400)]
    stranger = {**was, "person_id": "no-such-person"}
    for wrong in ([was, stranger], [was, was]):
        status, problem = await served.put(path, {"attendees": wrong})
        assert (status, problem["code"], problem["field"]) == (400, "bad-parameter", "attendees")
        assert stored() == [(pupil_id, 2400)]
    assert (await served.put(path, {"attendees": []}))[0] == 204
    assert stored() == []
    assert (await served.put("/v1/lessons/no-such-lesson/presence", {"attendees": []}))[0] == 404
