"""Compares two answers to one query and gives what changed between them as events.

What is absent from the new answer gives no event: it may have been withdrawn, moved to another window, or
lost by the journal, and an answer doesn't show which.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from myedu.contract.answers import Diary, Marks
from myedu.contract.school import DiaryLesson, Homework, Lesson, Mark
from myedu.portal.federation.models import About, EventKind

MAX_EVENTS = 200
"""Of one answer. No school's teachers change more between two reads: above it the journal has new ids."""

_CANCELLED = "cancelled"

Thing = TypeVar("Thing", Mark, Lesson, Homework)


class ChangeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One mark, lesson or task that is new or changed. `state`: everything whose change is an event.

    `value` and `was`: a mark's; when a moved lesson begins (ISO 8601); the room of a lesson whose room has
    changed; else None.
    """

    about: About
    kind: EventKind
    thing_id: str
    day: date
    subject: str
    state: tuple[object, ...]
    value: str | None = None
    was: str | None = None


def change_events(old: Diary | Marks, new: Diary | Marks) -> list[ChangeEvent]:
    """What changed between two answers about the same days; each mark, lesson and task at most once.

    More than MAX_EVENTS give none.
    """
    events = [*_changed(_marks(old), _marks(new), _mark_event)]
    if isinstance(old, Diary) and isinstance(new, Diary):
        lesson_event = partial(_lesson_event, _zone_of(new))
        events += _changed(_lessons(old), _lessons(new), lesson_event)
        events += _changed(_homework(old), _homework(new), _homework_event)
    return events if len(events) <= MAX_EVENTS else []


def _changed(
    old: Mapping[str, Thing],
    new: Mapping[str, Thing],
    compare: Callable[[Thing | None, Thing], ChangeEvent | None],
) -> Iterator[ChangeEvent]:
    for thing_id, now in new.items():
        was = old.get(thing_id)
        if was != now and (event := compare(was, now)) is not None:
            yield event


def _mark_event(was: Mark | None, now: Mark) -> ChangeEvent | None:
    if was is not None and _mark_state(was) == _mark_state(now):
        return None
    return ChangeEvent(
        about="mark",
        kind="mark-new" if was is None else "mark-changed",
        thing_id=now.id,
        day=now.day,
        subject=now.subject.name,
        state=_mark_state(now),
        value=now.value,
        was=None if was is None else was.value,
    )


def _zone_of(answer: Diary) -> ZoneInfo | None:
    """The school's time zone as the journal names it; None for a name that isn't one."""
    try:
        return ZoneInfo(answer.time_zone)
    except (KeyError, ValueError, OSError):  # the name of a folder of the database raises OSError
        return None


def _lesson_event(zone: ZoneInfo | None, was: Lesson | None, now: Lesson) -> ChangeEvent | None:
    kind = _lesson_event_kind(was, now)
    if kind is None:
        return None
    state, value, earlier = _lesson_state(now), None, None
    if kind == "lesson-moved" and was is not None:
        value, earlier = now.starts_at.isoformat(), was.starts_at.isoformat()
    if kind == "lesson-room-changed":
        # The room is part of this state alone: where it isn't what the event is about, it may be unknown.
        state, value, earlier = (*state, now.room), now.room, _earlier_room(was, now)
    return ChangeEvent(
        about="lesson",
        kind=kind,
        thing_id=now.id,
        # a journal may send its instants in UTC: the day is the school's
        day=(now.starts_at.astimezone(zone) if zone else now.starts_at).date(),
        subject=now.subject.name,
        state=state,
        value=value,
        was=earlier,
    )


def _lesson_event_kind(was: Lesson | None, now: Lesson) -> EventKind | None:
    """The change that matters most to those who have to be there; None without one."""
    is_cancelled = now.status == _CANCELLED
    # A new lesson as planned isn't one: the timetable reaches further than before.
    if now.is_substitution if was is None else _lesson_state(was) != _lesson_state(now):
        if is_cancelled:
            return "lesson-cancelled"
        if was is not None and was.status == _CANCELLED:
            return "lesson-restored"
        if was is None or _replacement(was) != _replacement(now):
            return "lesson-replaced"
        return "lesson-moved"
    return "lesson-room-changed" if not is_cancelled and _earlier_room(was, now) else None


def _earlier_room(was: Lesson | None, now: Lesson) -> str | None:
    """Where the lesson was before, else where it was planned; None if nothing has changed or isn't known."""
    if was is not None and was.room and now.room and was.room != now.room:
        return was.room
    return now.planned_room if was is None or was.planned_room != now.planned_room else None


def _homework_event(was: Homework | None, now: Homework) -> ChangeEvent | None:
    if now.none and (was is None or was.none):
        return None  # «не задано» is no task
    if was is not None and _homework_state(was) == _homework_state(now):
        return None
    return ChangeEvent(
        about="homework",
        kind="homework-new" if was is None or was.none else "homework-changed",
        thing_id=now.id,
        day=now.due_on,
        subject=now.subject.name,
        state=_homework_state(now),
    )


def _mark_state(mark: Mark) -> tuple[object, ...]:
    return (mark.value, mark.scale, mark.weight, mark.counts, mark.day)


def _lesson_state(lesson: Lesson) -> tuple[object, ...]:
    status = lesson.status in (_CANCELLED, "moved") and lesson.status
    return (status, lesson.starts_at, *_replacement(lesson))


def _replacement(lesson: Lesson) -> tuple[object, ...]:
    """Who teaches what in place of whom and what, by ids, as names may be spelt differently; else empty."""
    replaced = lesson.replaces
    if replaced is None or not lesson.is_substitution:
        return ()
    ids = (part.id if part else None for part in (replaced.subject, replaced.teacher))
    return (*ids, replaced.lesson_id, lesson.subject.id, *(teacher.id for teacher in lesson.teachers))


def _homework_state(task: Homework) -> tuple[object, ...]:
    links = tuple(link.url for link in task.materials)
    return (task.text, task.due_on, task.none, links, tuple(file.id for file in task.attachments))


def _marks(answer: Diary | Marks) -> dict[str, Mark]:
    at_lessons = (mark for entry in _entries(answer) for mark in entry.marks)
    return _by_id(at_lessons, answer.marks)


def _lessons(answer: Diary) -> dict[str, Lesson]:
    return _by_id(entry.lesson for entry in answer.lessons)


def _homework(answer: Diary) -> dict[str, Homework]:
    return _by_id((task for entry in answer.lessons for task in entry.homework), answer.homework)


def _entries(answer: Diary | Marks) -> tuple[DiaryLesson, ...]:
    return answer.lessons if isinstance(answer, Diary) else ()


def _by_id(*lists: Iterable[Thing]) -> dict[str, Thing]:
    return {thing.id: thing for things in lists for thing in things}
