"""A region as batches of rows. Every school has a seed of its own, so any of them can be made alone."""

from collections.abc import Iterator
from datetime import date
from random import Random

from myedu.contract.tables import Person
from myedu.invented.calendar import SchoolYear, school_year_of
from myedu.invented.regions import RegionProfile, region_profile
from myedu.invented.school.cast import Cast, CastPerson
from myedu.invented.school.ids import Ids
from myedu.invented.school.lessons import LessonGenerator
from myedu.invented.school.people import PersonFactory
from myedu.invented.school.results import ResultGenerator
from myedu.invented.school.roster import cast_key
from myedu.invented.school.school import School, build_school, group_bells, timetable_rows
from myedu.records import Batch


def generate_region(
    seed: int,
    region: str,
    today: date,
    *,
    pupils: int = 200,
    school_size: int = 80,
    cast: Cast | None = None,
) -> Iterator[Batch]:
    """Yields batches of rows by table: the cast's adults first, then one batch a school.

    `pupils` are in schools of about `school_size`. Lessons are of the school year that `today` lies in;
    homework and marks go up to noon of `today`. The same arguments give the same rows. At most one school
    is in memory. Raises UnknownRegion, and ValueError if the cast doesn't fit into the schools.
    """
    profile, year, cast = region_profile(region), school_year_of(today), cast or Cast()
    reserved_snils = _snils_of(cast)
    adults = _cast_adults(seed, region, profile, year, cast, reserved_snils)
    yield {"persons": list(adults.values())}
    schools = max(
        1,
        round(pupils / school_size),
        *(pupil.school for pupil in cast.pupils),
        *(teacher.school for teacher in cast.teachers),
        *(school.school for school in cast.schools),
    )
    for number in range(1, schools + 1):
        size = pupils // schools + (number <= pupils % schools)
        school = build_school(
            seed, region, number, size,
            profile=profile, year=year, cast=cast, adults=adults, reserved_snils=reserved_snils,
        )  # fmt: skip
        yield school_batch(school, today)


def school_batch(school: School, today: date) -> Batch:
    """All rows of one school, by table."""
    lessons = LessonGenerator(school, today)
    lessons.generate()
    results = ResultGenerator(school, lessons, today)
    results.generate()
    roster = school.roster
    return {
        "organizations": [roster.organization],
        "periods": school.periods,
        "groups": roster.groups,
        "persons": roster.persons,
        "enrollments": roster.enrollments,
        "guardianships": roster.guardianships,
        "staff": roster.staff,
        "teaching": roster.teaching,
        "bell_schedules": school.bells.schedules,
        "bells": [bell for bells in school.bells.bells.values() for bell in bells.values()],
        "group_bells": group_bells(school),
        "timetable": timetable_rows(school),
        "lessons": [lesson.row for lesson in lessons.lessons],
        "lesson_teachers": lessons.lesson_teachers,
        "files": results.files,
        "homework": results.homework,
        "homework_links": results.links,
        "homework_files": results.homework_files,
        "marks": results.marks,
        "attendance": results.attendance,
        "final_marks": results.final_marks,
        "subjects": list(roster.subjects.values()),  # last: subjects are made at their first use
    }


def _snils_of(cast: Cast) -> frozenset[str]:
    people = [pupil.person for pupil in cast.pupils]
    people += [guardian.person for pupil in cast.pupils for guardian in pupil.guardians]
    people += _staff_of(cast)
    return frozenset(person.snils for person in people if person.snils)


def _staff_of(cast: Cast) -> list[CastPerson]:
    heads = [school.head for school in cast.schools if school.head]
    return [*heads, *(teacher.person for teacher in cast.teachers)]


def _cast_adults(
    seed: int,
    region: str,
    profile: RegionProfile,
    year: SchoolYear,
    cast: Cast,
    reserved_snils: frozenset[str],
) -> dict[str, Person]:
    """The cast's guardians and teachers by `cast_key`: one row each, in however many schools."""
    ids, rng = Ids(seed, region, 0), Random(f"{seed}:{region}:0")  # noqa: S311 - not a secret
    people = PersonFactory(ids, rng, profile, year=year.first_year, reserved_snils=reserved_snils)
    cast_people = [guardian.person for pupil in cast.pupils for guardian in pupil.guardians]
    cast_people += _staff_of(cast)
    adults: dict[str, Person] = {}
    for person in cast_people:
        key = cast_key(person)
        if key not in adults:
            adults[key] = people.cast_person(person)
    return adults
