"""Line items and results as homework and marks. OneRoster has no timetable: no lessons, no attendance."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from myedu.connector.adapters.oneroster import rest_models as rest
from myedu.connector.sdk.cleaning import clean_text
from myedu.contract.answers import Diary, HomeworkList, Marks, Schedule
from myedu.contract.school import Homework, Mark, Ref, Work
from myedu.contract.windows import Window

_GRADED = frozenset({"fully graded", "partially graded"})
_SCALES = (5, 10, 12, 100)
_TEXT, _NAME = 20_000, 500  # characters, as the contract has them
_WORKS = {
    "homework": "homework", "quiz": "test", "test": "test", "exam": "control", "project": "project",
    "lab": "laboratory", "essay": "essay",
    "домашняя работа": "homework", "контрольная работа": "control", "самостоятельная работа": "independent",
    "проект": "project", "лабораторная работа": "laboratory", "сочинение": "essay", "диктант": "dictation",
}  # fmt: skip
"""Titles of categories are the provider's own; another title is the work's name and its kind an answer."""


class About(msgspec.Struct, frozen=True):
    """Whose days they are, by which clock."""

    student_id: str
    time_zone: str
    organization: Ref | None
    group: Ref | None


class Course(msgspec.Struct, frozen=True):
    """A class of the pupil: its subject, its tasks by id, what the pupil has for them."""

    subject: Ref
    items: Mapping[str, rest.LineItem]
    results: tuple[rest.Result, ...]


def schedule(about: About, window: Window) -> Schedule:
    """Empty: the standard says nothing of lessons."""
    return Schedule(lessons=(), **_head(about, window))


def homework(about: About, window: Window, courses: Iterable[Course]) -> HomeworkList:
    found = [
        task
        for course in courses
        for item in course.items.values()
        if (task := _task(item, course)) is not None and task.due_on in window
    ]
    return HomeworkList(
        homework=tuple(sorted(found, key=lambda one: (one.due_on, one.id))), **_head(about, window)
    )


def marks(about: About, window: Window, courses: Iterable[Course], categories: Mapping[str, str]) -> Marks:
    found = [
        mark
        for course in courses
        for result in course.results
        if (mark := _mark(result, course, categories)) is not None and mark.day in window
    ]
    return Marks(marks=tuple(sorted(found, key=lambda one: (one.day, one.id))), **_head(about, window))


def diary(tasks: HomeworkList, values: Marks) -> Diary:
    """No lessons: everything stands beside them."""
    about = About(tasks.student_id, tasks.time_zone, tasks.organization, tasks.group)
    window = Window(first=tasks.first_day, last=tasks.last_day)
    return Diary(lessons=(), homework=tasks.homework, marks=values.marks, **_head(about, window))


def _task(item: rest.LineItem, course: Course) -> Homework | None:
    due, given = rest.day_of(item.due_date), rest.day_of(item.assign_date)
    if due is None or item.status == "tobedeleted":
        return None
    text = clean_text(item.description or "", _TEXT, lines=True) or clean_text(item.title, _TEXT, lines=False)
    return Homework(
        id=item.sourced_id,
        subject=course.subject,
        due_on=due,
        set_on=given if given and given <= due else None,
        text=text,
    )


def _mark(result: rest.Result, course: Course, categories: Mapping[str, str]) -> Mark | None:
    item, day = course.items.get(result.line_item.sourced_id), rest.day_of(result.score_date)
    value = _value(result)
    if item is None or day is None or value is None or result.status == "tobedeleted":
        return None
    title = categories.get(item.category.sourced_id, "")
    name = clean_text(item.title, _NAME, lines=False)
    return Mark(
        id=result.sourced_id,
        subject=course.subject,
        day=day,
        value=value,
        scale="text" if result.score is None else _scale(item.result_value_max),
        work=Work(kind=_WORKS.get(title.casefold(), "answer"), name=name or None),
        comment=clean_text(result.comment or "", _TEXT, lines=True) or None,
    )


def _value(result: rest.Result) -> str | None:
    if result.score_status not in _GRADED:
        return None
    if result.score is not None:
        return f"{result.score:g}"
    return clean_text(result.text_score or "", 64, lines=False) or None


def _scale(most: float | None) -> str:
    """By the highest result; a scale that the contract doesn't name goes as text."""
    return str(int(most)) if most in _SCALES else "text"


def _head(about: About, window: Window) -> dict[str, Any]:
    return {
        "student_id": about.student_id,
        "first_day": window.first,
        "last_day": window.last,
        "time_zone": about.time_zone,
        "organization": about.organization,
        "group": about.group,
    }
