"""Translates a week of the journal into the contract's diary. Pure: no network, no files, no clock."""

import hashlib
import logging
from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import msgspec

from myedu.connector.adapters.netschool import models
from myedu.connector.adapters.netschool.text import name_of, one_line, plain
from myedu.contract.answers import Diary
from myedu.contract.placeholders import is_placeholder
from myedu.contract.school import Attendance, DiaryLesson, Homework, Lesson, Mark, Ref, Work
from myedu.contract.windows import Window

_log = logging.getLogger(__name__)

HOMEWORK_TYPE = 3  # the same on every server
NO_TASK = {"нет", "не задано", "без задания", "нет задания", "ничего не задано"}
"""What teachers write for «не задано», in lower case, beside dashes and other placeholders."""

WORK_KINDS = {
    "А": "practical",
    "В": "test",  # срезовая
    "Д": "homework",
    "ДЗ": "homework",
    "К": "control",
    "С": "independent",
    "Л": "laboratory",
    "П": "project",
    "Н": "dictation",
    "Р": "report",  # реферат
    "О": "answer",
    "Ч": "essay",
    "И": "retelling",
    "З": "credit",
    "Т": "test",
}
"""Letter of a type of work → kind in the contract. The ids of the types differ between servers."""

USUAL_WORK_TYPES = {HOMEWORK_TYPE: "homework", 10: "answer"}
"""Types known without the server's own table. Other ids pass unchanged."""

ATTENDANCE = {
    "УП": "excused",
    "НП": "absent",
    "ОТ": "absent",
    "ОП": "late",
    "Б": "ill",
    "ОСВ": "exempt",
}
"""Code of the journal → code of the contract. Unknown codes pass unchanged."""

DEBT = "."
"""How the journal shows «задолженность»: a point in place of the mark."""
DEBT_COMMENT = "задолженность"
PASS_VALUES = {"зч", "незч", "н/зч", "зачёт", "зачет", "незачёт", "незачет"}
NAMELESS = "Без названия"


class Rules(msgspec.Struct, frozen=True):
    """How one school marks, from `student/diary/init` and `grade/assignment/types`."""

    weighted: bool = False  # marks have weights
    max_mark: int = 5
    work_kinds: dict[int, str] = msgspec.field(default_factory=USUAL_WORK_TYPES.copy)


class Place(msgspec.Struct, frozen=True):
    """The student, the school and the school's IANA time zone of a diary."""

    student_id: str
    organization_id: str
    time_zone: str


def rules_of(init: models.DiaryInit, types: Iterable[models.WorkType]) -> Rules:
    """The rules in the server's answers; a type with an unknown letter keeps its id as the kind."""
    own = {kind.id: WORK_KINDS[kind.abbr] for kind in types if kind.abbr in WORK_KINDS}
    return Rules(bool(init.weight), init.max_mark or 5, USUAL_WORK_TYPES | own)


def diary(weeks: Iterable[models.Week], place: Place, window: Window, rules: Rules) -> Diary:
    """The lessons of the window in order of their start, each with its entries.

    A lesson whose time can't be read is left out, with a line in the log.
    """
    days = [day for week in weeks for day in week.week_days or ()]
    lessons = [
        entry
        for day, day_lessons in (
            (models.day_of(day.date, place.time_zone), day.lessons or ()) for day in days
        )
        if day in window
        for lesson in day_lessons
        if (entry := _diary_lesson(lesson, day, place, rules))
    ]
    # the journal lists a second subgroup at the end of the day; the id makes equal starts stable
    lessons.sort(key=lambda entry: (entry.lesson.starts_at, entry.lesson.number or 0, entry.lesson.id))
    return Diary(
        student_id=place.student_id,
        first_day=window.first,
        last_day=window.last,
        time_zone=place.time_zone,
        lessons=tuple(lessons),
    )


def subject_ref(organization_id: str, name: str) -> Ref:
    """A subject of a school. Lessons have only its name, so the id is derived from school and name."""
    known_as = name_of(name) or NAMELESS
    digest = hashlib.sha256(f"{organization_id}\n{known_as.casefold()}".encode()).hexdigest()
    return Ref(id=f"s{digest[:20]}", name=known_as)


def _diary_lesson(source: models.Lesson, day: date, place: Place, rules: Rules) -> DiaryLesson | None:
    try:
        lesson = _lesson(source, day, place)
    except models.WrongShape as error:
        _log.warning("the lesson %s of %s is left out: %s", source.id, day, error)
        return None
    works = source.assignments or ()
    cells = [(work, cell) for work in works if (cell := _cell(work))]
    return DiaryLesson(
        lesson=lesson,
        homework=_homework([work for work in works if work.type_id == HOMEWORK_TYPE], lesson, day, place),
        marks=tuple(
            _mark(work, cell, lesson, day, rules) for work, cell in cells if cell.upper() not in ATTENDANCE
        ),
        attendance=_attendance(
            [name_of(source.attendance) or "", *(cell for _, cell in cells if cell.upper() in ATTENDANCE)],
            lesson,
            day,
        ),
    )


def _lesson(source: models.Lesson, day: date, place: Place) -> Lesson:
    return Lesson(
        id=str(source.id),
        subject=subject_ref(place.organization_id, source.subject_name),
        starts_at=_instant(day, source.start_time, place.time_zone),
        ends_at=_instant(day, source.end_time, place.time_zone),
        number=source.number,
        kind="extra" if source.is_ea_lesson else "lesson",
        room=name_of(source.room),
    )


def _homework(
    works: list[models.Assignment], lesson: Lesson, day: date, place: Place
) -> tuple[Homework, ...]:
    """Without an assignment of the type homework isn't filled in yet: none. «-» means «не задано»."""
    tasks = [
        Homework(
            id=str(work.id),
            subject=lesson.subject,
            due_on=_due_on(work, day, place),
            lesson_id=lesson.id,
            text="" if _is_none(work) else plain(work.assignment_name),
            none=_is_none(work),
        )
        for work in works
    ]
    # a dash beside a real task is left over from the journal's template
    return tuple(task for task in tasks if not task.none) or tuple(tasks)


def _due_on(work: models.Assignment, day: date, place: Place) -> date:
    """The day on which a task is due; that of its lesson if it says none that can be read."""
    try:
        return models.day_of(work.due_date, place.time_zone) if work.due_date else day
    except models.WrongShape as error:
        _log.warning("the task %s is due on the day of its lesson: %s", work.id, error)
        return day


def _is_none(work: models.Assignment) -> bool:
    text = plain(work.assignment_name)
    return is_placeholder(text) or text.casefold().strip("!. ") in NO_TASK


def _attendance(codes: list[str], lesson: Lesson, day: date) -> tuple[Attendance, ...]:
    known = dict.fromkeys(ATTENDANCE.get(code.upper(), code) for code in codes if code)
    return tuple(
        Attendance(lesson_id=lesson.id, code=code[:64], day=day, subject=lesson.subject) for code in known
    )


def _cell(work: models.Assignment) -> str:
    """The content of the mark's cell: a value, an attendance code, a point for a debt, or ""."""
    if work.mark is None:
        return ""
    mark = work.mark.mark
    if isinstance(mark, float) and mark.is_integer():
        mark = int(mark)
    value = (one_line(str(mark)) or "")[:64] if mark is not None else ""
    if is_placeholder(value) and value != DEBT:
        value = ""
    code = (one_line(work.mark.abbr) or "")[:64]
    return value or (code if code.upper() in ATTENDANCE else "") or (DEBT if work.mark.duty_mark else "")


def _mark(work: models.Assignment, value: str, lesson: Lesson, day: date, rules: Rules) -> Mark:
    weight = float(work.weight or 0) if rules.weighted else 1.0
    comment = name_of(work.mark_comment.name) if work.mark_comment else None
    owed = work.mark is not None and work.mark.duty_mark
    return Mark(
        id=str(work.id),
        subject=lesson.subject,
        day=day,
        value=value,
        scale=_scale(value, rules),
        weight=weight,
        lesson_id=lesson.id,
        work=Work(
            kind="answer" if work.type_id is None else rules.work_kinds.get(work.type_id, str(work.type_id)),
            # the name of homework is its text, which the diary has already
            name=None if work.type_id == HOMEWORK_TYPE else name_of(work.assignment_name),
        ),
        comment=comment or (DEBT_COMMENT if owed else None),
        counts=value.isdigit() and weight > 0,
    )


def _scale(value: str, rules: Rules) -> str:
    if value.isdigit():
        return str(rules.max_mark)
    return "pass" if value.casefold() in PASS_VALUES else "text"


def _instant(day: date, clock: str, time_zone: str) -> datetime:
    """The school's time with the offset of its zone on that day. Raises models.WrongShape."""
    hours, _, minutes = clock.partition(":")
    try:
        at = time(int(hours), int(minutes[:2]))
    except ValueError:
        raise models.WrongShape(f"{clock[:40]!r} is not a time of «Сетевой город»") from None
    return datetime.combine(day, at, ZoneInfo(time_zone))
