"""Their week as the contract's diary. Pure: no network, no files, no clock."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from myedu.connector.adapters.netschool import models
from myedu.connector.adapters.netschool.text import one_line, plain
from myedu.contract.answers import AttendanceList, Diary, HomeworkList, Marks, Schedule
from myedu.contract.school import Attendance, DiaryLesson, Homework, Lesson, Mark, Ref, Work
from myedu.contract.windows import Window

HOMEWORK_TYPE = 3  # on every server
NO_TASK = {"", "-", "–", "—", ".", "нет", "не задано", "без задания", "нет задания", "ничего не задано"}
"""What teachers write for «не задано»."""

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
"""The letter of a type of work → the contract's kind. The ids beside the letters are each server's own."""

USUAL_WORK_TYPES = {HOMEWORK_TYPE: "homework", 10: "answer"}
"""What is known without the server's own table. Another id passes through as it came."""

ATTENDANCE = {
    "УП": "excused",
    "НП": "absent",
    "ОТ": "absent",
    "ОП": "late",
    "Б": "ill",
    "ОСВ": "exempt",
}
"""Their codes → the contract's. An unknown code passes through."""

DEBT = "."
"""How the journal prints «задолженность»: a point where the mark will stand."""
DEBT_COMMENT = "задолженность"
PASS_VALUES = {"зч", "незч", "н/зч", "зачёт", "зачет", "незачёт", "незачет"}
NAMELESS = "Без названия"


class Rules(msgspec.Struct, frozen=True):
    """How one school marks: from `student/diary/init` and `grade/assignment/types`."""

    weighted: bool = False
    max_mark: int = 5
    work_kinds: dict[int, str] = msgspec.field(default_factory=USUAL_WORK_TYPES.copy)


class Place(msgspec.Struct, frozen=True):
    """Whose diary it is and whose clock it shows."""

    student_id: str
    organization_id: str
    time_zone: str


def rules_of(init: models.DiaryInit, types: Iterable[models.WorkType]) -> Rules:
    """A school's rules out of the server's own answers; a letter we don't know keeps its type's id."""
    own = {kind.id: WORK_KINDS[kind.abbr] for kind in types if kind.abbr in WORK_KINDS}
    return Rules(bool(init.weight), init.max_mark or 5, USUAL_WORK_TYPES | own)


def diary(weeks: Iterable[models.Week], place: Place, window: Window, rules: Rules) -> Diary:
    """The lessons of the window in the order of their beginning, each with what belongs to it.

    Raises models.WrongShape where a day or a time can't be read.
    """
    days = [day for week in weeks for day in week.week_days or ()]
    lessons = [
        _diary_lesson(lesson, day, place, rules)
        for day, theirs in ((models.day_of(their.date), their.lessons or ()) for their in days)
        if day in window
        for lesson in theirs
    ]
    # A journal lists the second subgroup after the day's end; the id keeps equal beginnings in one order.
    lessons.sort(key=lambda entry: (entry.lesson.starts_at, entry.lesson.number or 0, entry.lesson.id))
    return Diary(
        student_id=place.student_id,
        first_day=window.first,
        last_day=window.last,
        time_zone=place.time_zone,
        lessons=tuple(lessons),
    )


def schedule(whole: Diary) -> Schedule:
    lessons = tuple(entry.lesson for entry in whole.lessons)
    return Schedule(lessons=lessons, **_about(whole))


def homework(whole: Diary) -> HomeworkList:
    tasks = tuple(task for entry in whole.lessons for task in entry.homework)
    return HomeworkList(homework=tasks, **_about(whole))


def marks(whole: Diary) -> Marks:
    return Marks(marks=tuple(mark for entry in whole.lessons for mark in entry.marks), **_about(whole))


def attendance(whole: Diary) -> AttendanceList:
    absences = tuple(absence for entry in whole.lessons for absence in entry.attendance)
    return AttendanceList(attendance=absences, **_about(whole))


def subject_ref(organization_id: str, name: str) -> Ref:
    """Their lessons name the subject and have no id of it: the id is made of the school and the name."""
    known_as = one_line(name) or NAMELESS
    digest = hashlib.sha256(f"{organization_id}\n{known_as.casefold()}".encode()).hexdigest()
    return Ref(id=f"s{digest[:20]}", name=known_as)


def _about(whole: Diary) -> dict[str, Any]:
    return {
        "student_id": whole.student_id,
        "first_day": whole.first_day,
        "last_day": whole.last_day,
        "time_zone": whole.time_zone,
    }


def _diary_lesson(their: models.Lesson, day: date, place: Place, rules: Rules) -> DiaryLesson:
    lesson = _lesson(their, day, place)
    works = their.assignments or ()
    cells = [(work, cell) for work in works if (cell := _cell(work))]
    return DiaryLesson(
        lesson=lesson,
        homework=_homework([work for work in works if work.type_id == HOMEWORK_TYPE], lesson, day),
        marks=tuple(
            _mark(work, cell, lesson, day, rules) for work, cell in cells if cell.upper() not in ATTENDANCE
        ),
        attendance=_attendance(
            [one_line(their.attendance) or "", *(cell for _, cell in cells if cell.upper() in ATTENDANCE)],
            lesson,
            day,
        ),
    )


def _lesson(their: models.Lesson, day: date, place: Place) -> Lesson:
    return Lesson(
        id=str(their.id),
        subject=subject_ref(place.organization_id, their.subject_name),
        starts_at=_instant(day, their.start_time, place.time_zone),
        ends_at=_instant(day, their.end_time, place.time_zone),
        number=their.number,
        kind="extra" if their.is_ea_lesson else "lesson",
        room=one_line(their.room),
    )


def _homework(works: list[models.Assignment], lesson: Lesson, day: date) -> tuple[Homework, ...]:
    """No assignment of the type: nobody has filled it in, so nothing is said. «-» is said: not set."""
    tasks = [
        Homework(
            id=str(work.id),
            subject=lesson.subject,
            due_on=models.day_of(work.due_date) if work.due_date else day,
            lesson_id=lesson.id,
            text="" if _is_none(work) else plain(work.assignment_name),
            none=_is_none(work),
        )
        for work in works
    ]
    # A dash beside a real task is a leftover of the template.
    return tuple(task for task in tasks if not task.none) or tuple(tasks)


def _is_none(work: models.Assignment) -> bool:
    return plain(work.assignment_name).casefold().strip("!. ") in NO_TASK


def _attendance(codes: list[str], lesson: Lesson, day: date) -> tuple[Attendance, ...]:
    ours = dict.fromkeys(ATTENDANCE.get(code.upper(), code) for code in codes if code)
    return tuple(
        Attendance(lesson_id=lesson.id, code=code[:64], day=day, subject=lesson.subject) for code in ours
    )


def _cell(work: models.Assignment) -> str:
    """What stands in the mark's place: a value, an attendance code, a point for a debt, or nothing."""
    if work.mark is None:
        return ""
    mark = work.mark.mark
    if isinstance(mark, float) and mark.is_integer():
        mark = int(mark)
    value = (one_line(str(mark)) or "")[:64] if mark is not None else ""
    return value or (DEBT if work.mark.duty_mark else "")


def _mark(work: models.Assignment, value: str, lesson: Lesson, day: date, rules: Rules) -> Mark:
    weight = float(work.weight or 0) if rules.weighted else 1.0
    comment = one_line(work.mark_comment.name) if work.mark_comment else None
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
            kind=rules.work_kinds.get(work.type_id, str(work.type_id)),
            # The name of a homework is its text, which stands in the diary already.
            name=None if work.type_id == HOMEWORK_TYPE else one_line(work.assignment_name),
        ),
        comment=comment or (DEBT_COMMENT if owed else None),
        counts=value.isdigit() and weight > 0,
    )


def _scale(value: str, rules: Rules) -> str:
    if value.isdigit():
        return str(rules.max_mark)
    return "pass" if value.casefold() in PASS_VALUES else "text"


def _instant(day: date, clock: str, time_zone: str) -> datetime:
    """The school's clock with the offset that its zone has on that day."""
    hours, _, minutes = clock.partition(":")
    try:
        at = time(int(hours), int(minutes[:2]))
    except ValueError:
        raise models.WrongShape(f"{clock[:40]!r} is not a time of «Сетевой город»") from None
    return datetime.combine(day, at, ZoneInfo(time_zone))
