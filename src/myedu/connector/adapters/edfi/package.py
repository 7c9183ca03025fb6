"""The district as the contract's export tables."""

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
    """The rows of the nine tables. What has no place in them is counted in `report`."""
    return {
        "organizations": [_organization(school, district) for school in district.schools.values()],
        "periods": list(_periods(folder, district)),
        "groups": [*class_groups(district), *_section_groups(district)],
        "subjects": [_subject(course, district) for course in district.courses.values()],
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
        own = _sessions_of(school_id, district)
        year = own[0].school_year
        first, last = _bounds(own)
        yield period(school_id, "year", 1, f"{year}-{year + 1}", first, last)
        for session in own:
            number = district.session_numbers[school_id, session.name]
            parent = f"{school_id}-year-1"
            yield period(school_id, "half", number, session.name, session.begins, session.ends, parent)
    for module in source.grading_periods(folder):
        school_id = module.school_id
        sessions = _sessions_of(school_id, district)
        half = next(session for session in sessions if session.begins <= module.begins <= session.ends)
        parent = f"{school_id}-half-{district.session_numbers[school_id, half.name]}"
        year = half.school_year
        yield period(school_id, "module", module.number, module.name, module.begins, module.ends, parent)


def _sessions_of(school_id: str, district: District) -> list[models.Session]:
    return [session for session in district.sessions.values() if session.school_id == school_id]


def _bounds(sessions: list[models.Session]) -> tuple[date, date]:
    return min(session.begins for session in sessions), max(session.ends for session in sessions)


def class_group_id(school_id: str, grade: int) -> str:
    """The id of the class group of a grade."""
    return f"{school_id}-grade-{grade}"


def class_groups(district: District) -> list[tables.Group]:
    """One class group for each grade of each school: Ed-Fi has no classes."""
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
    return min(session.school_year for session in district.sessions.values())


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
    """Students, contacts and staff are numbered separately, so their ids get prefixes."""
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
        first, last = _bounds(_sessions_of(school_id, district))
        group_id = class_group_id(school_id, district.grades[student])
        yield _enrollment(student, school_id, group_id, first, last, "active", district)
    for enrollment in district.section_enrollments:
        key = enrollment.section
        session = district.sessions[key.school_id, key.session]
        status = "active" if enrollment.is_recorded else "inferred"
        group_id = district.group_id(key)
        yield _enrollment(
            enrollment.student_id, key.school_id, group_id, session.begins, session.ends, status, district
        )


def _enrollment(
    student: str,
    school_id: str,
    group_id: str,
    begins: date,
    ends: date,
    status: str,
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
        status=status,
    )


def _guardianships(folder: Path, district: District, report: Counter[str]) -> Iterator[tables.Guardianship]:
    id_of_ref = {contact.ref: contact.id for contact in source.contacts(folder)}
    linked = set()
    for link in source.contact_links(folder):
        contact = link.contact_id or id_of_ref.get(link.contact_ref)
        if contact is None or link.student_id not in district.students:
            report["StudentContactAssociation: names no contact or student of these files"] += 1
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
    for teacher in source.section_teachers(folder):
        section = teacher.section
        group_id = district.group_id(section)
        yield tables.Teaching(
            id=f"{teacher.staff_id}-{group_id}",
            updated_at=district.updated_at,
            staff_id=district.posts[teacher.staff_id, section.school_id].id,
            group_id=group_id,
            subject_id=subject_id(section.school_id, section.course_code),
            starts_on=teacher.begins,
            ends_on=teacher.ends,
        )


def teachers_of(folder: Path, district: District) -> dict[models.SectionKey, list[str]]:
    """Section → ids of the staff rows of its teachers, in the order of the file."""
    teachers: dict[models.SectionKey, list[str]] = defaultdict(list)
    for teacher in source.section_teachers(folder):
        post = district.posts[teacher.staff_id, teacher.section.school_id]
        teachers[teacher.section].append(post.id)
    return teachers
