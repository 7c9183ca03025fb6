"""Lessons from sections × class periods × school days; attendance and gradebook entries at their lessons."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from myedu.connector.adapters.edfi import models, source
from myedu.connector.adapters.edfi.district import District, period_number, subject_id
from myedu.connector.adapters.edfi.package import teachers_of
from myedu.connector.adapters.edfi.translate import (
    ABSENCES,
    is_lesson,
    lesson_id,
    lesson_on,
    plain_number,
    school_days,
    work_of,
)
from myedu.records import Attendance, Batch, Homework, Lesson, LessonTeacher, Mark


def days_batches(folder: Path, district: District, report: Counter[str]) -> Iterator[Batch]:
    """Yields one batch a school's semester with its lessons, then one with attendance, homework and marks."""
    teachers = teachers_of(folder, district)
    for school_id, name in sorted(district.sessions):
        sections = [
            section
            for key, section in district.sections.items()
            if (key.school_id, key.session) == (school_id, name)
        ]
        lessons = list(_lessons(district, district.sessions[school_id, name], sections))
        links = [
            LessonTeacher(lesson_id=lesson.id, staff_id=post)
            for key, lesson in lessons
            for post in dict.fromkeys(teachers[key])
        ]
        yield {"lessons": [lesson for _, lesson in lessons], "lesson_teachers": links}
    yield {
        "attendance": list(_attendance(folder, district, report)),
        **_gradebook(folder, district, report),
    }


def _lessons(
    district: District, session: models.Session, sections: list[models.Section]
) -> Iterator[tuple[models.SectionKey, Lesson]]:
    """(section, lesson) pairs. A class period cut in two by lunch is one lesson."""
    zone = ZoneInfo(district.time_zone)
    for day in school_days(district, session):
        for section in sections:
            key = section.key
            for period in section.class_periods:
                meetings = district.periods[key.school_id, period].meetings
                ends_at = datetime.combine(day, meetings[-1][1], zone)
                lesson = Lesson(
                    id=lesson_id(district, key, day, period),
                    updated_at=ends_at.astimezone(UTC),
                    group_id=district.group_id(key),
                    subject_id=subject_id(key.school_id, key.course_code),
                    day=day,
                    starts_at=datetime.combine(day, meetings[0][0], zone),
                    ends_at=ends_at,
                    number=period_number(period),
                    status="held",
                    room=section.room,
                )
                yield key, lesson


# -- attendance ----------------------------------------------------------------


class _Note(msgspec.Struct, frozen=True):
    """Absence or lateness at a lesson."""

    code: str
    reason: str | None
    minutes: int | None = None


def _attendance(folder: Path, district: District, report: Counter[str]) -> Iterator[Attendance]:
    """An absence of a day is noted at each lesson of the day, lateness at the section that noted it."""
    notes: dict[tuple[str, str], tuple[date, _Note]] = {}  # (student, lesson) → (day, note)
    for event in source.section_attendance(folder):
        section = district.sections.get(event.section)
        if section is None or not is_lesson(district, event.section, event.day):
            report["StudentSectionAttendanceEvent: not on a day with lessons"] += 1
            continue
        late = _Note("late", event.reason, event.minutes)
        lesson = lesson_id(district, event.section, event.day, section.class_periods[0])
        notes[event.student_id, lesson] = (event.day, late)
    by_student: dict[str, list[models.SectionKey]] = defaultdict(list)
    for enrollment in district.section_enrollments:
        by_student[enrollment.student_id].append(enrollment.section)
    for day_event in source.school_attendance(folder):
        code = ABSENCES.get(day_event.category)
        if code is None:
            report[f"StudentSchoolAttendanceEvent {day_event.category}: not a whole day"] += 1
            continue
        lessons = list(_lessons_of(district, by_student[day_event.student_id], day_event.day))
        if not lessons:
            report["StudentSchoolAttendanceEvent: not on a day with lessons"] += 1
        for lesson in lessons:
            notes.setdefault((day_event.student_id, lesson), (day_event.day, _Note(code, day_event.reason)))
    for (student_id, lesson), (day, note) in notes.items():
        yield Attendance(
            person_id=f"student-{student_id}",
            lesson_id=lesson,
            day=day,
            code=note.code,
            reason=note.reason,
            minutes=note.minutes,
        )


def _lessons_of(district: District, sections: list[models.SectionKey], day: date) -> Iterator[str]:
    for key in sections:
        if is_lesson(district, key, day):
            for period in district.sections[key].class_periods:
                yield lesson_id(district, key, day, period)


def _gradebook(folder: Path, district: District, report: Counter[str]) -> Batch:
    entries = {entry.id: entry for entry in source.gradebook_entries(folder)}
    homework = [_homework(entry, district) for entry in entries.values() if entry.due is not None]
    marks = []
    for result in source.gradebook_results(folder):
        entry = entries.get(result.entry_id)
        if entry is None or result.grade is None:
            report["StudentGradebookEntry: without a grade or an entry"] += 1
            continue
        marks.append(_mark(entry, result, district))
    return {"homework": homework, "marks": marks}


def _homework(entry: models.GradebookEntry, district: District) -> Homework:
    due = entry.due or entry.assigned
    return Homework(
        id=f"entry-{entry.id}",
        updated_at=datetime.combine(entry.assigned, datetime.min.time(), UTC),
        group_id=district.group_id(entry.section),
        subject_id=subject_id(entry.section.school_id, entry.section.course_code),
        due_on=due,
        lesson_id=lesson_on(district, entry.section, due),
        set_lesson_id=lesson_on(district, entry.section, entry.assigned),
        set_on=entry.assigned,
        text=entry.title,
    )


def _mark(entry: models.GradebookEntry, result: models.GradebookResult, district: District) -> Mark:
    day = entry.due or entry.assigned
    return Mark(
        id=f"{entry.id}-{result.student_id}",
        updated_at=datetime.combine(day, datetime.min.time(), UTC),
        person_id=f"student-{result.student_id}",
        subject_id=subject_id(entry.section.school_id, entry.section.course_code),
        day=day,
        value=plain_number(result.grade or ""),
        scale="100",
        lesson_id=lesson_on(district, entry.section, day),
        work_kind=work_of(entry),
        work_name=entry.title,
        comment="Handed in late" if result.late else None,
    )
