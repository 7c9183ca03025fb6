"""The federal Schedule in the contract's words; connector.sdk.fgis is the way back.

The shape knows neither ids of subjects and classes nor a zone: ids are made of the names, the same each time,
and the zone is the school's as the portal knows it.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote
from uuid import UUID, uuid5

from myedu.connector.sdk.cleaning import clean_text
from myedu.connector.sdk.errors import JournalWrong
from myedu.contract.answers import Diary
from myedu.contract.fgis import FgisClass, FgisLesson, FgisSchedule, FgisSchool
from myedu.contract.school import Attendance, DiaryLesson, Homework, Lesson, Mark, Ref, Replacement, Work
from myedu.contract.windows import Window

_ATTENDANCE = {
    "н": "absent", "нп": "absent", "от": "absent",
    "о": "late", "оп": "late",
    "б": "ill",
    "п": "excused", "у": "excused", "уп": "excused",
    "осв": "exempt",
}  # fmt: skip
"""The journals' own codes; another one passes through as it is."""
_NOT_SET = frozenset({"не задано", "без задания"})
_NAME = 500  # characters, as the contract has them
_TEXT = 20_000


def diary_of(
    schedule: FgisSchedule, *, student_id: str, esia_oid: str, window: Window, time_zone: str
) -> Diary:
    """The pupil's days. Raises JournalWrong(wrong-student, wrong-window). Texts aren't cleaned yet."""
    for school in schedule.school:
        _check_pupil(school, esia_oid)
    lessons = {lesson.id: one for lesson, one in _lessons(schedule)}
    within = [one for one in lessons.values() if one.lesson.starts_at.date() in window]
    if lessons and not within:
        raise JournalWrong("wrong-window", "no lesson is of the days asked for: the answer was thrown away")
    first = next(iter(schedule.school), None)
    group = next(iter(first.classes), None) if first else None
    return Diary(
        student_id=student_id,
        first_day=window.first,
        last_day=window.last,
        time_zone=time_zone,
        organization=Ref(id=str(first.id), name=first.name) if first else None,
        group=_named(first, "class", group.name) if first and group else None,
        lessons=tuple(sorted(within, key=lambda one: (one.lesson.starts_at, one.lesson.id))),
    )


def _check_pupil(school: FgisSchool, esia_oid: str) -> None:
    """The shape names the pupil nowhere but in the address of the schedule, and not every system does."""
    told = re.search(r"/Schedule/([^/?#]+)", school.schedule_url)
    if told and unquote(told[1]) != esia_oid:
        raise JournalWrong("wrong-student", "the answer is about another student: it was thrown away")


def _lessons(schedule: FgisSchedule) -> Iterator[tuple[FgisLesson, DiaryLesson]]:
    for school in schedule.school:
        for group in school.classes:
            for lesson in group.lesson:
                yield lesson, _lesson(lesson, school, group)


def _lesson(one: FgisLesson, school: FgisSchool, group: FgisClass) -> DiaryLesson:
    subject = _named(school, "subject", one.subject)
    replaced = _named(school, "subject", one.instead_of) if one.instead_of else None
    lesson = Lesson(
        id=str(one.id),
        subject=subject,
        starts_at=one.period.start,
        ends_at=one.period.end,
        group=_named(school, "class", group.name),
        room=one.classroom or None,
        # a note has no place of its own in a diary, and it is about the lesson
        topic=". ".join(filter(None, (_line(one.topic), _line(one.note)))) or None,
        replaces=Replacement(subject=replaced) if replaced else None,
        online=one.distant,  # what is no address is dropped with the other odd links
    )
    return DiaryLesson(
        lesson=lesson,
        homework=tuple(_homework(one, subject)),
        marks=tuple(_marks(one, subject)),
        attendance=tuple(_attendance(one, subject)),
    )


def _line(text: str | None) -> str:
    return clean_text(text or "", _TEXT, lines=False)


def _homework(one: FgisLesson, subject: Ref) -> Iterator[Homework]:
    text = clean_text(one.homework or "", _TEXT, lines=True)
    if not text:
        return
    none = text.casefold().rstrip(".") in _NOT_SET
    yield Homework(
        id=f"{one.id}-homework",
        subject=subject,
        due_on=one.period.start.date(),
        lesson_id=str(one.id),
        text="" if none else text,
        none=none,
    )


def _marks(one: FgisLesson, subject: Ref) -> Iterator[Mark]:
    """`score2` is the second figure of a mark in two parts."""
    for number, score in enumerate(one.score, 1):
        for position, value in enumerate((score.score, score.score2), 1):
            if value:
                yield Mark(
                    id=f"{one.id}-mark-{number}-{position}",
                    subject=subject,
                    day=one.period.start.date(),
                    value=value,
                    scale=score.score_system or "5",
                    weight=1.0 if score.weight is None else score.weight,
                    lesson_id=str(one.id),
                    work=Work(kind=score.code) if score.code else Work(),
                    position=position,
                )


def _attendance(one: FgisLesson, subject: Ref) -> Iterator[Attendance]:
    code = one.attendance.code.strip() if one.attendance else ""
    if code:
        known = _ATTENDANCE.get(code.casefold(), code)
        yield Attendance(lesson_id=str(one.id), code=known, day=one.period.start.date(), subject=subject)


def _named(school: FgisSchool, kind: str, name: str) -> Ref:
    """The same name in the same school is the same thing."""
    return Ref(
        id=str(_made_of(school.id, f"{kind}/{clean_text(name, _NAME, lines=False).casefold()}")), name=name
    )


def _made_of(school: UUID, text: str) -> UUID:
    return uuid5(school, text)
