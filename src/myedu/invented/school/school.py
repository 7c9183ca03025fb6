"""One school put together: its groups, people, bells and weekly plan."""

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
from myedu.invented.school.cast import Cast
from myedu.invented.school.ids import Ids
from myedu.invented.school.people import People
from myedu.invented.school.roster import Roster, SchoolClass, cast_key
from myedu.invented.school.timetable import WEEKDAYS, Part, Placed, Week, assign_teachers
from myedu.records import GroupBells, TimetableEntry

_LETTERS = "АБВГДЕЖЗИК"
_FULL_CLASS = 25
_SMALLEST_SCHOOL_WITH_ALL_GRADES = 60
# Six lessons fit into the second shift, so only grades that never have more go there.
_SECOND_SHIFT_GRADES = (3, 6)
_STARTS = (time(8, 30), time(8, 0), time(9, 0))
_CLASS_NAMES = ("{grade} «{letter}»", "{grade}{letter}", "{grade}{small}")
_ROMAN = ("I", "II", "III", "IV")


class School(msgspec.Struct, frozen=True):
    """Everything about a school that doesn't change from day to day."""

    roster: Roster
    year: SchoolYear
    zone: ZoneInfo
    bells: Bells
    periods: tuple[Period, ...]
    plan: tuple[Placed, ...]
    week: Week
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
    taken: frozenset[str],
) -> School:
    """School `number` (from 1) of a region; nothing of it depends on other schools."""
    ids, rng = Ids(seed, region, number), Random(f"{seed}:{region}:{number}")  # noqa: S311 - not a secret
    people = People(ids, rng, profile, year=year.first_year, taken=taken)
    town, zone = profile.towns[(number - 1) % len(profile.towns)]
    organization = _organization(region, number, town, zone, profile, people)
    roster = Roster(organization, ids, rng, people, profile.native_language)
    _add_classes(roster, number, pupils, year.first_year)
    roster.seat_cast([pupil for pupil in cast.pupils if pupil.school == number], adults)
    roster.fill_classes()
    roster.split_classes()
    roster.hire_head()
    for teacher in cast.teachers:
        if teacher.school == number:
            roster.hire(curriculum.speciality_of(teacher.subject, 5), adults[cast_key(teacher.person)])
    week = Week(roster, rng)
    plan = [*week.fill(assign_teachers(roster)), *_extra_lessons(roster, week, rng)]
    shifts = tuple(sorted({one.shift for one in roster.classes}))
    bells = Bells(ids, organization.id, _STARTS[(number - 1) % len(_STARTS)], shifts)
    periods = tuple(_periods(organization, year, ids, people))
    return School(roster, year, ZoneInfo(zone), bells, periods, tuple(plan), week, ids, rng)


def timetable_rows(school: School) -> list[TimetableEntry]:
    """The weekly plan as the journal keeps it."""
    return [
        TimetableEntry(
            id=school.ids.short("plan"),
            group_id=placed.part.group.id,
            subject_id=school.roster.subject(placed.subject).id,
            staff_id=placed.part.teacher.staff.id,
            weekday=placed.weekday,
            number=placed.number,
            room=placed.part.teacher.room,
            starts_on=school.year.whole.first,
            ends_on=school.year.whole.last,
        )
        for placed in school.plan
    ]


def group_bells(school: School) -> list[GroupBells]:
    """Bells of classes; subgroups keep those of their class."""
    return [
        GroupBells(group_id=one.group.id, bell_schedule_id=school.bells.schedule_id(one.shift, one.grade))
        for one in school.roster.classes
    ]


def _organization(
    region: str, number: int, town: str, zone: str, profile: RegionProfile, people: People
) -> Organization:
    kind = "Гимназия" if number % 4 == 3 else "Средняя общеобразовательная школа"
    return Organization(
        id=f"school-{number}",
        updated_at=people.updated_at,
        name=f"МБОУ «{kind} № {number + 4}» {town}",
        short_name=f"{'Гимназия' if number % 4 == 3 else 'СОШ'} № {number + 4}",
        kind="school",
        time_zone=zone,
        inn=f"{region}{number:08d}",
        ogrn=f"1{region}{number:010d}",
        oktmo=f"{profile.oktmo}{number:06d}",
        address=f"{profile.name}, {town}, ул. Школьная, д. {number}",
        email=f"school{number}@region{region}.example",
        site=f"https://school{number}.region{region}.example",
    )


def _add_classes(roster: Roster, number: int, pupils: int, year: int) -> None:
    """A small school has one class a grade, a large one as many of 25 as it takes."""
    grades = range(1, 12) if pupils >= _SMALLEST_SCHOOL_WITH_ALL_GRADES else range(1, 10)
    letters = max(1, round(pupils / len(grades) / _FULL_CLASS))
    seats = pupils / len(grades) / letters
    template = _CLASS_NAMES[(number - 1) % len(_CLASS_NAMES)]
    for grade in grades:
        for letter in _LETTERS[:letters]:
            shift = 2 if number % 2 == 0 and grade in _SECOND_SHIFT_GRADES else 1
            name = template.format(grade=grade, letter=letter, small=letter.lower())
            here = max(1, round(seats + _wobble(grade, letters)))
            roster.add_class(year, grade, letter, shift, here, name)


def _wobble(grade: int, letters: int) -> int:
    """Classes differ in size: a full junior school, a smaller senior one."""
    return (2, 1, 0, 1, 0, -1, 2, 0, 1, -2, -2)[grade - 1] if letters == 1 else (1, 0, -1)[grade % 3]


def _extra_lessons(roster: Roster, week: Week, rng: Random) -> list[Placed]:
    """An elective of some of the seniors after their lessons, and one pupil's own hours."""
    extra = []
    for one in roster.classes:
        if one.grade >= 10 and len(one.pupils) > 3:
            group = roster.add_group("elective", f"{one.group.name}, практикум", one.grade, parent=one.group)
            extra += _add_extra(roster, week, one, group, one.pupils[::2], curriculum.ELECTIVE)
    juniors = [one for one in roster.classes if one.grade in (2, 4) and one.pupils]
    if juniors:
        one = rng.choice(juniors)
        group = roster.add_group("individual", f"{one.group.name} (инд.)", one.grade, parent=one.group)
        extra += _add_extra(roster, week, one, group, one.pupils[-1:], curriculum.INDIVIDUAL)
    return extra


def _add_extra(
    roster: Roster, week: Week, one: SchoolClass, group: Group, pupils: Sequence[Person], key: str
) -> list[Placed]:
    """One lesson a week after the lessons of the class, on the first day that has room for it."""
    for pupil in pupils:
        roster.enroll(pupil, group)
    for weekday in WEEKDAYS:
        number = 1 + max(slot for name, day, slot in week.grid if (name, day) == (one.group.id, weekday))
        if number > LESSONS[one.shift]:
            continue
        able = [t for t in roster.teachers if t.speciality == curriculum.SUBJECTS[key].speciality]
        teacher = next((t for t in able if week.is_free(t, one.shift, weekday, number)), None)
        teacher = teacher or roster.hire(curriculum.SUBJECTS[key].speciality)
        week.take(teacher, one.shift, weekday, number)
        roster.teach(teacher.staff, group, key)
        return [Placed(one, key, Part(group, teacher), weekday, number)]
    return []


def _periods(organization: Organization, year: SchoolYear, ids: Ids, people: People) -> list[Period]:
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
