"""A district in memory: its people and their places, and the ids of rows."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from myedu.connector.adapters.edfi import models, source
from myedu.connector.adapters.edfi.files import EdFiError
from myedu.connector.adapters.edfi.section_enrollments import SectionEnrollment, section_enrollments
from myedu.contract import tables
from myedu.contract.windows import Window

_ROLES = {"Teacher": "teacher", "Principal": "head", "Assistant Principal": "deputy"}


class District(msgspec.Struct, frozen=True):
    """Everything except days. A district's people fit into memory."""

    time_zone: str
    window: Window | None  # days with lessons; None: the whole year
    updated_at: datetime  # of all rows: the start of the first session
    schools: dict[str, models.School]
    sessions: dict[tuple[str, str], models.Session]  # school, name
    session_numbers: dict[tuple[str, str], int]  # school, session → number of the semester, from 1
    periods: dict[tuple[str, str], models.ClassPeriod]
    sections: dict[models.SectionKey, models.Section]
    courses: dict[tuple[str, str], models.Course]
    students: dict[str, models.Student]
    grades: dict[str, int]  # student → grade
    school_of: dict[str, str]  # student → school
    section_enrollments: list[SectionEnrollment]
    posts: dict[tuple[str, str], tables.Staff]  # staff member, school

    def group_id(self, key: models.SectionKey) -> str:
        """The id of a section's group."""
        return section_group_id(key, self.session_numbers)


def read_district(folder: Path, report: Counter[str], time_zone: str, window: Window | None) -> District:
    """The district in a folder of bulk files. Raises EdFiError.

    Counts of what was inferred go to `report`.
    """
    schools = {school.id: school for school in source.schools(folder)}
    sessions = {(session.school_id, session.name): session for session in source.sessions(folder)}
    sections = {section.key: section for section in source.sections(folder)}
    students = {student.id: student for student in source.students(folder)}
    grades = _grades(students.values(), schools.values())
    school_of = _schools_of(folder, students, grades, schools, report)
    first_day = min(session.begins for session in sessions.values())
    updated_at = datetime.combine(first_day, datetime.min.time(), UTC)
    return District(
        time_zone=time_zone,
        window=window,
        updated_at=updated_at,
        schools=schools,
        sessions=sessions,
        session_numbers=_numbered(sessions),
        periods={(period.school_id, period.name): period for period in source.class_periods(folder)},
        sections=sections,
        courses={(course.school_id, course.code): course for course in source.courses(folder)},
        students=students,
        grades=grades,
        school_of=school_of,
        section_enrollments=section_enrollments(folder, sections.values(), grades, school_of, report),
        posts=_posts(folder, schools, updated_at, report),
    )


def _grades(students: Iterable[models.Student], schools: Iterable[models.School]) -> dict[str, int]:
    """Student → grade.

    The sample has no enrolments, so each year of birth is a grade, the youngest lowest.
    """
    students = list(students)
    grades = sorted({grade for school in schools for grade in school.grades})
    years = sorted({student.birth_date.year for student in students if student.birth_date}, reverse=True)
    if len(years) != len(grades):
        raise EdFiError(
            f"{len(years)} years of birth for {len(grades)} grades: without enrolments a student's grade is"
            " taken from the year of birth; complete Student.xml or the schools' grade levels"
        )
    grade_of = dict(zip(years, grades, strict=True))
    return {student.id: grade_of[student.birth_date.year] for student in students if student.birth_date}


def _schools_of(
    folder: Path,
    students: dict[str, models.Student],
    grades: dict[str, int],
    schools: dict[str, models.School],
    report: Counter[str],
) -> dict[str, str]:
    """Student → school, by an attendance record if there is one, else by the grades that schools offer."""
    seen = {event.student_id: event.school_id for event in source.school_attendance(folder)}
    by_grade = {grade: school.id for school in schools.values() for grade in school.grades}
    report["students placed in a school by grade, not by an attendance record"] += len(students.keys() - seen)
    return {student: seen.get(student, by_grade[grade]) for student, grade in grades.items()}


def _numbered(sessions: dict[tuple[str, str], models.Session]) -> dict[tuple[str, str], int]:
    """(School, session) → number of the semester in the school, by start, from 1."""
    numbers, counts = {}, Counter[str]()
    for key, session in sorted(sessions.items(), key=lambda item: item[1].begins):
        counts[session.school_id] += 1
        numbers[key] = counts[session.school_id]
    return numbers


def _posts(
    folder: Path, schools: dict[str, models.School], updated_at: datetime, report: Counter[str]
) -> dict[tuple[str, str], tables.Staff]:
    """(Staff member, school) → their first post there; teachers without one get one."""
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

    for post in source.assignments(folder):
        if post.organization_id not in schools:
            report["posts in the district's office, which is no school"] += 1
        elif (post.staff_id, post.organization_id) in posts:
            report["second posts of one person in one school"] += 1
        else:
            role = _ROLES.get(post.classification, "administrator")
            add(post.staff_id, post.organization_id, role, post.title or post.classification, post.begins)
    for teacher in source.section_teachers(folder):
        if (teacher.staff_id, teacher.section.school_id) not in posts:
            report["teachers of a section without a post in its school (one made)"] += 1
            add(teacher.staff_id, teacher.section.school_id, "teacher", None, teacher.begins)
    return posts


def section_group_id(key: models.SectionKey, session_numbers: dict[tuple[str, str], int]) -> str:
    """The id of a section's group, made of section, course and semester: the section id alone repeats."""
    text = f"{key.section_id}.{key.course_code}.{session_numbers[key.school_id, key.session]}"
    return re.sub(r"[^!-~]", "_", text)


def subject_id(school_id: str, course_code: str) -> str:
    """The id of a course's subject in a school."""
    return re.sub(r"[^!-~]", "_", f"{school_id}-{course_code}")


def period_number(name: str) -> int:
    """«04 - Traditional» → 4. Raises EdFiError if the name has no number."""
    found = re.match(r"\d+", name)
    if found is None:
        raise EdFiError(f"class period {name!r} doesn't start with a number: lessons can't be ordered")
    return int(found[0])
