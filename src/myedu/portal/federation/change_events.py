"""What a new answer tells that the one before didn't: two answers to one question → what happened between.

What is absent from the new answer is no news: it may be taken back, moved to another window, or forgotten by
the journal, and nobody can tell which.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Literal

import msgspec

from myedu.contract.answers import Diary, Marks
from myedu.contract.school import Homework, Lesson, Mark

About = Literal["mark", "lesson", "homework"]
Kind = Literal[
    "mark-new",
    "mark-changed",
    "lesson-cancelled",
    "lesson-restored",
    "lesson-moved",
    "lesson-replaced",
    "homework-new",
    "homework-changed",
]

MOST = 200
"""Of one answer. Nobody's teachers do more between two looks: above it the journal has renumbered itself."""

_CANCELLED = "cancelled"


class ChangeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One mark, lesson or task that is new or another. `state`: everything whose change would be news again.

    `value` and `was`: a mark's, or when a lesson begins (ISO 8601); None where that isn't the news.
    """

    about: About
    kind: Kind
    thing_id: str
    day: date
    subject: str
    state: tuple[Any, ...]
    value: str | None = None
    was: str | None = None


def change_events(old: Diary | Marks, new: Diary | Marks) -> list[ChangeEvent]:
    """What happened between two answers about the same days; each thing once. More than MOST is nothing."""
    found = [*_told(_marks(old), _marks(new), _of_mark)]
    if isinstance(old, Diary) and isinstance(new, Diary):
        found += _told(_lessons(old), _lessons(new), _of_lesson)
        found += _told(_homework(old), _homework(new), _of_homework)
    return found if len(found) <= MOST else []


def _told(
    old: dict[str, Any], new: dict[str, Any], compare: Callable[..., ChangeEvent | None]
) -> Iterator[ChangeEvent]:
    for thing_id, now in new.items():
        was = old.get(thing_id)
        if was != now and (news := compare(was, now)) is not None:
            yield news


def _of_mark(was: Mark | None, now: Mark) -> ChangeEvent | None:
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


def _of_lesson(was: Lesson | None, now: Lesson) -> ChangeEvent | None:
    if was is None and now.replaces is None:
        return None  # a timetable that reaches further than before
    if was is not None and _lesson_state(was) == _lesson_state(now):
        return None
    kind = _kind_of_lesson(was, now)
    moved = kind == "lesson-moved" and was is not None
    return ChangeEvent(
        about="lesson",
        kind=kind,
        thing_id=now.id,
        day=now.starts_at.date(),
        subject=now.subject.name,
        state=_lesson_state(now),
        value=now.starts_at.isoformat() if moved else None,
        was=was.starts_at.isoformat() if moved and was is not None else None,
    )


def _kind_of_lesson(was: Lesson | None, now: Lesson) -> Kind:
    """What matters most to who has to be there."""
    if now.status == _CANCELLED:
        return "lesson-cancelled"
    if was is not None and was.status == _CANCELLED:
        return "lesson-restored"
    if was is None or _stands_in(was) != _stands_in(now):
        return "lesson-replaced"
    return "lesson-moved"


def _of_homework(was: Homework | None, now: Homework) -> ChangeEvent | None:
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


def _mark_state(mark: Mark) -> tuple[Any, ...]:
    return (mark.value, mark.scale, mark.weight, mark.counts, mark.day)


def _lesson_state(lesson: Lesson) -> tuple[Any, ...]:
    return (lesson.status in (_CANCELLED, "moved") and lesson.status, lesson.starts_at, *_stands_in(lesson))


def _stands_in(lesson: Lesson) -> tuple[Any, ...]:
    """By whom and for what, where the lesson is a replacement; by ids, as names may be respelt."""
    instead = lesson.replaces
    if instead is None:
        return ()
    ids = (part.id if part else None for part in (instead.subject, instead.teacher))
    return (*ids, instead.lesson_id, lesson.subject.id, *(teacher.id for teacher in lesson.teachers))


def _homework_state(task: Homework) -> tuple[Any, ...]:
    links = tuple(link.url for link in task.materials)
    return (task.text, task.due_on, task.none, links, tuple(file.id for file in task.attachments))


def _marks(answer: Diary | Marks) -> dict[str, Mark]:
    inside = (mark for entry in _entries(answer) for mark in entry.marks)
    return _by_id(inside, answer.marks)


def _lessons(answer: Diary) -> dict[str, Lesson]:
    return _by_id(entry.lesson for entry in answer.lessons)


def _homework(answer: Diary) -> dict[str, Homework]:
    return _by_id((task for entry in answer.lessons for task in entry.homework), answer.homework)


def _entries(answer: Diary | Marks) -> Iterable[Any]:
    return answer.lessons if isinstance(answer, Diary) else ()


def _by_id(*things: Iterable[Any]) -> dict[str, Any]:
    return {thing.id: thing for some in things for thing in some}
