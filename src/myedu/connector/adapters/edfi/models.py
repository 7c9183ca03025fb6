"""Elements that are read of an Ed-Fi district. Times are local; the format doesn't name the time zone."""

from datetime import date, time

import msgspec


class Model(msgspec.Struct, frozen=True):
    """One element of a bulk file."""


class School(Model, frozen=True):
    """A school. `grades`: 1 to 12, in the order of the file."""

    id: str
    name: str
    short_name: str | None
    grades: tuple[int, ...]


class ClassPeriod(Model, frozen=True):
    """A slot of the day. `meetings`: one pair of start and end, or two with lunch in between."""

    school_id: str
    name: str
    meetings: tuple[tuple[time, time], ...]


class BellSchedule(Model, frozen=True):
    """The class periods of a school's day, by name."""

    school_id: str
    name: str
    class_periods: tuple[str, ...]


class Course(Model, frozen=True):
    """A course of a school. `subject`: the descriptor of its academic subject."""

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
    """A period with grades of its own, within a semester."""

    school_id: str
    name: str
    number: int
    begins: date
    ends: date


class SectionKey(Model, frozen=True):
    """The key of a section: identifiers repeat between sessions and courses, so it takes all four."""

    section_id: str
    course_code: str
    school_id: str
    session: str


class Section(Model, frozen=True):
    """A course taught to one group in some class periods of a semester."""

    key: SectionKey
    room: str | None
    class_periods: tuple[str, ...]


class Name(Model, frozen=True):
    """A person's name."""

    first: str
    last: str
    middle: str | None


class Student(Model, frozen=True):
    """A student of the district."""

    id: str
    name: Name
    birth_date: date | None


class Contact(Model, frozen=True):
    """A parent or another contact. `ref`: the XML id by which links in the same file name it."""

    id: str
    ref: str | None
    name: Name
    sex: str | None


class ContactLink(Model, frozen=True):
    """A contact of a student, named by `contact_ref` or by `contact_id`."""

    student_id: str
    contact_ref: str | None
    contact_id: str | None
    relation: str


class StaffMember(Model, frozen=True):
    """A person who works in the district."""

    id: str
    name: Name
    sex: str | None
    birth_date: date | None


class Assignment(Model, frozen=True):
    """A post in an organisation: a school or the district's office."""

    staff_id: str
    organization_id: str
    classification: str
    title: str | None
    begins: date | None


class SectionTeacher(Model, frozen=True):
    """A teacher of a section, from day to day."""

    staff_id: str
    section: SectionKey
    begins: date | None
    ends: date | None


class SchoolAttendance(Model, frozen=True):
    """A day, or a part of it, on which a student was absent."""

    student_id: str
    school_id: str
    day: date
    category: str
    reason: str | None


class SectionAttendance(Model, frozen=True):
    """A late arrival at a section. `minutes`: how late, if recorded."""

    student_id: str
    section: SectionKey
    day: date
    category: str
    reason: str | None
    minutes: int | None


class GradebookEntry(Model, frozen=True):
    """A task of a section."""

    id: str
    section: SectionKey
    title: str
    assigned: date
    due: date | None


class GradebookResult(Model, frozen=True):
    """A student's result of a task. `grade`: a number or a letter; `late`: handed in late."""

    entry_id: str
    student_id: str
    grade: str | None
    late: bool
