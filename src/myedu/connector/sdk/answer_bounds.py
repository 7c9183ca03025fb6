"""Takes of an answer as much as contract.bounds allows; the rest is left out and counted."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from msgspec.structs import replace

from myedu.contract.answers import (
    Answer,
    AttendanceList,
    Diary,
    HomeworkList,
    Marks,
    Schedule,
    TeacherSchedule,
)
from myedu.contract.bounds import ENTRIES_A_DAY, MARKS, MARKS_OF_SUBJECT, SUBJECTS
from myedu.contract.school import DiaryLesson, Homework, Lesson, Mark

T = TypeVar("T")
A = TypeVar("A", bound=Answer)


def bounded(answer: A) -> tuple[A, int]:
    """The answer within the bounds, and how many entries were left out: the same one if none.

    `left_out` of the answer is raised by that number.
    """
    fitting = _Days()
    found: Answer = answer
    match answer:
        case Diary():
            found = replace(
                answer,
                lessons=fitting.first(answer.lessons, _day_of_entry, _size_of_entry),
                homework=fitting.first(answer.homework, _due_on, _size_of_task),
                marks=fitting.first(answer.marks, _day_of_mark),
            )
        case Schedule() | TeacherSchedule():
            found = replace(answer, lessons=fitting.first(answer.lessons, _day_of_lesson, _size_of_lesson))
        case HomeworkList():
            found = replace(answer, homework=fitting.first(answer.homework, _due_on, _size_of_task))
        case AttendanceList():
            found = replace(answer, attendance=fitting.first(answer.attendance, lambda absence: absence.day))
        case Marks():
            days = fitting.first(answer.marks, _day_of_mark)
            marks = newest_of_each_subject(days)
            fitting.left_out += len(days) - len(marks)
            found = replace(answer, marks=marks)
    if not fitting.left_out:
        return answer, 0
    return with_left_out(found, fitting.left_out), fitting.left_out  # type: ignore[return-value]


def with_left_out(answer: A, count: int) -> A:
    """The answer with `left_out` raised by a number of entries."""
    return replace(answer, left_out=(answer.left_out or 0) + count) if count else answer


def trimmed(raw: Any) -> tuple[Any, int]:
    """The JSON of an answer about days without what can't fit, and how many entries were taken out.

    Done before the entries are cleaned, which costs a hundred times as much; `bounded` comes after it. What
    has no day that can be read counts as of one day.
    """
    if not isinstance(raw, dict):
        return raw, 0
    changed: dict[str, list[Any]] = {}
    for name, day_of in _RAW_DAYS.items():
        entries = raw.get(name)
        if isinstance(entries, list) and len(entries) > ENTRIES_A_DAY:
            kept = _of_each_day(entries, day_of)
            if name == "marks" and len(kept) > MARKS_OF_SUBJECT:
                kept = _newest_of_each_subject(kept, day_of, _raw_subject)
            changed[name] = kept
    left_out = sum(len(raw[name]) - len(kept) for name, kept in changed.items())
    return ({**raw, **changed}, left_out) if left_out else (raw, 0)


def _of_each_day(entries: list[T], day_of: Callable[[T], str]) -> list[T]:
    taken: Counter[str] = Counter()
    kept = []
    for entry in entries:
        day = day_of(entry)
        taken[day] += 1
        if taken[day] <= ENTRIES_A_DAY:
            kept.append(entry)
    return kept


def _text_at(entry: Any, *names: str) -> str:
    """The text at a place of an entry's JSON; empty if there is none."""
    for name in names:
        entry = entry.get(name) if isinstance(entry, dict) else None
    return entry if isinstance(entry, str) else ""


def _raw_lesson_day(entry: Any) -> str:
    """Of a lesson, or of an entry of a diary."""
    return (_text_at(entry, "lesson", "starts_at") or _text_at(entry, "starts_at"))[:10]


def _raw_subject(entry: Any) -> str:
    return _text_at(entry, "subject", "id")


_RAW_DAYS: dict[str, Callable[[Any], str]] = {
    "lessons": _raw_lesson_day,
    "homework": lambda entry: _text_at(entry, "due_on"),
    "marks": lambda entry: _text_at(entry, "day"),
    "attendance": lambda entry: _text_at(entry, "day"),
}
"""A list of an answer → the day of its entries, only to count them."""


def newest_of_each_subject(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """The marks within the bounds of an answer: of each subject and of all together, the newest stay."""
    if len(marks) <= min(MARKS_OF_SUBJECT, SUBJECTS, MARKS):
        return marks
    return tuple(_newest_of_each_subject(marks, lambda mark: mark.day, lambda mark: mark.subject.id))


def _newest_of_each_subject(
    marks: Sequence[T], day_of: Callable[[T], date | str], subject_of: Callable[[T], str]
) -> list[T]:
    numbers: Counter[str] = Counter()
    kept: set[int] = set()
    days: list[Any] = [day_of(mark) for mark in marks]
    for place in sorted(range(len(marks)), key=days.__getitem__, reverse=True):
        subject = subject_of(marks[place])
        if len(kept) == MARKS:
            break
        if numbers[subject] < MARKS_OF_SUBJECT and (subject in numbers or len(numbers) < SUBJECTS):
            numbers[subject] += 1
            kept.add(place)
    return [mark for place, mark in enumerate(marks) if place in kept]


class _Days:
    """Entries by day; `left_out` counts those beyond the bound of their day."""

    def __init__(self) -> None:
        self._taken: Counter[date] = Counter()
        self.left_out = 0

    def first(
        self, entries: Iterable[T], day_of: Callable[[T], date], size_of: Callable[[T], int] = lambda _: 1
    ) -> tuple[T, ...]:
        """The entries in their order, of each day as many as fit."""
        kept = []
        for entry in entries:
            day, size = day_of(entry), size_of(entry)
            if self._taken[day] + size <= ENTRIES_A_DAY:
                self._taken[day] += size
                kept.append(entry)
            else:
                self.left_out += size
        return tuple(kept)


def _day_of_entry(entry: DiaryLesson) -> date:
    return entry.lesson.starts_at.date()


def _day_of_lesson(lesson: Lesson) -> date:
    return lesson.starts_at.date()


def _day_of_mark(mark: Mark) -> date:
    return mark.day


def _due_on(task: Homework) -> date:
    return task.due_on


def _size_of_entry(entry: DiaryLesson) -> int:
    tasks = sum(map(_size_of_task, entry.homework))
    return _size_of_lesson(entry.lesson) + tasks + len(entry.marks) + len(entry.attendance)


def _size_of_lesson(lesson: Lesson) -> int:
    return 1 + len(lesson.teachers)


def _size_of_task(task: Homework) -> int:
    return 1 + len(task.materials) + len(task.attachments)
