"""Enrollments of students in sections. The sample has no StudentSectionAssociation, so most are inferred."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from myedu.connector.adapters.edfi import models, source
from myedu.connector.adapters.edfi.models import Section, SectionKey

_GRADE_IN_CODE = re.compile(r"-0(\d)$")  # «MATH-03»: third grade


class SectionEnrollment(msgspec.Struct, frozen=True):
    """A student in a section. `is_recorded`: from the gradebook or a tardy record; others are inferred."""

    student_id: str
    section: SectionKey
    is_recorded: bool


def section_enrollments(
    folder: Path,
    sections: Iterable[Section],
    grades: dict[str, int],
    school_of: dict[str, str],
    report: Counter[str],
) -> list[SectionEnrollment]:
    """One enrollment for each student, semester and class period: recorded ones, then inferred ones.

    An inferred one is in the section with the fewest students that fits the grade. `grades`: student → grade,
    `school_of`: student → school. Counts go to `report`.
    """
    sections = list(sections)
    by_key = {section.key: section for section in sections}
    enrolling = _Enrolling()
    for student_id, key in _recorded(folder):
        if key in by_key and not enrolling.enroll(student_id, by_key[key], is_recorded=True):
            report["known seats that clash with another known seat of the student"] += 1
    by_slot: dict[tuple[str, str, str], list[Section]] = defaultdict(list)
    for section in sections:
        for period in section.class_periods:
            by_slot[section.key.school_id, section.key.session, period].append(section)
    for (school_id, session, period), candidates in sorted(by_slot.items(), key=lambda item: item[0]):
        for student_id in sorted(student for student, school in school_of.items() if school == school_id):
            if not enrolling.is_busy(student_id, session, period):
                enrolling.enroll_in_emptiest(student_id, grades[student_id], candidates)
    report["seats inferred, for want of StudentSectionAssociation (status: inferred)"] += sum(
        not enrollment.is_recorded for enrollment in enrolling.enrollments
    )
    return enrolling.enrollments


class _Enrolling:
    """Adds enrollments without giving a student two sections at the same time."""

    def __init__(self) -> None:
        self.enrollments: list[SectionEnrollment] = []
        self._busy: set[tuple[str, str, str]] = set()  # student, semester, period
        self._courses: set[tuple[str, str, str]] = set()  # student, semester, course
        self._size: Counter[SectionKey] = Counter()

    def is_busy(self, student_id: str, session: str, period: str) -> bool:
        return (student_id, session, period) in self._busy

    def enroll(self, student_id: str, section: Section, *, is_recorded: bool) -> bool:
        key = section.key
        slots = {(student_id, key.session, period) for period in section.class_periods}
        if slots & self._busy:
            return False
        self._busy |= slots
        self._courses.add((student_id, key.session, key.course_code))
        self._size[key] += 1
        self.enrollments.append(SectionEnrollment(student_id, key, is_recorded))
        return True

    def enroll_in_emptiest(self, student_id: str, grade: int, candidates: list[Section]) -> None:
        """Into the section with the fewest students, without taking a course twice in a semester."""
        fitting = [
            section
            for section in candidates
            if _fits(section.key.course_code, grade)
            and (student_id, section.key.session, section.key.course_code) not in self._courses
        ]
        for section in sorted(fitting, key=lambda section: (self._size[section.key], section.key.section_id)):
            if self.enroll(student_id, section, is_recorded=False):
                return


def _fits(course_code: str, grade: int) -> bool:
    found = _GRADE_IN_CODE.search(course_code)
    return found is None or int(found[1]) == grade


def _recorded(folder: Path) -> Iterator[tuple[str, SectionKey]]:
    """(student, section) pairs in the files, each once, in the order of the files."""
    section_of = {entry.id: entry.section for entry in source.gradebook_entries(folder)}
    pairs: dict[tuple[str, models.SectionKey], None] = {}
    for result in source.gradebook_results(folder):
        if result.entry_id in section_of:
            pairs[result.student_id, section_of[result.entry_id]] = None
    for event in source.section_attendance(folder):
        pairs[event.student_id, event.section] = None
    yield from pairs
