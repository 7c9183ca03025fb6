"""Who sits in which section. The sample has no StudentSectionAssociation; only a few seats are known."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from myedu.connector.adapters.edfi import models, source
from myedu.connector.adapters.edfi.models import Section, SectionKey

_GRADE_IN_CODE = re.compile(r"-0(\d)$")  # «MATH-03»: the third grade


class Seat(msgspec.Struct, frozen=True):
    """`known` from the gradebook or a tardy record; the others are inferred."""

    student_id: str
    section: SectionKey
    known: bool


def seats(
    folder: Path,
    sections: Iterable[Section],
    grades: dict[str, int],
    school_of: dict[str, str],
    report: Counter[str],
) -> list[Seat]:
    """One seat a student, semester and class period: known ones, then the emptiest section that fits."""
    sections = list(sections)
    by_key = {section.key: section for section in sections}
    room = _Seating()
    for student_id, key in _known(folder):
        if key in by_key and not room.sit(student_id, by_key[key], known=True):
            report["known seats that clash with another known seat of the student"] += 1
    by_slot: dict[tuple[str, str, str], list[Section]] = defaultdict(list)
    for section in sections:
        for period in section.class_periods:
            by_slot[section.key.school_id, section.key.session, period].append(section)
    for (school_id, session, period), choice in sorted(by_slot.items(), key=lambda item: item[0]):
        for student_id in sorted(student for student, school in school_of.items() if school == school_id):
            if not room.is_busy(student_id, session, period):
                room.sit_where_empty(student_id, grades[student_id], choice)
    report["seats inferred, for want of StudentSectionAssociation (status: inferred)"] += sum(
        not seat.known for seat in room.seats
    )
    return room.seats


class _Seating:
    def __init__(self) -> None:
        self.seats: list[Seat] = []
        self._busy: set[tuple[str, str, str]] = set()  # student, semester, period
        self._courses: set[tuple[str, str, str]] = set()  # student, semester, course
        self._taken: Counter[SectionKey] = Counter()

    def is_busy(self, student_id: str, session: str, period: str) -> bool:
        return (student_id, session, period) in self._busy

    def sit(self, student_id: str, section: Section, *, known: bool) -> bool:
        key = section.key
        slots = {(student_id, key.session, period) for period in section.class_periods}
        if slots & self._busy:
            return False
        self._busy |= slots
        self._courses.add((student_id, key.session, key.course_code))
        self._taken[key] += 1
        self.seats.append(Seat(student_id, key, known))
        return True

    def sit_where_empty(self, student_id: str, grade: int, choice: list[Section]) -> None:
        """No course twice in a semester; of what is left, the section with the fewest students."""
        fitting = [
            section
            for section in choice
            if _fits(section.key.course_code, grade)
            and (student_id, section.key.session, section.key.course_code) not in self._courses
        ]
        for section in sorted(fitting, key=lambda one: (self._taken[one.key], one.key.section_id)):
            if self.sit(student_id, section, known=False):
                return


def _fits(course_code: str, grade: int) -> bool:
    found = _GRADE_IN_CODE.search(course_code)
    return found is None or int(found[1]) == grade


def _known(folder: Path) -> Iterator[tuple[str, SectionKey]]:
    """Each pair once, in the order of the files."""
    section_of = {entry.id: entry.section for entry in source.gradebook_entries(folder)}
    pairs: dict[tuple[str, models.SectionKey], None] = {}
    for result in source.gradebook_results(folder):
        if result.entry_id in section_of:
            pairs[result.student_id, section_of[result.entry_id]] = None
    for event in source.section_attendance(folder):
        pairs[event.student_id, event.section] = None
    yield from pairs
