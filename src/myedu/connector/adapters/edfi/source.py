"""Streams of structs from a folder of bulk files. Every function raises EdFiError."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path
from typing import TypeVar
from xml.etree.ElementTree import Element

from myedu.connector.adapters.edfi import models
from myedu.connector.adapters.edfi.files import EdFiError, bulk_file, code_of, elements, need, text_of

M = TypeVar("M", bound=models.Model)

_GRADES = (
    "First", "Second", "Third", "Fourth", "Fifth", "Sixth",
    "Seventh", "Eighth", "Ninth", "Tenth", "Eleventh", "Twelfth",
)  # fmt: skip
_SCHOOL = "SchoolReference/SchoolIdentity/SchoolId"
_STUDENT = "StudentReference/StudentIdentity/StudentUniqueId"
_STAFF = "StaffReference/StaffIdentity/StaffUniqueId"
_OFFERING = "CourseOfferingReference/CourseOfferingIdentity"


def schools(folder: Path) -> Iterator[models.School]:
    """The district's schools."""
    return _read(folder, "EducationOrganization", "School", _school)


def class_periods(folder: Path) -> Iterator[models.ClassPeriod]:
    """The schools' class periods."""
    return _read(folder, "EducationOrganization", "ClassPeriod", _class_period)


def courses(folder: Path) -> Iterator[models.Course]:
    """The schools' courses."""
    return _read(folder, "EducationOrganization", "Course", _course)


def sessions(folder: Path) -> Iterator[models.Session]:
    """The schools' semesters."""
    return _read(folder, "EducationOrgCalendar", "Session", _session)


def grading_periods(folder: Path) -> Iterator[models.GradingPeriod]:
    """The grading periods of semesters."""
    return _read(folder, "EducationOrgCalendar", "GradingPeriod", _grading_period)


def bell_schedules(folder: Path) -> Iterator[models.BellSchedule]:
    """The schools' bell schedules."""
    return _read(folder, "MasterSchedule", "BellSchedule", _bell_schedule)


def sections(folder: Path) -> Iterator[models.Section]:
    """The sections of courses."""
    return _read(folder, "MasterSchedule", "Section", _section)


def students(folder: Path) -> Iterator[models.Student]:
    """The district's students."""
    return _read(folder, "Student", "Student", _student)


def contacts(folder: Path) -> Iterator[models.Contact]:
    """Parents and other contacts."""
    return _read(folder, "Contact", "Contact", _contact)


def contact_links(folder: Path) -> Iterator[models.ContactLink]:
    """Links between students and contacts."""
    return _read(folder, "Contact", "StudentContactAssociation", _contact_link)


def staff(folder: Path) -> Iterator[models.StaffMember]:
    """The district's staff."""
    return _read(folder, "StaffAssociation", "Staff", _staff_member)


def assignments(folder: Path) -> Iterator[models.Assignment]:
    """Posts of staff in schools and in the district's office."""
    tag = "StaffEducationOrganizationAssignmentAssociation"
    return _read(folder, "StaffAssociation", tag, _assignment)


def section_teachers(folder: Path) -> Iterator[models.SectionTeacher]:
    """Teachers of sections."""
    return _read(folder, "StaffAssociation", "StaffSectionAssociation", _section_teacher)


def school_attendance(folder: Path) -> Iterator[models.SchoolAttendance]:
    """Absences of a day or a part of it."""
    tag = "StudentSchoolAttendanceEvent"
    return _read(folder, "StudentSchoolAttendance", tag, _school_attendance)


def section_attendance(folder: Path) -> Iterator[models.SectionAttendance]:
    """Late arrivals at sections."""
    tag = "StudentSectionAttendanceEvent"
    return _read(folder, "StudentSectionAttendance-Tardy", tag, _section_attendance)


def gradebook_entries(folder: Path) -> Iterator[models.GradebookEntry]:
    """Tasks of sections."""
    return _read(folder, "StudentGradebook", "GradebookEntry", _gradebook_entry)


def gradebook_results(folder: Path) -> Iterator[models.GradebookResult]:
    """Students' results of tasks."""
    return _read(folder, "StudentGradebook", "StudentGradebookEntry", _gradebook_result)


_READ_TAGS = {
    "School", "ClassPeriod", "Course", "Session", "GradingPeriod", "BellSchedule", "Section", "Student",
    "Contact", "StudentContactAssociation", "Staff", "StaffEducationOrganizationAssignmentAssociation",
    "StaffSectionAssociation", "StudentSchoolAttendanceEvent", "StudentSectionAttendanceEvent",
    "GradebookEntry", "StudentGradebookEntry",
}  # fmt: skip


def not_read(folder: Path) -> Counter[str]:
    """`File/Element` → number of elements in the folder's files that are not read."""
    left: Counter[str] = Counter()
    for path in sorted([*folder.glob("*.xml"), *folder.glob("*.xml.gz")]):
        name = path.name.partition(".")[0]
        left.update(f"{name}/{element.tag}" for element in elements(path) if element.tag not in _READ_TAGS)
    return left


def _read(folder: Path, file: str, tag: str, read: Callable[[Element], M]) -> Iterator[M]:
    """The elements of a tag. One that can't be read is an error: left out, it would count as deleted."""
    path = bulk_file(folder, file)
    for number, element in enumerate((found for found in elements(path) if found.tag == tag), 1):
        try:
            model = read(element)
        except ValueError:  # whose text may quote personal data
            raise EdFiError(
                f"{path}: {tag} no. {number} has a day, time or number that can't be read: correct it"
            ) from None
        yield model


def _school(element: Element) -> models.School:
    levels = [code_of(level.text) or "" for level in element.findall("GradeLevel")]
    grades = tuple(
        _GRADES.index(word) + 1 for level in levels if (word := level.partition(" ")[0]) in _GRADES
    )
    return models.School(
        need(element, "SchoolId"),
        need(element, "NameOfInstitution"),
        text_of(element, "ShortNameOfInstitution"),
        grades,
    )


def _class_period(element: Element) -> models.ClassPeriod:
    meetings = tuple(
        (time.fromisoformat(need(meeting, "StartTime")), time.fromisoformat(need(meeting, "EndTime")))
        for meeting in element.findall("MeetingTime")
    )
    return models.ClassPeriod(need(element, _SCHOOL), need(element, "ClassPeriodName"), meetings)


def _course(element: Element) -> models.Course:
    return models.Course(
        need(element, "EducationOrganizationReference/EducationOrganizationIdentity/EducationOrganizationId"),
        need(element, "CourseCode"),
        need(element, "CourseTitle"),
        code_of(text_of(element, "AcademicSubject")),
    )


def _session(element: Element) -> models.Session:
    return models.Session(
        need(element, _SCHOOL),
        need(element, "SessionName"),
        int(need(element, "SchoolYear")[:4]),  # «2021-2022»
        date.fromisoformat(need(element, "BeginDate")),
        date.fromisoformat(need(element, "EndDate")),
    )


def _grading_period(element: Element) -> models.GradingPeriod:
    return models.GradingPeriod(
        need(element, _SCHOOL),
        need(element, "GradingPeriodName"),
        int(need(element, "PeriodSequence")),
        date.fromisoformat(need(element, "BeginDate")),
        date.fromisoformat(need(element, "EndDate")),
    )


def _bell_schedule(element: Element) -> models.BellSchedule:
    return models.BellSchedule(
        need(element, _SCHOOL), need(element, "BellScheduleName"), _period_names(element)
    )


def _section(element: Element) -> models.Section:
    room = text_of(element, "LocationReference/LocationIdentity/ClassroomIdentificationCode")
    return models.Section(_section_key(element), room, _period_names(element))


def _period_names(element: Element) -> tuple[str, ...]:
    references = element.findall("ClassPeriodReference/ClassPeriodIdentity")
    return tuple(need(reference, "ClassPeriodName") for reference in references)


def _section_key(element: Element) -> models.SectionKey:
    return models.SectionKey(
        need(element, "SectionIdentifier"),
        need(element, f"{_OFFERING}/LocalCourseCode"),
        need(element, f"{_OFFERING}/{_SCHOOL}"),
        need(element, f"{_OFFERING}/SessionReference/SessionIdentity/SessionName"),
    )


def _referenced_section(element: Element) -> models.SectionKey:
    identity = element.find("SectionReference/SectionIdentity")
    if identity is None:
        need(element, "SectionReference/SectionIdentity/SectionIdentifier")
        raise AssertionError("need() raises")
    return _section_key(identity)


def _name(element: Element) -> models.Name:
    return models.Name(
        need(element, "Name/FirstName"),
        need(element, "Name/LastSurname"),
        text_of(element, "Name/MiddleName"),
    )


def _student(element: Element) -> models.Student:
    return models.Student(
        need(element, "StudentUniqueId"), _name(element), _day(element, "BirthData/BirthDate")
    )


def _contact(element: Element) -> models.Contact:
    sex = code_of(text_of(element, "Sex"))
    return models.Contact(need(element, "ContactUniqueId"), element.get("id"), _name(element), sex)


def _contact_link(element: Element) -> models.ContactLink:
    reference = element.find("ContactReference")
    return models.ContactLink(
        need(element, _STUDENT),
        reference.get("ref") if reference is not None else None,
        text_of(element, "ContactReference/ContactIdentity/ContactUniqueId"),
        code_of(text_of(element, "Relation")) or "",
    )


def _staff_member(element: Element) -> models.StaffMember:
    return models.StaffMember(
        need(element, "StaffUniqueId"),
        _name(element),
        code_of(text_of(element, "Sex")),
        _day(element, "BirthDate"),
    )


def _assignment(element: Element) -> models.Assignment:
    return models.Assignment(
        need(element, _STAFF),
        need(element, "EducationOrganizationReference/EducationOrganizationIdentity/EducationOrganizationId"),
        code_of(text_of(element, "StaffClassification")) or "",
        text_of(element, "PositionTitle"),
        _day(element, "BeginDate"),
    )


def _section_teacher(element: Element) -> models.SectionTeacher:
    return models.SectionTeacher(
        need(element, _STAFF),
        _referenced_section(element),
        _day(element, "BeginDate"),
        _day(element, "EndDate"),
    )


def _school_attendance(element: Element) -> models.SchoolAttendance:
    return models.SchoolAttendance(
        need(element, _STUDENT),
        need(element, _SCHOOL),
        date.fromisoformat(need(element, "AttendanceEvent/EventDate")),
        code_of(text_of(element, "AttendanceEvent/AttendanceEventCategory")) or "",
        text_of(element, "AttendanceEvent/AttendanceEventReason"),
    )


def _section_attendance(element: Element) -> models.SectionAttendance:
    minutes = text_of(element, "SectionAttendanceDuration")
    return models.SectionAttendance(
        need(element, _STUDENT),
        _referenced_section(element),
        date.fromisoformat(need(element, "AttendanceEvent/EventDate")),
        code_of(text_of(element, "AttendanceEvent/AttendanceEventCategory")) or "",
        text_of(element, "AttendanceEvent/AttendanceEventReason"),
        int(minutes) if minutes else None,
    )


def _gradebook_entry(element: Element) -> models.GradebookEntry:
    return models.GradebookEntry(
        need(element, "GradebookEntryIdentifier"),
        _referenced_section(element),
        need(element, "Title"),
        date.fromisoformat(need(element, "DateAssigned")),
        _day(element, "DueDate"),
    )


def _gradebook_result(element: Element) -> models.GradebookResult:
    return models.GradebookResult(
        need(element, "GradebookEntryReference/GradebookEntryIdentity/GradebookEntryIdentifier"),
        need(element, _STUDENT),
        text_of(element, "NumericGradeEarned") or text_of(element, "LetterGradeEarned"),
        code_of(text_of(element, "AssignmentLateStatus")) == "Late",
    )


def _day(element: Element, path: str) -> date | None:
    text = text_of(element, path)
    return date.fromisoformat(text) if text else None
