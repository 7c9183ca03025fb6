"""A district read into memory: who belongs where, and how its rows are called."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from myedu.connector.adapters.edfi import models, source
from myedu.connector.adapters.edfi.files import EdFiError
from myedu.connector.adapters.edfi.seats import Seat, seats
from myedu.contract import tables
from myedu.contract.windows import Window

_ROLES = {"Teacher": "teacher", "Principal": "head", "Assistant Principal": "deputy"}


class District(msgspec.Struct, frozen=True):
    """What days are made of, and the roster's lookups. A district's roster fits into memory."""

    time_zone: str
    window: Window | None  # of the days with lessons; None is the whole year
    updated_at: datetime
    schools: dict[str, models.School]
    sessions: dict[tuple[str, str], models.Session]  # school, name
    session_numbers: dict[tuple[str, str], int]
    periods: dict[tuple[str, str], models.ClassPeriod]
    sections: dict[models.SectionKey, models.Section]
    courses: dict[tuple[str, str], models.Course]
    students: dict[str, models.Student]
    grades: dict[str, int]  # student → grade
    school_of: dict[str, str]  # student → school
    seats: list[Seat]
    posts: dict[tuple[str, str], tables.Staff]  # staff member, school

    def group_id(self, key: models.SectionKey) -> str:
        return section_group_id(key, self.session_numbers)


def read_district(folder: Path, report: Counter[str], time_zone: str, window: Window | None) -> District:
    """Everything but the days. Raises EdFiError, EdFiError."""
    schools = {one.id: one for one in source.schools(folder)}
    sessions = {(one.school_id, one.name): one for one in source.sessions(folder)}
    sections = {one.key: one for one in source.sections(folder)}
    students = {one.id: one for one in source.students(folder)}
    grades = _grades(students.values(), schools.values())
    school_of = _schools_of(folder, students, grades, schools, report)
    updated_at = datetime.combine(min(one.begins for one in sessions.values()), datetime.min.time(), UTC)
    return District(
        time_zone=time_zone,
        window=window,
        updated_at=updated_at,
        schools=schools,
        sessions=sessions,
        session_numbers=_numbered(sessions),
        periods={(one.school_id, one.name): one for one in source.class_periods(folder)},
        sections=sections,
        courses={(one.school_id, one.code): one for one in source.courses(folder)},
        students=students,
        grades=grades,
        school_of=school_of,
        seats=seats(folder, sections.values(), grades, school_of, report),
        posts=_posts(folder, schools, updated_at, report),
    )


def _grades(students: Iterable[models.Student], schools: Iterable[models.School]) -> dict[str, int]:
    """The sample has no enrolments: one year of birth is one grade, the youngest the lowest."""
    students = list(students)
    grades = sorted({grade for school in schools for grade in school.grades})
    years = sorted({one.birth_date.year for one in students if one.birth_date}, reverse=True)
    if len(years) != len(grades):
        raise EdFiError(
            f"{len(years)} years of birth for {len(grades)} grades: without enrolments a student's grade is"
            " taken from the year of birth; complete Student.xml or the schools' grade levels"
        )
    grade_of = dict(zip(years, grades, strict=True))
    return {one.id: grade_of[one.birth_date.year] for one in students if one.birth_date}


def _schools_of(
    folder: Path,
    students: dict[str, models.Student],
    grades: dict[str, int],
    schools: dict[str, models.School],
    report: Counter[str],
) -> dict[str, str]:
    """A student's school by attendance where there is any, else by the grade that it offers."""
    seen = {one.student_id: one.school_id for one in source.school_attendance(folder)}
    by_grade = {grade: school.id for school in schools.values() for grade in school.grades}
    report["students placed in a school by grade, not by an attendance record"] += len(students.keys() - seen)
    return {student: seen.get(student, by_grade[grade]) for student, grade in grades.items()}


def _numbered(sessions: dict[tuple[str, str], models.Session]) -> dict[tuple[str, str], int]:
    """Semesters of a school in the order of their beginnings, from 1."""
    numbers, counts = {}, Counter[str]()
    for key, session in sorted(sessions.items(), key=lambda item: item[1].begins):
        counts[session.school_id] += 1
        numbers[key] = counts[session.school_id]
    return numbers


def _posts(
    folder: Path, schools: dict[str, models.School], updated_at: datetime, report: Counter[str]
) -> dict[tuple[str, str], tables.Staff]:
    """A member's first post in each school; one who teaches there without a post gets one."""
    posts: dict[tuple[str, str], tables.Staff] = {}

    def add(member: str, school_id: str, role: str, position: str | None, begins: date | None) -> None:
        posts[member, school_id] = tables.Staff(
            id=f"post-{member}-{school_id}",
            updated_at=updated_at,
            person_id=f"staff-{member}",
            organization_id=school_id,
            role=role,
            position=position,
            starts_on=begins,
        )

    for one in source.assignments(folder):
        if one.organization_id not in schools:
            report["posts in the district's office, which is no school"] += 1
        elif (one.staff_id, one.organization_id) in posts:
            report["second posts of one person in one school"] += 1
        else:
            role = _ROLES.get(one.classification, "administrator")
            add(one.staff_id, one.organization_id, role, one.title or one.classification, one.begins)
    for teacher in source.section_teachers(folder):
        if (teacher.staff_id, teacher.section.school_id) not in posts:
            report["teachers of a section without a post in its school (one made)"] += 1
            add(teacher.staff_id, teacher.section.school_id, "teacher", None, teacher.begins)
    return posts


def section_group_id(key: models.SectionKey, session_numbers: dict[tuple[str, str], int]) -> str:
    """Section, course and semester: the identifier alone repeats."""
    text = f"{key.section_id}.{key.course_code}.{session_numbers[key.school_id, key.session]}"
    return re.sub(r"[^!-~]", "_", text)


def subject_id(school_id: str, course_code: str) -> str:
    return re.sub(r"[^!-~]", "_", f"{school_id}-{course_code}")


def period_number(name: str) -> int:
    """«04 - Traditional» → 4."""
    found = re.match(r"\d+", name)
    if found is None:
        raise EdFiError(f"class period {name!r} has no number in front: lessons can't be ordered")
    return int(found[0])
