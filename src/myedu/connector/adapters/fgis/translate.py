"""A diary read of a Schedule, with the ids that the export has: the federal shape has names only."""

from typing import Any

from msgspec.structs import replace

from myedu.connector.adapters.fgis.models import Seat, folded
from myedu.contract.answers import AttendanceList, Diary, HomeworkList, Marks, Schedule
from myedu.contract.school import DiaryLesson, Ref


def placed(diary: Diary, seat: Seat) -> Diary:
    """School, class and subjects by their ids; a subject that the export lacks has an id made of its name."""
    return replace(
        diary,
        organization=seat.organization,
        group=seat.group,
        lessons=tuple(_lesson(one, seat) for one in diary.lessons),
    )


def _lesson(one: DiaryLesson, seat: Seat) -> DiaryLesson:
    subject = _subject(one.lesson.subject, seat)
    replaces = one.lesson.replaces
    if replaces is not None and replaces.subject is not None:
        replaces = replace(replaces, subject=_subject(replaces.subject, seat))
    return DiaryLesson(
        lesson=replace(one.lesson, subject=subject, group=seat.group, replaces=replaces),
        homework=tuple(replace(task, subject=subject) for task in one.homework),
        marks=tuple(replace(mark, subject=subject) for mark in one.marks),
        attendance=tuple(replace(absence, subject=subject) for absence in one.attendance),
    )


def _subject(subject: Ref, seat: Seat) -> Ref:
    return Ref(id=seat.subjects.get(folded(subject.name), subject.id), name=subject.name)


def schedule(diary: Diary) -> Schedule:
    return Schedule(lessons=tuple(one.lesson for one in diary.lessons), **_head(diary))


def homework(diary: Diary) -> HomeworkList:
    return HomeworkList(
        homework=tuple(task for one in diary.lessons for task in one.homework), **_head(diary)
    )


def marks(diary: Diary) -> Marks:
    return Marks(marks=tuple(mark for one in diary.lessons for mark in one.marks), **_head(diary))


def attendance(diary: Diary) -> AttendanceList:
    found = tuple(absence for one in diary.lessons for absence in one.attendance)
    return AttendanceList(attendance=found, **_head(diary))


def _head(diary: Diary) -> dict[str, Any]:
    return {
        "student_id": diary.student_id,
        "first_day": diary.first_day,
        "last_day": diary.last_day,
        "time_zone": diary.time_zone,
        "organization": diary.organization,
        "group": diary.group,
    }
