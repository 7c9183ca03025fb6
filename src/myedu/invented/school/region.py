"""A region, school by school. Every school has its own seed, so any of them can be made alone."""

from collections.abc import Iterator
from datetime import date
from random import Random

from myedu.contract.tables import Person
from myedu.invented.calendar import SchoolYear, school_year_of
from myedu.invented.regions import RegionProfile, region_profile
from myedu.invented.school.cast import Cast
from myedu.invented.school.ids import Ids
from myedu.invented.school.lessons import YearOfLessons
from myedu.invented.school.people import People
from myedu.invented.school.results import Results
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
    """Batches of rows by table: the cast's adults first, then one batch a school.

    `pupils` in schools of about `school_size`, in the school year that holds `today`: lessons of the whole
    year, homework and marks until `today`, whose first half is over. The same arguments give the same rows.
    Memory is that of one school.
    """
    profile, year, cast = region_profile(region), school_year_of(today), cast or Cast()
    taken = _snils_of(cast)
    adults = _cast_adults(seed, region, profile, year, cast, taken)
    yield {"persons": list(adults.values())}
    schools = max(
        1,
        round(pupils / school_size),
        *(pupil.school for pupil in cast.pupils),
        *(teacher.school for teacher in cast.teachers),
    )
    for number in range(1, schools + 1):
        size = pupils // schools + (number <= pupils % schools)
        school = build_school(
            seed, region, number, size,
            profile=profile, year=year, cast=cast, adults=adults, taken=taken,
        )  # fmt: skip
        yield school_batch(school, today)


def school_batch(school: School, today: date) -> Batch:
    """All rows of one school."""
    lessons = YearOfLessons(school, today)
    lessons.make()
    results = Results(school, lessons, today)
    results.make()
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
        "lessons": [given.lesson for given in lessons.given],
        "lesson_teachers": lessons.teachers,
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
    people += [teacher.person for teacher in cast.teachers]
    return frozenset(person.snils for person in people if person.snils)


def _cast_adults(
    seed: int, region: str, profile: RegionProfile, year: SchoolYear, cast: Cast, taken: frozenset[str]
) -> dict[str, Person]:
    """The cast's guardians and teachers by `cast_key`: one row each, in however many schools."""
    ids, rng = Ids(seed, region, 0), Random(f"{seed}:{region}:0")  # noqa: S311 - not a secret
    people = People(ids, rng, profile, year=year.first_year, taken=taken)
    given = [guardian.person for pupil in cast.pupils for guardian in pupil.guardians]
    given += [teacher.person for teacher in cast.teachers]
    adults: dict[str, Person] = {}
    for person in given:
        key = cast_key(person)
        if key not in adults:
            adults[key] = people.given(person)
    return adults
