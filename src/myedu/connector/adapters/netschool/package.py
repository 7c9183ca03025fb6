"""Writes export packages: tables of the roster, with recorded subjects and organisations."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

from myedu.connector.adapters.netschool import models
from myedu.connector.adapters.netschool.roster import (
    EnrolledStudent,
    Guardian,
    Person,
    Roster,
    School,
    SchoolClass,
    Term,
    enrolled_students,
)
from myedu.connector.adapters.netschool.source import RecordedSource, Source, read_neighbours
from myedu.connector.adapters.netschool.system import SYSTEM
from myedu.connector.adapters.netschool.text import name_of
from myedu.connector.adapters.netschool.translate import NAMELESS, subject_ref
from myedu.connector.sdk.export import write_package
from myedu.contract import tables
from myedu.contract.package import Manifest
from myedu.contract.placeholders import filled
from myedu.contract.tables import Row
from myedu.kit.clock import Clock

KINDERGARTEN = re.compile(r"\b(?:ДС|Д/с|детский сад)\b", re.IGNORECASE)
"""The contract has no code for them, so the kind is the word kindergarten."""


def write_export(
    exports: Path, roster: Roster, source: Source, folder: Path | None, clock: Clock
) -> Manifest:
    """Write a full package of the roster, with subjects and organisations recorded in `folder`."""
    subjects: Iterable[str] = source.subjects() if isinstance(source, RecordedSource) else ()
    neighbours = read_neighbours(folder) if folder else ()
    now = clock.now()
    return write_package(
        exports,
        region=roster.region,
        system=SYSTEM,
        tables=export_tables(roster, subjects, neighbours, now),
        created_at=now,
        export_id=uuid4(),
    )


def export_tables(
    roster: Roster, subjects: Iterable[str], neighbours: Iterable[models.School], at: datetime
) -> dict[str, list[Row]]:
    """The rows of each table, dated `at`.

    `subjects`: names found in lessons, in addition to the roster's. `neighbours`: other organisations of the
    journal, which get the time zone of the roster's first school.
    """
    names = sorted({name for raw in (*roster.subjects, *subjects) if (name := name_of(raw))})
    schools = {school.id: school for school in roster.schools}
    placed = enrolled_students(roster)
    rows: dict[str, list[Row]] = {table: [] for table in tables.TABLES}
    rows["organizations"] = [_organization(school, at) for school in roster.schools]
    rows["organizations"] += _neighbours(roster, neighbours, at)
    rows["periods"] = [_period(school, term, at) for school in roster.schools for term in school.terms]
    rows["groups"] = [_group(group, schools[group.school_id], at) for group in roster.classes]
    rows["subjects"] = [
        tables.Subject(id=ref.id, updated_at=at, organization_id=school.id, name=ref.name)
        for school in roster.schools
        for ref in (subject_ref(school.id, name) for name in names)
    ]
    rows["persons"] = [_person(person, at) for person in (*roster.students, *roster.guardians)]
    rows["enrollments"] = [_enrollment(enrolled, at) for enrolled in placed.values()]
    rows["guardianships"] = [
        _guardianship(guardian, placed[child], at)
        for guardian in roster.guardians
        for child in guardian.children
    ]
    return rows


def _organization(school: School, at: datetime) -> Row:
    return tables.Organization(
        id=school.id,
        updated_at=at,
        name=school.name,
        kind="school",
        time_zone=school.time_zone,
        short_name=filled(school.short_name),
        address=filled(school.address),
    )


def _neighbours(roster: Roster, others: Iterable[models.School], at: datetime) -> list[Row]:
    """INN and OGRN are copied but not compared: a school and its branch share them."""
    own = {school.id for school in roster.schools}
    return [
        tables.Organization(
            id=str(other.id),
            updated_at=at,
            name=name_of(other.name) or NAMELESS,
            kind="kindergarten" if KINDERGARTEN.search(other.name) else "school",
            time_zone=roster.schools[0].time_zone,
            short_name=name_of(other.short_name),
            inn=filled(other.inn),
            ogrn=filled(other.ogrn),
            address=name_of(other.address),
        )
        for other in others
        if str(other.id) not in own
    ]


def _period(school: School, term: Term, at: datetime) -> Row:
    return tables.Period(
        id=f"{school.id}-{school.academic_year}-{term.kind}-{term.number}",
        updated_at=at,
        organization_id=school.id,
        academic_year=school.academic_year,
        kind=term.kind,
        number=term.number,
        name=term.name,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
    )


def _group(group: SchoolClass, school: School, at: datetime) -> Row:
    return tables.Group(
        id=group.id,
        updated_at=at,
        organization_id=school.id,
        academic_year=school.academic_year,
        kind="class",
        name=group.name,
        grade=group.grade,
        letter=group.letter,
    )


def _person(person: Person, at: datetime) -> Row:
    return tables.Person(
        id=person.id,
        updated_at=at,
        last_name=person.last_name,
        first_name=person.first_name,
        middle_name=filled(person.middle_name),
        birth_date=person.birth_date,
        sex=person.sex,
        snils=person.snils,
    )


def _enrollment(enrolled: EnrolledStudent, at: datetime) -> Row:
    return tables.Enrollment(
        id=f"{enrolled.student.id}-{enrolled.school.academic_year}",
        updated_at=at,
        person_id=enrolled.student.id,
        organization_id=enrolled.school.id,
        group_id=enrolled.student.class_id,
        starts_on=_first_of_september(enrolled.school),
        status="active",
    )


def _guardianship(guardian: Guardian, enrolled: EnrolledStudent, at: datetime) -> Row:
    return tables.Guardianship(
        id=f"{guardian.id}-{enrolled.student.id}",
        updated_at=at,
        guardian_id=guardian.id,
        child_id=enrolled.student.id,
        relation=guardian.relation,
        starts_on=_first_of_september(enrolled.school),
    )


def _first_of_september(school: School) -> date:
    """The roster is about one academic year, and the journal has no dates of enrolment."""
    return date(school.academic_year, 9, 1)
