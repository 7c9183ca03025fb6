"""One school: its groups, people, bells and weekly timetable."""

from collections.abc import Sequence
from datetime import time
from random import Random
from zoneinfo import ZoneInfo

import msgspec

from myedu.contract.tables import Group, Organization, Period, Person
from myedu.invented import curriculum
from myedu.invented.calendar import SchoolYear, Span
from myedu.invented.regions import RegionProfile
from myedu.invented.school.bells import LESSONS, Bells
from myedu.invented.school.cast import Cast, CastSchool
from myedu.invented.school.ids import Ids
from myedu.invented.school.people import PersonFactory
from myedu.invented.school.roster import Roster, SchoolClass, cast_key
from myedu.invented.school.timetable import (
    WEEKDAYS,
    Assignment,
    TimetableSlot,
    WeeklyTimetable,
    assign_teachers,
)
from myedu.records import GroupBells, TimetableEntry

_LETTERS = "АБВГДЕЖЗИК"
_FULL_CLASS = 25
_SMALLEST_SCHOOL_WITH_ALL_GRADES = 60
# The second shift has room for six lessons, so only grades that never have more go there.
_SECOND_SHIFT_GRADES = (3, 6)
_STARTS = (time(8, 30), time(8, 0), time(9, 0))
_CLASS_NAMES = ("{grade} «{letter}»", "{grade}{letter}", "{grade}{small}")
_ROMAN = ("I", "II", "III", "IV")


class School(msgspec.Struct, frozen=True):
    """What doesn't change in a school from day to day, and the makers that go on with its ids and chance."""

    roster: Roster
    year: SchoolYear
    zone: ZoneInfo
    bells: Bells
    periods: tuple[Period, ...]
    slots: tuple[TimetableSlot, ...]
    timetable: WeeklyTimetable
    ids: Ids
    rng: Random


def build_school(
    seed: int,
    region: str,
    number: int,
    pupils: int,
    *,
    profile: RegionProfile,
    year: SchoolYear,
    cast: Cast,
    adults: dict[str, Person],
    reserved_snils: frozenset[str],
) -> School:
    """School `number` of a region, from 1. It depends on no other school.

    `adults`: `cast_key` → person of the region; `reserved_snils`: of the cast. Raises ValueError if a pupil
    of the cast has a grade that the school lacks.
    """
    ids, rng = Ids(seed, region, number), Random(f"{seed}:{region}:{number}")  # noqa: S311 - not a secret
    people = PersonFactory(ids, rng, profile, year=year.first_year, reserved_snils=reserved_snils)
    town, zone = profile.towns[(number - 1) % len(profile.towns)]
    given = next((school for school in cast.schools if school.school == number), None)
    organization = _organization(region, number, town, zone, profile, people, given)
    roster = Roster(organization, ids, rng, people, profile.native_language)
    _add_classes(roster, number, pupils, year.first_year)
    roster.seat_cast([pupil for pupil in cast.pupils if pupil.school == number], adults)
    roster.fill_classes()
    roster.split_classes()
    roster.hire_head(adults[cast_key(given.head)] if given and given.head else None)
    for teacher in cast.teachers:
        if teacher.school == number:
            roster.hire(curriculum.speciality_of(teacher.subject, 5), adults[cast_key(teacher.person)])
    timetable = WeeklyTimetable(roster, rng)
    slots = (*timetable.fill(assign_teachers(roster)), *_extra_lessons(roster, timetable, rng))
    shifts = tuple(sorted({school_class.shift for school_class in roster.classes}))
    bells = Bells(ids, organization.id, _STARTS[(number - 1) % len(_STARTS)], shifts)
    periods = tuple(_periods(organization, year, ids, people))
    return School(roster, year, ZoneInfo(zone), bells, periods, slots, timetable, ids, rng)


def timetable_rows(school: School) -> list[TimetableEntry]:
    """The weekly timetable as rows, valid for the whole school year."""
    return [
        TimetableEntry(
            id=school.ids.short("plan"),
            group_id=slot.assignment.group.id,
            subject_id=school.roster.subject(slot.subject).id,
            staff_id=slot.assignment.teacher.staff.id,
            weekday=slot.weekday,
            number=slot.number,
            room=slot.assignment.teacher.room,
            starts_on=school.year.whole.first,
            ends_on=school.year.whole.last,
        )
        for slot in school.slots
    ]


def group_bells(school: School) -> list[GroupBells]:
    """The bell schedule of each class; subgroups have that of their class and no row."""
    return [
        GroupBells(
            group_id=school_class.group.id,
            bell_schedule_id=school.bells.schedule_id(school_class.shift, school_class.grade),
        )
        for school_class in school.roster.classes
    ]


def _organization(
    region: str,
    number: int,
    town: str,
    zone: str,
    profile: RegionProfile,
    people: PersonFactory,
    given: CastSchool | None,
) -> Organization:
    kind = "Гимназия" if number % 4 == 3 else "Средняя общеобразовательная школа"
    return Organization(
        id=f"school-{number}",
        updated_at=people.updated_at,
        name=f"МБОУ «{kind} № {number + 4}» {town}",
        short_name=f"{'Гимназия' if number % 4 == 3 else 'СОШ'} № {number + 4}",
        kind="school",
        time_zone=zone,
        inn=(given and given.inn) or f"{region}{number:08d}",
        ogrn=given.ogrn if given else f"1{region}{number:010d}",
        kpp=given.kpp if given else None,
        oktmo=f"{profile.oktmo}{number:06d}",
        address=f"{profile.name}, {town}, ул. Школьная, д. {number}",
        email=f"school{number}@region{region}.example",
        site=f"https://school{number}.region{region}.example",
    )


def _add_classes(roster: Roster, number: int, pupils: int, year: int) -> None:
    """A small school has one class a grade, a large one as many classes of 25 as it needs."""
    grades = range(1, 12) if pupils >= _SMALLEST_SCHOOL_WITH_ALL_GRADES else range(1, 10)
    letters = max(1, round(pupils / len(grades) / _FULL_CLASS))
    seats = pupils / len(grades) / letters
    template = _CLASS_NAMES[(number - 1) % len(_CLASS_NAMES)]
    for grade in grades:
        for letter in _LETTERS[:letters]:
            shift = 2 if number % 2 == 0 and grade in _SECOND_SHIFT_GRADES else 1
            name = template.format(grade=grade, letter=letter, small=letter.lower())
            size = max(1, round(seats + _size_difference(grade, letters)))
            roster.add_class(year, grade, letter, shift, size, name)


def _size_difference(grade: int, letters: int) -> int:
    """By how much a class differs from the mean: the junior grades are larger, the senior ones smaller."""
    return (2, 1, 0, 1, 0, -1, 2, 0, 1, -2, -2)[grade - 1] if letters == 1 else (1, 0, -1)[grade % 3]


def _extra_lessons(roster: Roster, timetable: WeeklyTimetable, rng: Random) -> list[TimetableSlot]:
    """After lessons: an elective for half of each senior class, individual lessons for one junior pupil."""
    extra = []
    for senior in roster.classes:
        if senior.grade >= 10 and len(senior.pupils) > 3:
            name = f"{senior.group.name}, практикум"
            group = roster.add_group("elective", name, senior.grade, parent=senior.group)
            extra += _add_extra(roster, timetable, senior, group, senior.pupils[::2], curriculum.ELECTIVE)
    juniors = [junior for junior in roster.classes if junior.grade in (2, 4) and junior.pupils]
    if juniors:
        junior = rng.choice(juniors)
        name = f"{junior.group.name} (инд.)"
        group = roster.add_group("individual", name, junior.grade, parent=junior.group)
        extra += _add_extra(roster, timetable, junior, group, junior.pupils[-1:], curriculum.INDIVIDUAL)
    return extra


def _add_extra(
    roster: Roster,
    timetable: WeeklyTimetable,
    school_class: SchoolClass,
    group: Group,
    pupils: Sequence[Person],
    key: str,
) -> list[TimetableSlot]:
    """One lesson a week after the lessons of the class, on the first day that has room for it."""
    for pupil in pupils:
        roster.enroll(pupil, group)
    shift, speciality = school_class.shift, curriculum.SUBJECTS[key].speciality
    for weekday in WEEKDAYS:
        same_day = (
            number
            for group_id, day, number in timetable.grid
            if (group_id, day) == (school_class.group.id, weekday)
        )
        number = max(same_day) + 1
        if number > LESSONS[shift]:
            continue
        free = (
            teacher
            for teacher in roster.teachers
            if teacher.speciality == speciality and timetable.is_free(teacher, shift, weekday, number)
        )
        teacher = next(free, None) or roster.hire(speciality)
        timetable.reserve(teacher, shift, weekday, number)
        roster.teach(teacher.staff, group, key)
        return [TimetableSlot(school_class, key, Assignment(group, teacher), weekday, number)]
    return []


def _periods(organization: Organization, year: SchoolYear, ids: Ids, people: PersonFactory) -> list[Period]:
    def period(kind: str, number: int, name: str, span: Span, parent: Period | None = None) -> Period:
        return Period(
            id=ids.short("period"),
            updated_at=people.updated_at,
            organization_id=organization.id,
            academic_year=year.first_year,
            kind=kind,
            number=number,
            name=name,
            starts_on=span.first,
            ends_on=span.last,
            parent_id=parent.id if parent else None,
        )

    whole = period("year", 1, f"{year.first_year}/{year.first_year + 1} учебный год", year.whole)
    halves = [
        period("half", n, f"{_ROMAN[n - 1]} полугодие", span, whole) for n, span in enumerate(year.halves, 1)
    ]
    quarters = [
        period("quarter", n, f"{_ROMAN[n - 1]} четверть", span, whole)
        for n, span in enumerate(year.quarters, 1)
    ]
    return [whole, *halves, *quarters]
