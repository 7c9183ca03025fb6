"""Lessons out of sections × class periods × school days; attendance and the gradebook at their lessons."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from myedu.connector.adapters.edfi import models, reader
from myedu.journal.edfi.district import District, period_number, subject_id
from myedu.journal.edfi.roster import teachers_of
from myedu.journal.load import Batch
from myedu.journal.tables import Attendance, Homework, Lesson, LessonTeacher, Mark

_ABSENCES = {"Excused Absence": "excused", "Unexcused Absence": "absent"}
_WORKS = {"Quiz": "test", "Unit": "control", "Assignment": "homework"}


def days_batches(folder: Path, district: District, report: Counter[str]) -> Iterator[Batch]:
    """One batch a school's semester with its lessons, then one with what happened at them."""
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


def is_school_day(district: District, session: models.Session, day: date) -> bool:
    """Every weekday: the sample's calendar names two days only, so holidays are not known."""
    inside = district.window is None or day in district.window
    return inside and session.begins <= day <= session.ends and day.weekday() < 5


def school_days(district: District, session: models.Session) -> list[date]:
    days = (session.begins + timedelta(days=n) for n in range((session.ends - session.begins).days + 1))
    return [day for day in days if is_school_day(district, session, day)]


def lesson_id(district: District, key: models.SectionKey, day: date, period: str) -> str:
    return f"{district.group_id(key)}.{day:%Y%m%d}.{period_number(period)}"


def _lessons(
    district: District, session: models.Session, sections: list[models.Section]
) -> Iterator[tuple[models.SectionKey, Lesson]]:
    """A class period cut in two by lunch is one lesson from its first bell to its last."""
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


class _Away(msgspec.Struct, frozen=True):
    """What a note at a lesson says."""

    code: str
    reason: str | None
    minutes: int | None = None


def _attendance(folder: Path, district: District, report: Counter[str]) -> Iterator[Attendance]:
    """A day's absence stands at each lesson of the day; lateness at the section that noted it."""
    notes: dict[tuple[str, str], tuple[date, _Away]] = {}
    for event in reader.section_attendance(folder):
        section = district.sections.get(event.section)
        if section is None or not _is_lesson(district, event.section, event.day):
            report["StudentSectionAttendanceEvent: not on a day with lessons"] += 1
            continue
        late = _Away("late", event.reason, event.minutes)
        lesson = lesson_id(district, event.section, event.day, section.class_periods[0])
        notes[event.student_id, lesson] = (event.day, late)
    by_student: dict[str, list[models.SectionKey]] = defaultdict(list)
    for seat in district.seats:
        by_student[seat.student_id].append(seat.section)
    for day_event in reader.school_attendance(folder):
        code = _ABSENCES.get(day_event.category)
        if code is None:
            report[f"StudentSchoolAttendanceEvent {day_event.category}: not a whole day"] += 1
            continue
        lessons = list(_lessons_of(district, by_student[day_event.student_id], day_event.day))
        if not lessons:
            report["StudentSchoolAttendanceEvent: not on a day with lessons"] += 1
        for lesson in lessons:
            notes.setdefault((day_event.student_id, lesson), (day_event.day, _Away(code, day_event.reason)))
    for (student_id, lesson), (day, away) in notes.items():
        yield Attendance(
            person_id=f"student-{student_id}",
            lesson_id=lesson,
            day=day,
            code=away.code,
            reason=away.reason,
            minutes=away.minutes,
        )


def _lessons_of(district: District, sections: list[models.SectionKey], day: date) -> Iterator[str]:
    for key in sections:
        if _is_lesson(district, key, day):
            for period in district.sections[key].class_periods:
                yield lesson_id(district, key, day, period)


def _is_lesson(district: District, key: models.SectionKey, day: date) -> bool:
    return is_school_day(district, district.sessions[key.school_id, key.session], day)


# -- the gradebook ---------------------------------------------------------------


def _gradebook(folder: Path, district: District, report: Counter[str]) -> Batch:
    entries = {entry.id: entry for entry in reader.gradebook_entries(folder)}
    homework = [_homework(entry, district) for entry in entries.values() if entry.due is not None]
    marks = []
    for result in reader.gradebook_results(folder):
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
        lesson_id=_lesson_on(district, entry.section, due),
        set_lesson_id=_lesson_on(district, entry.section, entry.assigned),
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
        value=_plain_number(result.grade or ""),
        scale="100",
        lesson_id=_lesson_on(district, entry.section, day),
        work_kind=_WORKS.get(entry.title.partition(" ")[0], "independent"),
        work_name=entry.title,
        comment="Handed in late" if result.late else None,
    )


def _lesson_on(district: District, key: models.SectionKey, day: date) -> str | None:
    """None on a day without lessons, such as the Saturday some assignments are due on."""
    if not _is_lesson(district, key, day):
        return None
    return lesson_id(district, key, day, district.sections[key].class_periods[0])


def _plain_number(text: str) -> str:
    """«74.00» → «74»."""
    return text.rstrip("0").rstrip(".") if "." in text else text
