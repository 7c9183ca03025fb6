"""Takes of an answer as much as contract.bounds allows; the rest is left out and counted."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

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


def newest_of_each_subject(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """The marks within the bounds of an answer: of each subject and of all together, the newest stay."""
    if len(marks) <= min(MARKS_OF_SUBJECT, SUBJECTS, MARKS):
        return marks
    numbers: Counter[str] = Counter()
    kept: set[int] = set()
    for place in sorted(range(len(marks)), key=lambda place: marks[place].day, reverse=True):
        subject = marks[place].subject.id
        if len(kept) == MARKS:
            break
        if numbers[subject] < MARKS_OF_SUBJECT and (subject in numbers or len(numbers) < SUBJECTS):
            numbers[subject] += 1
            kept.add(place)
    return tuple(mark for place, mark in enumerate(marks) if place in kept)


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
