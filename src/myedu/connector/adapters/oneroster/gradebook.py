"""Homework and marks of line items and results. OneRoster has no timetable: no lessons, no attendance."""

import logging
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

import msgspec

from myedu.connector.adapters.oneroster import rest_models as rest
from myedu.connector.adapters.oneroster.days import day_of
from myedu.connector.adapters.oneroster.fields import is_id
from myedu.connector.adapters.oneroster.rest_models import id_of
from myedu.connector.sdk.diary import AnswerHead
from myedu.contract.answers import HomeworkList, Marks, Schedule
from myedu.contract.placeholders import filled
from myedu.contract.plain_text import sanitize_text
from myedu.contract.school import Homework, Mark, Ref, Work
from myedu.contract.windows import Window

log = logging.getLogger(__name__)

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
    zone = ZoneInfo(student.time_zone)
    tasks = [
        task
        for gradebook in gradebooks
        for item in gradebook.items.values()
        if (task := _task(item, gradebook, zone)) is not None and task.due_on in window
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
    zone = ZoneInfo(student.time_zone)
    graded = [
        mark
        for gradebook in gradebooks
        for result in gradebook.results
        if (mark := _mark(result, gradebook, categories, zone)) is not None and mark.day in window
    ]
    return Marks(marks=tuple(sorted(graded, key=lambda mark: (mark.day, mark.id))), **_head(student, window))


def _task(item: rest.LineItem, gradebook: ClassGradebook, zone: ZoneInfo) -> Homework | None:
    due, assigned = day_of(item.due_date, zone), day_of(item.assign_date, zone)
    if item.is_deleted:
        return None
    if due is None or not is_id(item.sourced_id):
        log.warning("a line item without the day on which it is due or an id of the exchange is left out")
        return None
    text = _filled(item.description, lines=True) or _filled(item.title)
    return Homework(
        id=item.sourced_id,
        subject=gradebook.subject,
        due_on=due,
        set_on=assigned if assigned and assigned <= due else None,
        text=text,
        none=not text,
    )


def _filled(text: str, *, lines: bool = False) -> str:
    """Plain text; "" for a placeholder."""
    return filled(sanitize_text(text, _TEXT, lines=lines)) or ""


def _mark(
    result: rest.Result, gradebook: ClassGradebook, categories: Mapping[str, str], zone: ZoneInfo
) -> Mark | None:
    value = _value(result)
    if value is None or result.is_deleted:
        return None
    item, day = gradebook.items.get(id_of(result.line_item)), day_of(result.score_date, zone)
    if item is None or day is None or not is_id(result.sourced_id):
        log.warning("a graded result without its line item, its day or an id of the exchange is left out")
        return None
    title = categories.get(id_of(item.category), "")
    return Mark(
        id=result.sourced_id,
        subject=gradebook.subject,
        day=day,
        value=value,
        scale="text" if result.score is None else _scale(item.result_value_max),
        work=Work(kind=_WORKS.get(title.casefold(), "answer"), name=_filled(item.title)[:_NAME] or None),
        comment=_filled(result.comment, lines=True) or None,
    )


def _value(result: rest.Result) -> str | None:
    if result.score_status not in _GRADED:
        return None
    if result.score is not None:
        return f"{result.score:g}"
    return sanitize_text(result.text_score, 64, lines=False) or None


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
