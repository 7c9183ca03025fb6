"""A diary put together from the required methods, and answers of several windows made one. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from myedu.contract.answers import AttendanceList, Diary, HomeworkList, Marks, Schedule
from myedu.contract.school import Attendance, DiaryLesson, Homework, Mark

Part = TypeVar("Part", Homework, Mark, Attendance)


def diary_of(
    schedule: Schedule, homework: HomeworkList, marks: Marks, attendance: AttendanceList | None = None
) -> Diary:
    """What `GET …/diary` would have said. What names no lesson of the schedule stays beside the lessons."""
    known = {lesson.id for lesson in schedule.lessons}
    homework_at, other_homework = _by_lesson(homework.homework, known)
    marks_at, other_marks = _by_lesson(marks.marks, known)
    absent_at, _ = _by_lesson(attendance.attendance if attendance else (), known)
    lessons = tuple(
        DiaryLesson(
            lesson=lesson,
            homework=tuple(homework_at[lesson.id]),
            marks=tuple(marks_at[lesson.id]),
            attendance=tuple(absent_at[lesson.id]),
        )
        for lesson in schedule.lessons
    )
    return Diary(
        student_id=schedule.student_id,
        first_day=schedule.first_day,
        last_day=schedule.last_day,
        time_zone=schedule.time_zone,
        lessons=lessons,
        homework=other_homework,
        marks=other_marks,
    )


def _by_lesson(
    parts: Iterable[Part], known: set[str]
) -> tuple[Mapping[str, Sequence[Part]], tuple[Part, ...]]:
    placed: defaultdict[str, list[Part]] = defaultdict(list)
    homeless: list[Part] = []
    for part in parts:
        if part.lesson_id is not None and part.lesson_id in known:
            placed[part.lesson_id].append(part)
        else:
            homeless.append(part)
    return placed, tuple(homeless)


Days = TypeVar("Days", Diary, Marks)
_LISTS = {Diary: ("lessons", "homework", "marks"), Marks: ("marks",)}


def joined(answers: Sequence[Days]) -> Days:
    """Answers about windows that follow one another, as one answer about all the days."""
    first, last = answers[0], answers[-1]
    lists = {
        name: tuple(entry for answer in answers for entry in getattr(answer, name))
        for name in _LISTS[type(first)]
    }
    return msgspec.structs.replace(first, last_day=last.last_day, **lists)
