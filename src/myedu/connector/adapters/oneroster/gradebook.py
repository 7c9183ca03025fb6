"""Homework and marks of line items and results. OneRoster has no timetable: no lessons, no attendance."""

from collections.abc import Iterable, Mapping

import msgspec

from myedu.connector.adapters.oneroster import rest_models as rest
from myedu.connector.sdk.diary import AnswerHead
from myedu.connector.sdk.text_sanitizer import sanitize_text
from myedu.contract.answers import HomeworkList, Marks, Schedule
from myedu.contract.school import Homework, Mark, Ref, Work
from myedu.contract.windows import Window

_GRADED = frozenset({"fully graded", "partially graded"})
_SCALES = (5, 10, 12, 100)
_TEXT, _NAME = 20_000, 500  # characters, the contract's bounds
_WORKS = {
    "homework": "homework", "quiz": "test", "test": "test", "exam": "control", "project": "project",
    "lab": "laboratory", "essay": "essay",
    "домашняя работа": "homework", "контрольная работа": "control", "самостоятельная работа": "independent",
    "проект": "project", "лабораторная работа": "laboratory", "сочинение": "essay", "диктант": "dictation",
}  # fmt: skip
"""Title of a category → kind of work. Providers choose the titles; other titles are of the kind answer."""


class StudentContext(msgspec.Struct, frozen=True):
    """The student whose days are answered, with their school, class and time zone."""

    student_id: str
    time_zone: str
    organization: Ref | None
    group: Ref | None


class ClassGradebook(msgspec.Struct, frozen=True):
    """The gradebook of one class of the student."""

    subject: Ref
    items: Mapping[str, rest.LineItem]  # by id
    results: tuple[rest.Result, ...]  # of the student only


def schedule(student: StudentContext, window: Window) -> Schedule:
    """No lessons: the standard has none."""
    return Schedule(lessons=(), **_head(student, window))


def homework(student: StudentContext, window: Window, gradebooks: Iterable[ClassGradebook]) -> HomeworkList:
    """Line items due in the window, by day."""
    tasks = [
        task
        for gradebook in gradebooks
        for item in gradebook.items.values()
        if (task := _task(item, gradebook)) is not None and task.due_on in window
    ]
    return HomeworkList(
        homework=tuple(sorted(tasks, key=lambda task: (task.due_on, task.id))), **_head(student, window)
    )


def marks(
    student: StudentContext,
    window: Window,
    gradebooks: Iterable[ClassGradebook],
    categories: Mapping[str, str],
) -> Marks:
    """Graded results dated within the window, by day. `categories`: id → title."""
    graded = [
        mark
        for gradebook in gradebooks
        for result in gradebook.results
        if (mark := _mark(result, gradebook, categories)) is not None and mark.day in window
    ]
    return Marks(marks=tuple(sorted(graded, key=lambda mark: (mark.day, mark.id))), **_head(student, window))


def _task(item: rest.LineItem, gradebook: ClassGradebook) -> Homework | None:
    due, assigned = rest.day_of(item.due_date), rest.day_of(item.assign_date)
    if due is None or item.status == "tobedeleted":
        return None
    text = sanitize_text(item.description or "", _TEXT, lines=True) or sanitize_text(
        item.title, _TEXT, lines=False
    )
    return Homework(
        id=item.sourced_id,
        subject=gradebook.subject,
        due_on=due,
        set_on=assigned if assigned and assigned <= due else None,
        text=text,
    )


def _mark(result: rest.Result, gradebook: ClassGradebook, categories: Mapping[str, str]) -> Mark | None:
    item, day = gradebook.items.get(result.line_item.sourced_id), rest.day_of(result.score_date)
    value = _value(result)
    if item is None or day is None or value is None or result.status == "tobedeleted":
        return None
    title = categories.get(item.category.sourced_id, "")
    name = sanitize_text(item.title, _NAME, lines=False)
    return Mark(
        id=result.sourced_id,
        subject=gradebook.subject,
        day=day,
        value=value,
        scale="text" if result.score is None else _scale(item.result_value_max),
        work=Work(kind=_WORKS.get(title.casefold(), "answer"), name=name or None),
        comment=sanitize_text(result.comment or "", _TEXT, lines=True) or None,
    )


def _value(result: rest.Result) -> str | None:
    if result.score_status not in _GRADED:
        return None
    if result.score is not None:
        return f"{result.score:g}"
    return sanitize_text(result.text_score or "", 64, lines=False) or None


def _scale(highest: float | None) -> str:
    """The contract's scale with this highest result, or text if there is none."""
    return str(int(highest)) if highest in _SCALES else "text"


def _head(student: StudentContext, window: Window) -> AnswerHead:
    return {
        "student_id": student.student_id,
        "first_day": window.first,
        "last_day": window.last,
        "time_zone": student.time_zone,
        "organization": student.organization,
        "group": student.group,
        "left_out": None,
    }
