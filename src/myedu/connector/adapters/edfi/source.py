"""Streams of models out of a folder of bulk files."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path
from typing import TypeVar
from xml.etree.ElementTree import Element

from myedu.connector.adapters.edfi import models
from myedu.connector.adapters.edfi.files import bulk_file, code_of, elements, need, text_of

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
    return _read(folder, "EducationOrganization", "School", _school)


def class_periods(folder: Path) -> Iterator[models.ClassPeriod]:
    return _read(folder, "EducationOrganization", "ClassPeriod", _class_period)


def courses(folder: Path) -> Iterator[models.Course]:
    return _read(folder, "EducationOrganization", "Course", _course)


def sessions(folder: Path) -> Iterator[models.Session]:
    return _read(folder, "EducationOrgCalendar", "Session", _session)


def grading_periods(folder: Path) -> Iterator[models.GradingPeriod]:
    return _read(folder, "EducationOrgCalendar", "GradingPeriod", _grading_period)


def bell_schedules(folder: Path) -> Iterator[models.BellSchedule]:
    return _read(folder, "MasterSchedule", "BellSchedule", _bell_schedule)


def sections(folder: Path) -> Iterator[models.Section]:
    return _read(folder, "MasterSchedule", "Section", _section)


def students(folder: Path) -> Iterator[models.Student]:
    return _read(folder, "Student", "Student", _student)


def contacts(folder: Path) -> Iterator[models.Contact]:
    return _read(folder, "Contact", "Contact", _contact)


def contact_links(folder: Path) -> Iterator[models.ContactLink]:
    return _read(folder, "Contact", "StudentContactAssociation", _contact_link)


def staff(folder: Path) -> Iterator[models.StaffMember]:
    return _read(folder, "StaffAssociation", "Staff", _staff_member)


def assignments(folder: Path) -> Iterator[models.Assignment]:
    tag = "StaffEducationOrganizationAssignmentAssociation"
    return _read(folder, "StaffAssociation", tag, _assignment)


def section_teachers(folder: Path) -> Iterator[models.SectionTeacher]:
    return _read(folder, "StaffAssociation", "StaffSectionAssociation", _section_teacher)


def school_attendance(folder: Path) -> Iterator[models.SchoolAttendance]:
    tag = "StudentSchoolAttendanceEvent"
    return _read(folder, "StudentSchoolAttendance", tag, _school_attendance)


def section_attendance(folder: Path) -> Iterator[models.SectionAttendance]:
    tag = "StudentSectionAttendanceEvent"
    return _read(folder, "StudentSectionAttendance-Tardy", tag, _section_attendance)


def gradebook_entries(folder: Path) -> Iterator[models.GradebookEntry]:
    return _read(folder, "StudentGradebook", "GradebookEntry", _gradebook_entry)


def gradebook_results(folder: Path) -> Iterator[models.GradebookResult]:
    return _read(folder, "StudentGradebook", "StudentGradebookEntry", _gradebook_result)


_READ_TAGS = {
    "School", "ClassPeriod", "Course", "Session", "GradingPeriod", "BellSchedule", "Section", "Student",
    "Contact", "StudentContactAssociation", "Staff", "StaffEducationOrganizationAssignmentAssociation",
    "StaffSectionAssociation", "StudentSchoolAttendanceEvent", "StudentSectionAttendanceEvent",
    "GradebookEntry", "StudentGradebookEntry",
}  # fmt: skip


def not_read(folder: Path) -> Counter[str]:
    """`File/Element` → how many elements of the folder's files nobody here reads."""
    left: Counter[str] = Counter()
    for path in sorted([*folder.glob("*.xml"), *folder.glob("*.xml.gz")]):
        name = path.name.partition(".")[0]
        left.update(f"{name}/{one.tag}" for one in elements(path) if one.tag not in _READ_TAGS)
    return left


def _read(folder: Path, file: str, tag: str, read: Callable[[Element], M]) -> Iterator[M]:
    return (read(one) for one in elements(bulk_file(folder, file)) if one.tag == tag)


def _school(one: Element) -> models.School:
    levels = [code_of(level.text) or "" for level in one.findall("GradeLevel")]
    grades = tuple(
        _GRADES.index(word) + 1 for level in levels if (word := level.partition(" ")[0]) in _GRADES
    )
    return models.School(
        need(one, "SchoolId"), need(one, "NameOfInstitution"), text_of(one, "ShortNameOfInstitution"), grades
    )


def _class_period(one: Element) -> models.ClassPeriod:
    meetings = tuple(
        (time.fromisoformat(need(meeting, "StartTime")), time.fromisoformat(need(meeting, "EndTime")))
        for meeting in one.findall("MeetingTime")
    )
    return models.ClassPeriod(need(one, _SCHOOL), need(one, "ClassPeriodName"), meetings)


def _course(one: Element) -> models.Course:
    return models.Course(
        need(one, "EducationOrganizationReference/EducationOrganizationIdentity/EducationOrganizationId"),
        need(one, "CourseCode"),
        need(one, "CourseTitle"),
        code_of(text_of(one, "AcademicSubject")),
    )


def _session(one: Element) -> models.Session:
    return models.Session(
        need(one, _SCHOOL),
        need(one, "SessionName"),
        int(need(one, "SchoolYear")[:4]),  # «2021-2022»
        date.fromisoformat(need(one, "BeginDate")),
        date.fromisoformat(need(one, "EndDate")),
    )


def _grading_period(one: Element) -> models.GradingPeriod:
    return models.GradingPeriod(
        need(one, _SCHOOL),
        need(one, "GradingPeriodName"),
        int(need(one, "PeriodSequence")),
        date.fromisoformat(need(one, "BeginDate")),
        date.fromisoformat(need(one, "EndDate")),
    )


def _bell_schedule(one: Element) -> models.BellSchedule:
    return models.BellSchedule(need(one, _SCHOOL), need(one, "BellScheduleName"), _period_names(one))


def _section(one: Element) -> models.Section:
    room = text_of(one, "LocationReference/LocationIdentity/ClassroomIdentificationCode")
    return models.Section(_section_key(one), room, _period_names(one))


def _period_names(one: Element) -> tuple[str, ...]:
    references = one.findall("ClassPeriodReference/ClassPeriodIdentity")
    return tuple(need(reference, "ClassPeriodName") for reference in references)


def _section_key(one: Element) -> models.SectionKey:
    return models.SectionKey(
        need(one, "SectionIdentifier"),
        need(one, f"{_OFFERING}/LocalCourseCode"),
        need(one, f"{_OFFERING}/{_SCHOOL}"),
        need(one, f"{_OFFERING}/SessionReference/SessionIdentity/SessionName"),
    )


def _referenced_section(one: Element) -> models.SectionKey:
    identity = one.find("SectionReference/SectionIdentity")
    if identity is None:
        need(one, "SectionReference/SectionIdentity/SectionIdentifier")
        raise AssertionError("need() has raised")
    return _section_key(identity)


def _name(one: Element) -> models.Name:
    return models.Name(
        need(one, "Name/FirstName"), need(one, "Name/LastSurname"), text_of(one, "Name/MiddleName")
    )


def _student(one: Element) -> models.Student:
    return models.Student(need(one, "StudentUniqueId"), _name(one), _day(one, "BirthData/BirthDate"))


def _contact(one: Element) -> models.Contact:
    sex = code_of(text_of(one, "Sex"))
    return models.Contact(need(one, "ContactUniqueId"), one.get("id"), _name(one), sex)


def _contact_link(one: Element) -> models.ContactLink:
    reference = one.find("ContactReference")
    return models.ContactLink(
        need(one, _STUDENT),
        reference.get("ref") if reference is not None else None,
        text_of(one, "ContactReference/ContactIdentity/ContactUniqueId"),
        code_of(text_of(one, "Relation")) or "",
    )


def _staff_member(one: Element) -> models.StaffMember:
    return models.StaffMember(
        need(one, "StaffUniqueId"), _name(one), code_of(text_of(one, "Sex")), _day(one, "BirthDate")
    )


def _assignment(one: Element) -> models.Assignment:
    return models.Assignment(
        need(one, _STAFF),
        need(one, "EducationOrganizationReference/EducationOrganizationIdentity/EducationOrganizationId"),
        code_of(text_of(one, "StaffClassification")) or "",
        text_of(one, "PositionTitle"),
        _day(one, "BeginDate"),
    )


def _section_teacher(one: Element) -> models.SectionTeacher:
    return models.SectionTeacher(
        need(one, _STAFF), _referenced_section(one), _day(one, "BeginDate"), _day(one, "EndDate")
    )


def _school_attendance(one: Element) -> models.SchoolAttendance:
    return models.SchoolAttendance(
        need(one, _STUDENT),
        need(one, _SCHOOL),
        date.fromisoformat(need(one, "AttendanceEvent/EventDate")),
        code_of(text_of(one, "AttendanceEvent/AttendanceEventCategory")) or "",
        text_of(one, "AttendanceEvent/AttendanceEventReason"),
    )


def _section_attendance(one: Element) -> models.SectionAttendance:
    minutes = text_of(one, "SectionAttendanceDuration")
    return models.SectionAttendance(
        need(one, _STUDENT),
        _referenced_section(one),
        date.fromisoformat(need(one, "AttendanceEvent/EventDate")),
        code_of(text_of(one, "AttendanceEvent/AttendanceEventCategory")) or "",
        text_of(one, "AttendanceEvent/AttendanceEventReason"),
        int(minutes) if minutes else None,
    )


def _gradebook_entry(one: Element) -> models.GradebookEntry:
    return models.GradebookEntry(
        need(one, "GradebookEntryIdentifier"),
        _referenced_section(one),
        need(one, "Title"),
        date.fromisoformat(need(one, "DateAssigned")),
        _day(one, "DueDate"),
    )


def _gradebook_result(one: Element) -> models.GradebookResult:
    return models.GradebookResult(
        need(one, "GradebookEntryReference/GradebookEntryIdentity/GradebookEntryIdentifier"),
        need(one, _STUDENT),
        text_of(one, "NumericGradeEarned") or text_of(one, "LetterGradeEarned"),
        code_of(text_of(one, "AssignmentLateStatus")) == "Late",
    )


def _day(one: Element, path: str) -> date | None:
    text = text_of(one, path)
    return date.fromisoformat(text) if text else None
