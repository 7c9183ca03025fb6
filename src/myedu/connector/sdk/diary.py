"""Composes a diary of the other answers, for systems without one, and takes a diary apart."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TypedDict, TypeVar

from myedu.connector.sdk.system import JournalSystem, OptionalParts, call_vendor
from myedu.contract.answers import (
    AttendanceList,
    Diary,
    HomeworkList,
    Marks,
    Schedule,
    StudentAnswer,
    SystemDescription,
)
from myedu.contract.school import Attendance, DiaryLesson, Homework, Mark, Ref
from myedu.contract.windows import Window

Entry = TypeVar("Entry", Homework, Mark, Attendance)


async def read_diary(
    system: JournalSystem,
    parts: OptionalParts,
    description: SystemDescription,
    student_id: str,
    window: Window,
) -> Diary | None:
    """The system's own diary, or one composed of schedule, homework, marks and declared attendance.

    None if the student is unknown.
    """
    if "diary" in description.capabilities and parts.diary is not None:
        return await call_vendor(parts.diary.diary, student_id, window)
    schedule = await call_vendor(system.schedule, student_id, window)
    homework = await call_vendor(system.homework, student_id, window)
    marks = await call_vendor(system.marks, student_id, window)
    if schedule is None or homework is None or marks is None:
        return None
    attendance: AttendanceList | None = None
    if "attendance" in description.capabilities and parts.attendance is not None:
        attendance = await call_vendor(parts.attendance.attendance, student_id, window)
    return compose(schedule, homework, marks, attendance)


def compose(
    schedule: Schedule, homework: HomeworkList, marks: Marks, attendance: AttendanceList | None
) -> Diary:
    """A diary with every entry at its lesson.

    Homework and marks of no lesson in the window are listed separately; such attendance is dropped.
    """
    lessons = {lesson.id for lesson in schedule.lessons}
    tasks, other_tasks = _by_lesson(homework.homework, lessons)
    values, other_marks = _by_lesson(marks.marks, lessons)
    absences, _ = _by_lesson(attendance.attendance if attendance else (), lessons)
    return Diary(
        lessons=tuple(
            DiaryLesson(
                lesson=lesson,
                homework=tuple(tasks[lesson.id]),
                marks=tuple(values[lesson.id]),
                attendance=tuple(absences[lesson.id]),
            )
            for lesson in schedule.lessons
        ),
        homework=tuple(other_tasks),
        marks=tuple(other_marks),
        **(_head(schedule) | {"left_out": _left_out(schedule, homework, marks, attendance)}),
    )


def _left_out(*answers: StudentAnswer | None) -> int | None:
    """What all the answers lack together."""
    return sum(answer.left_out or 0 for answer in answers if answer is not None) or None


def _by_lesson(
    entries: Iterable[Entry], lessons: set[str]
) -> tuple[defaultdict[str, list[Entry]], list[Entry]]:
    """Lesson id → its entries, and the entries of no lesson in `lessons`."""
    placed: defaultdict[str, list[Entry]] = defaultdict(list)
    others: list[Entry] = []
    for entry in entries:
        if entry.lesson_id is not None and entry.lesson_id in lessons:
            placed[entry.lesson_id].append(entry)
        else:
            others.append(entry)
    return placed, others


def schedule_of(diary: Diary) -> Schedule:
    """The lessons of a diary as an answer of their own."""
    return Schedule(lessons=tuple(entry.lesson for entry in diary.lessons), **_head(diary))


def homework_of(diary: Diary) -> HomeworkList:
    """All homework of a diary as an answer of its own: that of the lessons first."""
    tasks = tuple(task for entry in diary.lessons for task in entry.homework)
    return HomeworkList(homework=tasks + diary.homework, **_head(diary))


def marks_of(diary: Diary) -> Marks:
    """All marks of a diary as an answer of their own: those of the lessons first."""
    marks = tuple(mark for entry in diary.lessons for mark in entry.marks)
    return Marks(marks=marks + diary.marks, **_head(diary))


def attendance_of(diary: Diary) -> AttendanceList:
    """The attendance of a diary as an answer of its own."""
    absences = tuple(absence for entry in diary.lessons for absence in entry.attendance)
    return AttendanceList(attendance=absences, **_head(diary))


class AnswerHead(TypedDict):
    """The fields that all answers about a student's days have."""

    student_id: str
    first_day: date
    last_day: date
    time_zone: str
    organization: Ref | None
    group: Ref | None
    left_out: int | None


def _head(answer: Diary | Schedule) -> AnswerHead:
    return AnswerHead(
        student_id=answer.student_id,
        first_day=answer.first_day,
        last_day=answer.last_day,
        time_zone=answer.time_zone,
        organization=answer.organization,
        group=answer.group,
        left_out=answer.left_out,
    )
