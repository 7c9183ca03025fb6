"""The export's tables of a district, and what only a journal has: bells and the weekly timetable."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from myedu.connector.adapters.edfi import models, source
from myedu.connector.adapters.edfi.district import District, period_number, subject_id
from myedu.connector.adapters.edfi.package import class_groups, export_tables, teachers_of
from myedu.records import Batch, Bell, BellSchedule, GroupBells, TimetableEntry


def roster_batch(folder: Path, district: District, report: Counter[str]) -> Batch:
    """The nine tables of the export, the bells and the weekly timetable.

    `report` as in `district_batches`.
    """
    bells, schedules = _bells(folder, district)
    return {
        **export_tables(folder, district, report),
        "bell_schedules": schedules,
        "bells": bells,
        "group_bells": [
            GroupBells(group_id=group.id, bell_schedule_id=f"bells-{group.organization_id}")
            for group in class_groups(district)
        ],
        "timetable": list(_timetable(district, teachers_of(folder, district))),
    }


def _bells(folder: Path, district: District) -> tuple[list[Bell], list[BellSchedule]]:
    bells, schedules = [], []
    for schedule in source.bell_schedules(folder):
        identity = f"bells-{schedule.school_id}"
        schedules.append(BellSchedule(id=identity, organization_id=schedule.school_id, name=schedule.name))
        for name in schedule.class_periods:
            for part, (starts, ends) in enumerate(district.periods[schedule.school_id, name].meetings, 1):
                number = period_number(name)
                bells.append(
                    Bell(bell_schedule_id=identity, number=number, part=part, starts=starts, ends=ends)
                )
    return bells, schedules


def _timetable(district: District, teachers: dict[models.SectionKey, list[str]]) -> Iterator[TimetableEntry]:
    """Every section meets in its class periods on each weekday."""
    for key, section in district.sections.items():
        session = district.sessions[key.school_id, key.session]
        group_id, posts = district.group_id(key), teachers.get(key)
        for name in section.class_periods:
            for weekday in range(1, 6):
                yield TimetableEntry(
                    id=f"{group_id}.{weekday}.{period_number(name)}",
                    group_id=group_id,
                    subject_id=subject_id(key.school_id, key.course_code),
                    staff_id=posts[0] if posts else None,
                    weekday=weekday,
                    number=period_number(name),
                    room=section.room,
                    starts_on=session.begins,
                    ends_on=session.ends,
                )
