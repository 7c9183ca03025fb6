"""Converts the federal Schedule into a Diary of the contract; federal_schedule.py converts the other way.

The federal format has no ids of subjects and classes and no time zone: ids are derived from the names, always
the same, and the zone is the one that the portal knows for the school.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import unquote
from uuid import uuid5
from zoneinfo import ZoneInfo

from myedu.connector.sdk.errors import JournalWrong
from myedu.contract.answers import Diary
from myedu.contract.fgis import FgisClass, FgisLesson, FgisSchedule, FgisSchool
from myedu.contract.placeholders import filled, is_placeholder
from myedu.contract.plain_text import sanitize_text
from myedu.contract.school import Attendance, DiaryLesson, Homework, Lesson, Mark, Ref, Replacement, Work
from myedu.contract.windows import Window

_ATTENDANCE = {
    "н": "absent", "нп": "absent", "от": "absent",
    "о": "late", "оп": "late",
    "б": "ill",
    "п": "excused", "у": "excused", "уп": "excused",
    "осв": "exempt",
}  # fmt: skip
"""Codes that journals use, in lower case; other codes pass unchanged."""
_NOT_SET = frozenset({"не задано", "без задания"})
_NAME = 500  # characters, as in the contract
_TEXT = 20_000  # characters


def diary_of(
    schedule: FgisSchedule, *, student_id: str, esia_oid: str, window: Window, time_zone: str
) -> Diary:
    """The student's days, with texts not sanitized yet. Raises JournalWrong(wrong-student, wrong-window)."""
    for school in schedule.school:
        _check_pupil(school, esia_oid)
    zone = ZoneInfo(time_zone)
    lessons = {lesson.id: entry for lesson, entry in _lessons(schedule, zone)}
    within = [entry for entry in lessons.values() if _day(entry.lesson.starts_at, zone) in window]
    if lessons and not within:
        raise JournalWrong("wrong-window", "no lesson is on the requested days: the answer was discarded")
    first = next(iter(schedule.school), None)
    group = next(iter(first.classes), None) if first else None
    return Diary(
        student_id=student_id,
        first_day=window.first,
        last_day=window.last,
        time_zone=time_zone,
        organization=Ref(id=str(first.id), name=first.name) if first else None,
        group=_named(first, "class", group.name) if first and group else None,
        lessons=tuple(sorted(within, key=lambda entry: (entry.lesson.starts_at, entry.lesson.id))),
    )


def _check_pupil(school: FgisSchool, esia_oid: str) -> None:
    """The format names the student only in the address of the schedule, and not every system gives it."""
    named = re.search(r"/Schedule/([^/?#]+)", school.schedule_url)
    if named and unquote(named[1]) != esia_oid:
        raise JournalWrong("wrong-student", "the answer is about another student and was discarded")


def _lessons(schedule: FgisSchedule, zone: ZoneInfo) -> Iterator[tuple[FgisLesson, DiaryLesson]]:
    for school in schedule.school:
        for group in school.classes:
            for lesson in group.lesson:
                yield lesson, _lesson(lesson, school, group, _day(lesson.period.start, zone))


def _day(at: datetime, zone: ZoneInfo) -> date:
    """The day at the school: a system may send its instants in UTC."""
    try:
        return at.astimezone(zone).date()
    except OverflowError:  # at an end of the calendar, outside every window
        return at.date()


def _lesson(federal: FgisLesson, school: FgisSchool, group: FgisClass, day: date) -> DiaryLesson:
    subject = _named(school, "subject", federal.subject)
    replaced = _named(school, "subject", federal.instead_of) if federal.instead_of else None
    lesson = Lesson(
        id=str(federal.id),
        subject=subject,
        starts_at=federal.period.start,
        ends_at=federal.period.end,
        group=_named(school, "class", group.name),
        room=filled(federal.classroom),
        # the contract has no field for a note, and it is about the lesson
        topic=". ".join(filter(None, (_line(federal.topic), _line(federal.note)))) or None,
        replaces=Replacement(subject=replaced) if replaced else None,
        online=federal.distant,  # the sanitizer drops it if it isn't a link
    )
    return DiaryLesson(
        lesson=lesson,
        homework=tuple(_homework(federal, subject, day)),
        marks=tuple(_marks(federal, subject, day)),
        attendance=tuple(_attendance(federal, subject, day)),
    )


def _line(text: str | None) -> str:
    """One line; "" for a placeholder."""
    return filled(sanitize_text(text or "", _TEXT, lines=False)) or ""


def _homework(federal: FgisLesson, subject: Ref, day: date) -> Iterator[Homework]:
    text = sanitize_text(federal.homework or "", _TEXT, lines=True)
    if not text:
        return
    is_none = is_placeholder(text) or text.casefold().rstrip(".") in _NOT_SET
    yield Homework(
        id=f"{federal.id}-homework",
        subject=subject,
        due_on=day,
        lesson_id=str(federal.id),
        text="" if is_none else text,
        none=is_none,
    )


def _marks(federal: FgisLesson, subject: Ref, day: date) -> Iterator[Mark]:
    """`score2` is the second figure of a mark in two parts."""
    for number, score in enumerate(federal.score, 1):
        for position, value in enumerate((score.score, score.score2), 1):
            if value:
                yield Mark(
                    id=f"{federal.id}-mark-{number}-{position}",
                    subject=subject,
                    day=day,
                    value=value,
                    scale=score.score_system or "5",
                    weight=1.0 if score.weight is None else score.weight,
                    lesson_id=str(federal.id),
                    work=Work(kind=score.code) if score.code else Work(),
                    position=position,
                )


def _attendance(federal: FgisLesson, subject: Ref, day: date) -> Iterator[Attendance]:
    code = federal.attendance.code.strip() if federal.attendance else ""
    if code:
        known = _ATTENDANCE.get(code.casefold(), code)
        yield Attendance(lesson_id=str(federal.id), code=known, day=day, subject=subject)


def _named(school: FgisSchool, kind: str, name: str) -> Ref:
    """The same name in the same school gets the same id."""
    key = f"{kind}/{sanitize_text(name, _NAME, lines=False).casefold()}"
    return Ref(id=str(uuid5(school.id, key)), name=name)
