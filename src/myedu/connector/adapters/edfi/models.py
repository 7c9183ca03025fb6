"""What is read of an Ed-Fi district. Times are local to the district, which the format doesn't name."""

from datetime import date, time

import msgspec


class Model(msgspec.Struct, frozen=True):
    """One element of a bulk file."""


class School(Model, frozen=True):
    """`grades` 1–12, in the order of the file."""

    id: str
    name: str
    short_name: str | None
    grades: tuple[int, ...]


class ClassPeriod(Model, frozen=True):
    """`meetings`: one or, with lunch in between, two pairs of start and end."""

    school_id: str
    name: str
    meetings: tuple[tuple[time, time], ...]


class BellSchedule(Model, frozen=True):
    school_id: str
    name: str
    class_periods: tuple[str, ...]


class Course(Model, frozen=True):
    school_id: str
    code: str
    title: str
    subject: str | None


class Session(Model, frozen=True):
    """A semester. `school_year` is its first calendar year."""

    school_id: str
    name: str
    school_year: int
    begins: date
    ends: date


class GradingPeriod(Model, frozen=True):
    school_id: str
    name: str
    number: int
    begins: date
    ends: date


class SectionKey(Model, frozen=True):
    """Section identifiers repeat between sessions and courses; only the four together are a key."""

    section_id: str
    course_code: str
    school_id: str
    session: str


class Section(Model, frozen=True):
    key: SectionKey
    room: str | None
    class_periods: tuple[str, ...]


class Name(Model, frozen=True):
    first: str
    last: str
    middle: str | None


class Student(Model, frozen=True):
    id: str
    name: Name
    birth_date: date | None


class Contact(Model, frozen=True):
    """`ref` is the id by which links name the element within the file."""

    id: str
    ref: str | None
    name: Name
    sex: str | None


class ContactLink(Model, frozen=True):
    """Either `contact_ref` or `contact_id` is there."""

    student_id: str
    contact_ref: str | None
    contact_id: str | None
    relation: str


class StaffMember(Model, frozen=True):
    id: str
    name: Name
    sex: str | None
    birth_date: date | None


class Assignment(Model, frozen=True):
    """A post at an organisation, which may be a school or the district."""

    staff_id: str
    organization_id: str
    classification: str
    title: str | None
    begins: date | None


class SectionTeacher(Model, frozen=True):
    staff_id: str
    section: SectionKey
    begins: date | None
    ends: date | None


class SchoolAttendance(Model, frozen=True):
    """A day, or a part of it, that a student was away."""

    student_id: str
    school_id: str
    day: date
    category: str
    reason: str | None


class SectionAttendance(Model, frozen=True):
    student_id: str
    section: SectionKey
    day: date
    category: str
    reason: str | None
    minutes: int | None


class GradebookEntry(Model, frozen=True):
    id: str
    section: SectionKey
    title: str
    assigned: date
    due: date | None


class GradebookResult(Model, frozen=True):
    entry_id: str
    student_id: str
    grade: str | None
    late: bool
