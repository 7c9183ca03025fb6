"""A diary composed of the other answers, for systems that have no such function of their own."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from myedu.connector.sdk.system import call
from myedu.contract.answers import AttendanceList, Diary, HomeworkList, Marks, Schedule, SystemDescription
from myedu.contract.school import Attendance, DiaryLesson, Homework, Mark
from myedu.contract.windows import Window

Entry = TypeVar("Entry", Homework, Mark, Attendance)


async def read_diary(
    system: Any, description: SystemDescription, student_id: str, window: Window
) -> Diary | None:
    """The system's own diary, or one composed of schedule, homework, marks and declared attendance."""
    if "diary" in description.capabilities and hasattr(system, "diary"):
        own: Diary | None = await call(system.diary, student_id, window)
        return own
    schedule: Schedule | None = await call(system.schedule, student_id, window)
    homework: HomeworkList | None = await call(system.homework, student_id, window)
    marks: Marks | None = await call(system.marks, student_id, window)
    if schedule is None or homework is None or marks is None:
        return None
    attendance: AttendanceList | None = None
    if "attendance" in description.capabilities:
        attendance = await call(system.attendance, student_id, window)
    return compose(schedule, homework, marks, attendance)


def compose(
    schedule: Schedule, homework: HomeworkList, marks: Marks, attendance: AttendanceList | None
) -> Diary:
    """Everything at its lesson; what belongs to no lesson of the window stays beside them."""
    lessons = {lesson.id for lesson in schedule.lessons}
    tasks, loose_tasks = _by_lesson(homework.homework, lessons)
    values, loose_marks = _by_lesson(marks.marks, lessons)
    absences, _ = _by_lesson(attendance.attendance if attendance else (), lessons)
    return Diary(
        first_day=schedule.first_day,
        last_day=schedule.last_day,
        time_zone=schedule.time_zone,
        student_id=schedule.student_id,
        organization=schedule.organization,
        group=schedule.group,
        lessons=tuple(
            DiaryLesson(
                lesson=lesson,
                homework=tuple(tasks[lesson.id]),
                marks=tuple(values[lesson.id]),
                attendance=tuple(absences[lesson.id]),
            )
            for lesson in schedule.lessons
        ),
        homework=tuple(loose_tasks),
        marks=tuple(loose_marks),
    )


def _by_lesson(
    entries: Iterable[Entry], lessons: set[str]
) -> tuple[defaultdict[str, list[Entry]], list[Entry]]:
    placed: defaultdict[str, list[Entry]] = defaultdict(list)
    loose: list[Entry] = []
    put: Callable[[Entry], None]
    for entry in entries:
        put = placed[entry.lesson_id].append if entry.lesson_id in lessons else loose.append
        put(entry)
    return placed, loose
