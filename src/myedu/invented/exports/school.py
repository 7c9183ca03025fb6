"""One school as it is on day 0: organization, periods, classes, families, staff; made from its own seed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from math import ceil
from random import Random

import msgspec

from myedu.contract.tables import TABLES
from myedu.invented import curriculum
from myedu.invented.calendar import SchoolYear, Span
from myedu.invented.exports.cells import Rows, make_row
from myedu.invented.exports.ids import SchoolIds, identities
from myedu.invented.exports.people import People, SchoolClass
from myedu.invented.exports.plan import RegionPlan, SchoolPlan, reserved_numbers, split_proportionally

_GRADE_WEIGHTS = [11, 11, 11, 11, 10, 10, 10, 10, 10, 6, 6]  # almost half leave after the ninth grade
_LARGEST_CLASS = 27
_LETTERS = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЭЮЯ"
_CLASS_NAMES = ("{grade} «{letter}»", "{grade}{letter}", "{grade}{small}")
_SIBLINGS = (1,) * 90 + (2,) * 9 + (3,)  # children of one family in one school, in per cent
_PUPILS_A_TEACHER = 14.3
_CLASSES_A_TEACHER = 6  # in one subject
_ROMAN = ("I", "II", "III", "IV")


class School(msgspec.Struct):
    """`rows` are the school's part of the package; the rest is needed to change them on later days."""

    region: RegionPlan
    plan: SchoolPlan
    year: SchoolYear
    rows: Rows
    ids: SchoolIds
    identities: Iterator[tuple[str, str]]
    organization_id: str
    classes: list[SchoolClass]

    def people(self, rng: Random, starts_on: date, at: str) -> People:
        """The maker of people who come on a day. `at`: `updated_at` of their rows."""
        return People(
            self.rows, self.ids, self.identities, rng, self.region.profile.names, self.organization_id,
            academic_year=self.year.first_year, starts_on=starts_on, at=at,
        )  # fmt: skip

    def add(self, table: str, at: str, **values: str | int) -> str:
        """Adds a row to a small table; returns its id."""
        row_id = self.ids.new(table)
        self.rows[table][row_id] = make_row(table, row_id, at, **values)
        return row_id


def build_school(seed: int, region: RegionPlan, plan: SchoolPlan, year: SchoolYear) -> School:
    """The school on day 0. It depends on no other school; the same arguments give the same rows."""
    rng = Random(f"{seed}:{region.code}:{plan.number}")  # noqa: S311 - not a secret
    at = datetime(year.first_year, 8, 25, 9, tzinfo=UTC).isoformat()
    school = School(
        region=region,
        plan=plan,
        year=year,
        rows={table: {} for table in TABLES},
        ids=SchoolIds(region.size.style, region.code, plan.number),
        identities=identities(seed, plan.first_person, reserved_numbers(plan.pupils)),
        organization_id="",
        classes=[],
    )
    school.organization_id = _add_organization(school, at)
    _add_periods(school, at)
    seats = _add_classes(school, at)
    people = school.people(rng, date(year.first_year, 9, 1), at)
    for siblings in _families(seats, rng):
        people.family(siblings)
    _add_staff(school, people, at)
    return school


def _add_organization(school: School, at: str) -> str:
    region, number, town = school.region, school.plan.number, school.plan.town
    title, short = (
        ("Гимназия", "Гимназия") if number % 4 == 3 else ("Средняя общеобразовательная школа", "СОШ")
    )
    return school.add(
        "organizations",
        at,
        name=f"МБОУ «{title} № {number}» {town}",
        short_name=f"{short} № {number}",
        kind="school",
        time_zone=school.plan.time_zone,
        inn=f"{region.code}{number:08d}",
        ogrn=f"1{region.code}{number:010d}",
        oktmo=f"{region.profile.oktmo}{number:06d}",
        address=f"{region.profile.name}, {town}, ул. Школьная, д. {number}",
        email=f"school{number}@region{region.code}.example",
        site=f"https://school{number}.region{region.code}.example",
    )


def _add_periods(school: School, at: str) -> None:
    year = school.year

    def add(kind: str, number: int, name: str, span: Span, parent_id: str = "") -> str:
        return school.add(
            "periods",
            at,
            organization_id=school.organization_id,
            academic_year=year.first_year,
            kind=kind,
            number=number,
            name=name,
            starts_on=span.first.isoformat(),
            ends_on=span.last.isoformat(),
            parent_id=parent_id,
        )

    whole = add("year", 1, f"{year.first_year}/{year.first_year + 1} учебный год", year.whole)
    for number, half in enumerate(year.halves, 1):
        add("half", number, f"{_ROMAN[number - 1]} полугодие", half, whole)
    for number, quarter in enumerate(year.quarters, 1):
        add("quarter", number, f"{_ROMAN[number - 1]} четверть", quarter, whole)


def _add_classes(school: School, at: str) -> list[SchoolClass]:
    """Makes the classes; returns the class of each pupil's seat. A grade without pupils has no class."""
    seats: list[SchoolClass] = []
    template = _CLASS_NAMES[school.plan.number % len(_CLASS_NAMES)]
    for grade, pupils in enumerate(split_proportionally(school.plan.pupils, _GRADE_WEIGHTS), 1):
        count = ceil(pupils / _LARGEST_CLASS)
        for place, size in enumerate(split_proportionally(pupils, [1] * count) if count else ()):
            letter = _LETTERS[place % len(_LETTERS)] + (
                str(place // len(_LETTERS)) if place >= len(_LETTERS) else ""
            )
            row_id = school.add(
                "groups",
                at,
                organization_id=school.organization_id,
                academic_year=school.year.first_year,
                kind="class",
                name=template.format(grade=grade, letter=letter, small=letter.lower()),
                grade=grade,
                letter=letter,
                shift=2 if school.plan.number % 2 == 0 and grade in (3, 6) else 1,
            )
            school.classes.append(SchoolClass(row_id, grade))
            seats += [school.classes[-1]] * size
    return seats


def _families(seats: Sequence[SchoolClass], rng: Random) -> Iterator[list[SchoolClass]]:
    """Yields the classes of each family's children; every seat once.

    Siblings are twins or at least two grades apart.
    """
    free = list(seats)
    rng.shuffle(free)
    while free:
        family = [free.pop()]
        count = _SIBLINGS[int(rng.random() * len(_SIBLINGS))]
        while (
            len(family) < count
            and free
            and all(abs(free[-1].grade - sibling.grade) != 1 for sibling in family)
        ):
            family.append(free.pop())
        yield family


def _add_staff(school: School, people: People, at: str) -> None:
    head = people.teacher()
    _employ(school, at, head, "head", "Директор")
    persons = [people.teacher() for _ in range(max(1, round(school.plan.pupils / _PUPILS_A_TEACHER)))]
    teachers = [_employ(school, at, person, "teacher", "Учитель") for person in persons]
    for place, _ in enumerate(school.classes):
        _employ(school, at, persons[place % len(persons)], "class_teacher", "Классный руководитель")
    _add_teaching(school, at, teachers)


def _employ(school: School, at: str, person_id: str, role: str, position: str) -> str:
    row_id = school.ids.new("staff")
    school.rows["staff"][row_id] = (
        row_id, at, "false", person_id, school.organization_id, role, position,
        f"{school.year.first_year - len(school.rows['staff']) % 16}-08-25", "",
    )  # fmt: skip
    return row_id


def _add_teaching(school: School, at: str, teachers: Sequence[str]) -> None:
    """A teacher teaches one subject in some classes, or several subjects in a small school."""
    grades = (school_class.grade for school_class in school.classes)
    keys = list(dict.fromkeys(key for grade in grades for key in curriculum.HOURS[grade]))
    subjects = {key: _add_subject(school, at, key) for key in keys}
    starts_on = date(school.year.first_year, 9, 1).isoformat()
    rows, new_id = school.rows["teaching"], school.ids.new
    for class_place, school_class in enumerate(school.classes):
        shifted = class_place // _CLASSES_A_TEACHER * len(keys)
        for key in curriculum.HOURS[school_class.grade]:
            row_id = new_id("teaching")
            staff_id = teachers[(keys.index(key) + shifted) % len(teachers)]
            rows[row_id] = (
                row_id, at, "false", staff_id, school_class.id, subjects[key], starts_on, "",
            )  # fmt: skip


def _add_subject(school: School, at: str, key: str) -> str:
    facts = curriculum.SUBJECTS[key]
    return school.add(
        "subjects",
        at,
        organization_id=school.organization_id,
        name=school.region.profile.native_language if key == curriculum.NATIVE else key,
        short_name=facts.short,
        area=facts.area,
    )
