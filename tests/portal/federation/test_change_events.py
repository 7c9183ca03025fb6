"""The events that two answers to one query give."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from myedu.contract.answers import Diary, Marks
from myedu.contract.school import DiaryLesson, Homework, Lesson, Mark, Ref, Replacement
from myedu.contract.windows import week_of
from myedu.portal.federation.change_events import MAX_EVENTS, change_events
from tests.connector.sdk.school import MATHS, PUPIL, RUSSIAN, SCHOOL, _lessons

WEEK = week_of(date(2026, 11, 23))
LESSONS = tuple(_lessons(WEEK))
MARK = Mark(id="m-1", subject=MATHS, day=date(2026, 11, 23), value="4")
TASK = Homework(id="h-1", subject=MATHS, due_on=date(2026, 11, 24), text="№ 312")


def diary(*, lesson: Any = LESSONS[0], marks: Any = (), homework: Any = ()) -> Diary:
    entry = DiaryLesson(lesson=lesson, marks=marks, homework=homework)
    return Diary(
        student_id=PUPIL,
        first_day=WEEK.first,
        last_day=WEEK.last,
        time_zone="Asia/Vladivostok",
        organization=SCHOOL,
        lessons=(entry, *(DiaryLesson(lesson=other) for other in LESSONS[1:])),
    )


def other(thing: Any, **fields: Any) -> Any:
    return msgspec.structs.replace(thing, **fields)


LATER = other(
    LESSONS[0],
    starts_at=LESSONS[0].starts_at + timedelta(days=1),
    ends_at=LESSONS[0].ends_at + timedelta(days=1),
)
CANCELLED = other(LESSONS[0], status="cancelled")
REPLACED = other(LESSONS[0], subject=RUSSIAN, replaces=Replacement(subject=MATHS))
ROOM = other(LESSONS[0], room="214")
OTHER_ROOM = other(LESSONS[0], room="215")
PLANNED_ROOM = other(OTHER_ROOM, replaces=Replacement(room="214"))
NONE_SET = other(TASK, text="", none=True)


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        (diary(), diary(), []),
        (diary(), diary(marks=(MARK,)), ["mark-new"]),
        (diary(marks=(MARK,)), diary(marks=(other(MARK, value="5"),)), ["mark-changed"]),
        (diary(marks=(MARK,)), diary(marks=(other(MARK, weight=2.0),)), ["mark-changed"]),
        (diary(marks=(MARK,)), diary(marks=(other(MARK, comment="Молодец"),)), []),
        (diary(marks=(MARK,)), diary(), []),  # withdrawn, or absent for another reason
        (diary(), diary(lesson=CANCELLED), ["lesson-cancelled"]),
        (diary(lesson=CANCELLED), diary(), ["lesson-restored"]),
        (diary(), diary(lesson=LATER), ["lesson-moved"]),
        (diary(), diary(lesson=other(LESSONS[0], status="moved")), ["lesson-moved"]),
        (diary(), diary(lesson=REPLACED), ["lesson-replaced"]),
        (diary(), diary(lesson=other(REPLACED, id="another-id")), ["lesson-replaced"]),
        (
            diary(),
            diary(lesson=other(LESSONS[0], id="another-id")),
            [],
        ),  # not a replacement: a longer timetable
        (diary(), diary(lesson=other(LESSONS[0], status="held", topic="Степень")), []),
        (diary(lesson=ROOM), diary(lesson=OTHER_ROOM), ["lesson-room-changed"]),
        (diary(lesson=ROOM), diary(lesson=PLANNED_ROOM), ["lesson-room-changed"]),
        (diary(lesson=PLANNED_ROOM), diary(lesson=ROOM), ["lesson-room-changed"]),  # back again
        (diary(lesson=OTHER_ROOM), diary(lesson=PLANNED_ROOM), ["lesson-room-changed"]),
        (diary(), diary(lesson=other(PLANNED_ROOM, id="another-id")), ["lesson-room-changed"]),
        (diary(), diary(lesson=other(OTHER_ROOM, id="another-id")), []),
        (diary(lesson=other(ROOM, room=None)), diary(lesson=ROOM), []),  # written down later
        (diary(lesson=ROOM), diary(lesson=other(ROOM, room=None)), []),
        (diary(lesson=ROOM), diary(lesson=other(CANCELLED, room="215")), ["lesson-cancelled"]),
        (diary(lesson=other(CANCELLED, room="214")), diary(lesson=other(CANCELLED, room="215")), []),
        (diary(lesson=ROOM), diary(lesson=other(REPLACED, room="215")), ["lesson-replaced"]),
        (diary(lesson=ROOM), diary(lesson=other(LATER, room="215")), ["lesson-moved"]),
        (diary(), diary(homework=(TASK,)), ["homework-new"]),
        (diary(), diary(homework=(NONE_SET,)), []),
        (diary(homework=(NONE_SET,)), diary(homework=(TASK,)), ["homework-new"]),
        (diary(homework=(TASK,)), diary(homework=(other(TASK, text="№ 313"),)), ["homework-changed"]),
        (diary(homework=(TASK,)), diary(homework=(NONE_SET,)), ["homework-changed"]),
    ],
)
def test_each_change_has_its_kind(old: Diary, new: Diary, kinds: list[str]) -> None:
    assert [event.kind for event in change_events(old, new)] == kinds


def test_a_mark_that_moves_out_of_its_lesson_is_the_same_mark() -> None:
    apart = msgspec.structs.replace(diary(), marks=(MARK,))
    assert change_events(diary(marks=(MARK,)), apart) == []


def test_a_changed_mark_of_a_quarter_has_its_values_and_day() -> None:
    old = Marks(
        student_id=PUPIL,
        first_day=WEEK.first,
        last_day=WEEK.last,
        time_zone="Asia/Vladivostok",
        marks=(MARK,),
    )
    (event,) = change_events(old, msgspec.structs.replace(old, marks=(other(MARK, value="2"),)))
    assert (event.thing_id, event.subject, event.day, event.was, event.value) == (
        "m-1",
        MATHS.name,
        MARK.day,
        "4",
        "2",
    )


@pytest.mark.parametrize("was", [ROOM, other(LESSONS[0], room=None)])
@pytest.mark.parametrize("lesson_id", [LESSONS[0].id, "another-id"])
def test_a_changed_room_has_both_rooms(was: Lesson, lesson_id: str) -> None:
    (event,) = change_events(diary(lesson=was), diary(lesson=other(PLANNED_ROOM, id=lesson_id)))
    assert (event.was, event.value) == ("214", "215")


def test_a_room_that_changes_twice_has_two_states() -> None:
    rooms = [ROOM, OTHER_ROOM, other(ROOM, room="216")]
    states = {change_events(diary(lesson=a), diary(lesson=b))[0].state for a, b in pairwise(rooms)}
    assert len(states) == 2


def test_a_journal_whose_ids_have_all_changed_gives_no_events() -> None:
    def many(prefix: str, count: int) -> tuple[Mark, ...]:
        return tuple(other(MARK, id=f"{prefix}{n}", subject=Ref(id="s", name="Право")) for n in range(count))

    assert len(change_events(diary(), diary(marks=many("a", MAX_EVENTS)))) == MAX_EVENTS
    assert change_events(diary(), diary(marks=many("a", MAX_EVENTS + 1))) == []
    assert change_events(diary(), diary(marks=many("a", 1) * 9))[1:] == []  # one id, however often


@pytest.mark.parametrize(
    ("time_zone", "day"),
    [
        ("Asia/Vladivostok", date(2026, 11, 24)),
        ("Europe/Moscow", date(2026, 11, 23)),
        ("Нигде", date(2026, 11, 23)),
    ],
)
def test_the_day_of_a_lesson_is_the_schools(time_zone: str, day: date) -> None:
    """19:30 UTC of the 23rd is the 24th in Vladivostok, whatever offset the journal writes."""
    at = datetime(2026, 11, 23, 19, 30, tzinfo=UTC)
    moved = other(LESSONS[0], starts_at=at, ends_at=at + timedelta(minutes=45))
    events = change_events(diary(), other(diary(lesson=moved), time_zone=time_zone))
    assert [(event.kind, event.day) for event in events] == [("lesson-moved", day)]
