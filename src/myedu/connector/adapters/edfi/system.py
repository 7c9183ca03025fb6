"""A district's files as a SimpleJournal: read completely at the start, then served from memory."""

from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

from myedu.connector.adapters.adapter_journal import AdapterJournal
from myedu.connector.adapters.edfi import models, source, translate
from myedu.connector.adapters.edfi.district import read_district
from myedu.connector.adapters.edfi.package import class_group_id, export_tables, teachers_of
from myedu.contract.tables import Person, Row, Staff

Rows = list[translate.Row]
"""Rows of SimpleJournal's functions."""
TIME_ZONE = "America/Chicago"
"""The format names no time zone; the sample district is in Texas."""
_STUDENT = "student-"  # students, contacts and staff are numbered separately


class EdFiJournal(AdapterJournal):
    """A district over the contract. Raises EdFiError for files that can't be read.

    `report`: what has no place in the contract or was inferred → how often.
    """

    vendor = "Ed-Fi Alliance"
    product = "Ed-Fi Data Standard 5"

    def __init__(self, folder: Path, *, region: str, time_zone: str = TIME_ZONE) -> None:
        self.region, self.time_zone = region, time_zone
        self.report: Counter[str] = Counter()
        self._district = read_district(folder, self.report, time_zone, None)
        self._tables = export_tables(folder, self._district, self.report)
        self._teachers = teachers_of(folder, self._district)
        self._names = _names_of(self._tables)
        self._sections: dict[str, list[models.SectionKey]] = defaultdict(list)
        for enrollment in self._district.section_enrollments:
            self._sections[enrollment.student_id].append(enrollment.section)
        self._entries: dict[models.SectionKey, Rows] = defaultdict(list)
        self._marks: dict[str, Rows] = defaultdict(list)
        self._absences: dict[str, dict[str, translate.Row]] = defaultdict(dict)
        self._read_gradebook(folder)
        self._read_attendance(folder)

    # -- students and teachers ---------------------------------------------------------------------

    def student(self, student_id: str) -> dict[str, str] | None:
        """The school and the grade of a student, by the id that the export has."""
        number = student_id.removeprefix(_STUDENT)
        school_id = self._district.school_of.get(number)
        if school_id is None or not student_id.startswith(_STUDENT):
            return None
        grade = self._district.grades[number]
        return {
            "organization_id": school_id,
            "organization": self._district.schools[school_id].name,
            "group_id": class_group_id(school_id, grade),
            "group": f"Grade {grade}",
        }

    def lessons(self, student_id: str, first: date, last: date) -> Rows:
        """Lessons of the student's sections."""
        return self._lessons(self._sections[student_id.removeprefix(_STUDENT)], first, last)

    def homework(self, student_id: str, first: date, last: date) -> Rows:
        """Gradebook entries of the student's sections that are due on these days."""
        sections = self._sections[student_id.removeprefix(_STUDENT)]
        return [row for key in sections for row in self._entries[key] if first <= row["due_on"] <= last]

    def marks(self, student_id: str, first: date, last: date) -> Rows:
        """Grades of the student."""
        rows = self._marks[student_id.removeprefix(_STUDENT)]
        return [row for row in rows if first <= row["day"] <= last]

    def attendance(self, student_id: str, first: date, last: date) -> Rows:
        """Absences and late arrivals of the student."""
        rows = self._absences[student_id.removeprefix(_STUDENT)].values()
        return [row for row in rows if first <= row["day"] <= last]

    def teacher_lessons(self, teacher_id: str, first: date, last: date) -> Rows | None:
        """Lessons of the sections that a teacher teaches, by the id of the staff row."""
        if not any(post.id == teacher_id for post in self._district.posts.values()):
            return None
        own = [key for key, posts in self._teachers.items() if teacher_id in posts]
        return self._lessons(own, first, last)

    def _lessons(self, sections: list[models.SectionKey], first: date, last: date) -> Rows:
        return [
            lesson | self._teacher(key)
            for key in sections
            for lesson in translate.lessons(self._district, key, first, last)
        ]

    def _teacher(self, key: models.SectionKey) -> translate.Row:
        """The first of the section's teachers: a flat row has room for one."""
        posts = self._teachers.get(key)
        return {"teacher_id": posts[0], "teacher": self._names[posts[0]]} if posts else {}

    # -- the export --------------------------------------------------------------------------------

    def table(self, name: str) -> list[Row]:
        """The rows of one table."""
        return self._tables[name]

    # -- reading -----------------------------------------------------------------------------------

    def _read_gradebook(self, folder: Path) -> None:
        entries = {entry.id: entry for entry in source.gradebook_entries(folder)}
        for entry in entries.values():
            if entry.due is not None and entry.section in self._district.sections:
                self._entries[entry.section].append(translate.homework(self._district, entry))
        for result in source.gradebook_results(folder):
            graded = entries.get(result.entry_id)
            if graded is None or result.grade is None or graded.section not in self._district.sections:
                self.report["StudentGradebookEntry: without a grade or an entry"] += 1
                continue
            self._marks[result.student_id].append(translate.mark(self._district, graded, result))

    def _read_attendance(self, folder: Path) -> None:
        """Lateness at the section that recorded it; a day's absence at every other lesson of that day."""
        for event in source.section_attendance(folder):
            if event.section not in self._district.sections:
                self.report["StudentSectionAttendanceEvent: not on a day with lessons"] += 1
                continue
            self._add_absence(event.student_id, event.section, event.day, "late", event.reason, event.minutes)
        for day in source.school_attendance(folder):
            code = translate.ABSENCES.get(day.category)
            if code is None:
                self.report[f"StudentSchoolAttendanceEvent {day.category}: not a whole day"] += 1
                continue
            for key in self._sections[day.student_id]:
                self._add_absence(day.student_id, key, day.day, code, day.reason, None)

    def _add_absence(
        self,
        student: str,
        key: models.SectionKey,
        day: date,
        code: str,
        reason: str | None,
        minutes: int | None,
    ) -> None:
        for row in translate.absence(self._district, key, day, code, reason, minutes):
            self._absences[student].setdefault(row["lesson_id"], row)


def _names_of(tables: dict[str, list[Row]]) -> dict[str, str]:
    """Id of a staff row → the teacher's name."""
    people = {person.id: person for person in tables["persons"] if isinstance(person, Person)}
    names = {}
    for post in tables["staff"]:
        assert isinstance(post, Staff)
        person = people[post.person_id]
        names[post.id] = " ".join(filter(None, (person.last_name, person.first_name, person.middle_name)))
    return names
