"""The district's people, groups and posts as the contract's tables, and the export of them."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from myedu.connector.adapters.edfi import models, source
from myedu.connector.adapters.edfi.district import District, subject_id
from myedu.contract import tables
from myedu.contract.tables import Row

_SEX = {"Female": "f", "Male": "m"}


def export_tables(folder: Path, district: District, report: Counter[str]) -> dict[str, list[Row]]:
    """The nine tables. `report` is filled with what has no place here."""
    return {
        "organizations": [_organization(one, district) for one in district.schools.values()],
        "periods": list(_periods(folder, district)),
        "groups": [*class_groups(district), *_section_groups(district)],
        "subjects": [_subject(one, district) for one in district.courses.values()],
        "persons": list(_persons(folder, district)),
        "enrollments": list(_enrollments(district)),
        "guardianships": list(_guardianships(folder, district, report)),
        "staff": list(district.posts.values()),
        "teaching": list(_teaching(folder, district)),
    }


def _organization(school: models.School, district: District) -> tables.Organization:
    return tables.Organization(
        id=school.id,
        updated_at=district.updated_at,
        name=school.name,
        short_name=school.short_name,
        kind="school",
        time_zone=district.time_zone,
    )


def _periods(folder: Path, district: District) -> Iterator[tables.Period]:
    def period(
        school_id: str, kind: str, number: int, name: str, begins: date, ends: date, parent: str | None = None
    ) -> tables.Period:
        return tables.Period(
            id=f"{school_id}-{kind}-{number}",
            updated_at=district.updated_at,
            organization_id=school_id,
            academic_year=year,
            kind=kind,
            number=number,
            name=name,
            starts_on=begins,
            ends_on=ends,
            parent_id=parent,
        )

    for school_id in district.schools:
        own = [one for one in district.sessions.values() if one.school_id == school_id]
        year = own[0].school_year
        first, last = min(one.begins for one in own), max(one.ends for one in own)
        yield period(school_id, "year", 1, f"{year}-{year + 1}", first, last)
        for session in own:
            number = district.session_numbers[school_id, session.name]
            parent = f"{school_id}-year-1"
            yield period(school_id, "half", number, session.name, session.begins, session.ends, parent)
    for one in source.grading_periods(folder):
        halves = district.sessions.values()
        half = next(s for s in halves if s.school_id == one.school_id and s.begins <= one.begins <= s.ends)
        parent = f"{one.school_id}-half-{district.session_numbers[one.school_id, half.name]}"
        year = half.school_year
        yield period(one.school_id, "module", one.number, one.name, one.begins, one.ends, parent)


def class_group_id(school_id: str, grade: int) -> str:
    return f"{school_id}-grade-{grade}"


def class_groups(district: District) -> list[tables.Group]:
    return [
        tables.Group(
            id=class_group_id(school.id, grade),
            updated_at=district.updated_at,
            organization_id=school.id,
            academic_year=_year(district),
            kind="class",
            name=f"Grade {grade}",
            grade=grade,
            shift=1,
        )
        for school in district.schools.values()
        for grade in school.grades
    ]


def _section_groups(district: District) -> Iterator[tables.Group]:
    for key in district.sections:
        yield tables.Group(
            id=district.group_id(key),
            updated_at=district.updated_at,
            organization_id=key.school_id,
            academic_year=_year(district),
            kind="subgroup",
            name=f"{district.courses[key.school_id, key.course_code].title}, {key.section_id}",
            shift=1,
        )


def _year(district: District) -> int:
    return min(one.school_year for one in district.sessions.values())


def _subject(course: models.Course, district: District) -> tables.Subject:
    return tables.Subject(
        id=subject_id(course.school_id, course.code),
        updated_at=district.updated_at,
        organization_id=course.school_id,
        name=course.title,
        short_name=course.code,
        area=course.subject,
    )


def _persons(folder: Path, district: District) -> Iterator[tables.Person]:
    """Numbers of students, contacts and staff are three spaces: a prefix keeps them apart."""
    for student in district.students.values():
        yield _person(f"student-{student.id}", student.name, student.birth_date, None, district)
    for contact in source.contacts(folder):
        yield _person(f"contact-{contact.id}", contact.name, None, contact.sex, district)
    for member in source.staff(folder):
        yield _person(f"staff-{member.id}", member.name, member.birth_date, member.sex, district)


def _person(
    identity: str, name: models.Name, birth_date: date | None, sex: str | None, district: District
) -> tables.Person:
    return tables.Person(
        id=identity,
        updated_at=district.updated_at,
        last_name=name.last,
        first_name=name.first,
        middle_name=name.middle,
        birth_date=birth_date,
        sex=_SEX.get(sex or ""),
    )


def _enrollments(district: District) -> Iterator[tables.Enrollment]:
    for student, school_id in district.school_of.items():
        own = [one for one in district.sessions.values() if one.school_id == school_id]
        group_id = class_group_id(school_id, district.grades[student])
        yield _enrollment(
            student, school_id, group_id, min(s.begins for s in own), max(s.ends for s in own), None, district
        )
    for seat in district.seats:
        key = seat.section
        session = district.sessions[key.school_id, key.session]
        status = "active" if seat.known else "inferred"
        group_id = district.group_id(key)
        yield _enrollment(
            seat.student_id, key.school_id, group_id, session.begins, session.ends, status, district
        )


def _enrollment(
    student: str,
    school_id: str,
    group_id: str,
    begins: date,
    ends: date,
    status: str | None,
    district: District,
) -> tables.Enrollment:
    return tables.Enrollment(
        id=f"{student}-{group_id}",
        updated_at=district.updated_at,
        person_id=f"student-{student}",
        organization_id=school_id,
        group_id=group_id,
        starts_on=begins,
        ends_on=ends,
        status=status or "active",
    )


def _guardianships(folder: Path, district: District, report: Counter[str]) -> Iterator[tables.Guardianship]:
    id_of_ref = {contact.ref: contact.id for contact in source.contacts(folder)}
    linked = set()
    for link in source.contact_links(folder):
        contact = link.contact_id or id_of_ref.get(link.contact_ref)
        if contact is None or link.student_id not in district.students:
            report["StudentContactAssociation: names nobody of these files"] += 1
            continue
        linked.add(contact)
        born = district.students[link.student_id].birth_date
        yield tables.Guardianship(
            id=f"{contact}-{link.student_id}",
            updated_at=district.updated_at,
            guardian_id=f"contact-{contact}",
            child_id=f"student-{link.student_id}",
            starts_on=born or district.updated_at.date(),
            relation=link.relation.lower() or None,
        )
    report["contacts of no student (kept as persons)"] += len(set(id_of_ref.values()) - linked)


def _teaching(folder: Path, district: District) -> Iterator[tables.Teaching]:
    for one in source.section_teachers(folder):
        group_id = district.group_id(one.section)
        yield tables.Teaching(
            id=f"{one.staff_id}-{group_id}",
            updated_at=district.updated_at,
            staff_id=district.posts[one.staff_id, one.section.school_id].id,
            group_id=group_id,
            subject_id=subject_id(one.section.school_id, one.section.course_code),
            starts_on=one.begins,
            ends_on=one.ends,
        )


def teachers_of(folder: Path, district: District) -> dict[models.SectionKey, list[str]]:
    teachers: dict[models.SectionKey, list[str]] = defaultdict(list)
    for one in source.section_teachers(folder):
        teachers[one.section].append(district.posts[one.staff_id, one.section.school_id].id)
    return teachers
