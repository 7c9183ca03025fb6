"""The days of a district: lessons (sections × class periods × school days), their absences and grades."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from myedu.connector.adapters.edfi import models
from myedu.connector.adapters.edfi.district import District, period_number, subject_id
from myedu.contract.placeholders import filled, is_placeholder

ABSENCES = {"Excused Absence": "excused", "Unexcused Absence": "absent"}
_WORKS = {"Quiz": "test", "Unit": "control", "Assignment": "homework"}
Row = dict[str, Any]
"""A row of SimpleJournal's functions."""


def is_school_day(district: District, session: models.Session, day: date) -> bool:
    """True for every weekday of the session: holidays are unknown, the sample's calendar has two days."""
    inside = district.window is None or day in district.window
    return inside and session.begins <= day <= session.ends and day.weekday() < 5


def school_days(district: District, session: models.Session) -> list[date]:
    """The school days of a session, in order."""
    days = (session.begins + timedelta(days=n) for n in range((session.ends - session.begins).days + 1))
    return [day for day in days if is_school_day(district, session, day)]


def lesson_id(district: District, key: models.SectionKey, day: date, period: str) -> str:
    """The id of a section's lesson in a class period of a day."""
    return f"{district.group_id(key)}.{day:%Y%m%d}.{period_number(period)}"


def is_lesson(district: District, key: models.SectionKey, day: date) -> bool:
    """True if the section has lessons on this day."""
    return is_school_day(district, district.sessions[key.school_id, key.session], day)


# -- the gradebook ---------------------------------------------------------------


def lesson_on(district: District, key: models.SectionKey, day: date) -> str | None:
    """The id of the section's first lesson on a day; None without one: some tasks are due on Saturday."""
    if not is_lesson(district, key, day):
        return None
    return lesson_id(district, key, day, district.sections[key].class_periods[0])


def plain_number(text: str) -> str:
    """«74.00» → «74»."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def work_of(entry: models.GradebookEntry) -> str:
    """The kind of work by the first word of the title."""
    return _WORKS.get(entry.title.partition(" ")[0], "independent")


def lessons(district: District, key: models.SectionKey, first: date, last: date) -> list[Row]:
    """A section's lessons on these days. A class period interrupted by lunch is one lesson."""
    section, session = district.sections[key], district.sessions[key.school_id, key.session]
    zone, course = ZoneInfo(district.time_zone), district.courses[key.school_id, key.course_code]
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [
        {
            "id": lesson_id(district, key, day, period),
            "subject_id": subject_id(key.school_id, key.course_code),
            "subject": course.title,
            "group_id": district.group_id(key),
            "group": f"{course.title}, {key.section_id}",
            "starts_at": datetime.combine(day, meetings[0][0], zone),
            "ends_at": datetime.combine(day, meetings[-1][1], zone),
            "number": period_number(period),
            "status": "held",
            "room": section.room,
        }
        for day in days
        if is_school_day(district, session, day)
        for period in section.class_periods
        for meetings in [district.periods[key.school_id, period].meetings]
    ]


def homework(district: District, entry: models.GradebookEntry) -> Row:
    """Homework for a gradebook entry, due at the lesson of its due date."""
    due = entry.due or entry.assigned
    return {
        "id": f"entry-{entry.id}",
        **_subject(district, entry.section),
        "due_on": due,
        "lesson_id": lesson_on(district, entry.section, due),
        "set_lesson_id": lesson_on(district, entry.section, entry.assigned),
        "set_on": entry.assigned,
        "text": filled(entry.title) or "",
        "none": is_placeholder(entry.title),
    }


def mark(district: District, entry: models.GradebookEntry, result: models.GradebookResult) -> Row:
    """A mark for a gradebook result, on the due date of its task."""
    day = entry.due or entry.assigned
    return {
        "id": f"{entry.id}-{result.student_id}",
        **_subject(district, entry.section),
        "day": day,
        "value": plain_number(result.grade or ""),
        "scale": "100",
        "lesson_id": lesson_on(district, entry.section, day),
        "work": work_of(entry),
        "work_name": entry.title,
        "comment": "Handed in late" if result.late else None,
    }


def absence(
    district: District, key: models.SectionKey, day: date, code: str, reason: str | None, minutes: int | None
) -> list[Row]:
    """One row for each lesson of the section on that day."""
    return [
        {
            "lesson_id": lesson["id"],
            "code": code,
            "day": day,
            "subject_id": lesson["subject_id"],
            "subject": lesson["subject"],
            "reason": reason,
            "minutes": minutes,
        }
        for lesson in lessons(district, key, day, day)
    ]


def _subject(district: District, key: models.SectionKey) -> Row:
    title = district.courses[key.school_id, key.course_code].title
    return {"subject_id": subject_id(key.school_id, key.course_code), "subject": title}
