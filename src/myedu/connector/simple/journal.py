"""What a vendor writes: functions that return plain rows."""

from collections.abc import AsyncIterable, Awaitable, Iterable
from datetime import date, datetime
from typing import Union

from myedu.connector.sdk.system import FileContent, Soon
from myedu.contract.tables import TABLES

Row = object
"""A dict, a sqlite3.Row, a named tuple, a dataclass: anything that has names of columns.

Numbers become texts where the contract has texts (ids!). A time without an offset is read in the school's
time zone. A column that is None or empty counts as absent. An unknown column is an error.
A reference takes two columns, the id and the name: `subject_id` and `subject`, `group_id` and `group`.
"""
Rows = Union[Iterable[Row], AsyncIterable[Row], Awaitable[Iterable[Row]]]  # noqa: UP007 - a generic alias
"""A list, a generator, a cursor; functions may be plain (they run in threads) or `async`."""

REQUIRED_FUNCTIONS = ("student", "lessons", "homework", "marks", *TABLES)
"""The names of the functions that every journal has to override."""


class SimpleJournal:
    """Override the required functions, and those optional ones you have data for: these are then declared.

    Days are `datetime.date`, both ends inclusive; rows outside them are dropped, so returning more is
    harmless.
    """

    vendor: str = ""
    product: str = ""
    version: str = "1"
    region: str = ""
    """The two-digit code of the region, for the export."""
    time_zone: str = "Europe/Moscow"
    """IANA zone of the schools; a school in another zone has time_zone in `student` and `organizations`."""
    requests_per_second: float | None = None
    """Declared and enforced: a client that calls more often is answered 429."""
    window_days: int = 92
    """The longest window that is served."""

    # -- students: required ----------------------------------------------------------------------

    def student(self, student_id: str) -> Row | None:
        """None if there is no such student. Columns, all optional: organization_id, organization (its name),
        group_id, group (the class's name), time_zone."""
        raise NotImplementedError

    def lessons(self, student_id: str, first: date, last: date) -> Rows:
        """Lessons on these days: id, subject_id, subject, starts_at, ends_at (or minutes); number, kind,
        status, group_id, group, room, topic, teacher_id, teacher, online; of what was planned instead:
        replaces_subject_id, replaces_subject, replaces_teacher_id, replaces_teacher, replaces_lesson_id,
        replaces_room."""
        raise NotImplementedError

    def homework(self, student_id: str, first: date, last: date) -> Rows:
        """Homework due on these days: id, subject_id, subject, due_on, text; lesson_id (due at),
        set_lesson_id, set_on, none (true: «не задано»), individual, minutes; attachments: rows of id, name,
        size, media_type; materials: rows of name, url."""
        raise NotImplementedError

    def marks(self, student_id: str, first: date, last: date) -> Rows:
        """Marks for these days: id, subject_id, subject, day, value; lesson_id, scale, weight, work (its
        kind), work_name, position, comment, counts, set_at, updated_at."""
        raise NotImplementedError

    # -- the export: required --------------------------------------------------------------------

    def organizations(self) -> Rows:
        """Columns: id, name, kind; updated_at, time_zone, short_name, inn, …

        docs/exchange/*/tables.md has all columns. In every table, a missing updated_at means the time of the
        export.
        """
        raise NotImplementedError

    def periods(self) -> Rows:
        """Columns: id, organization_id, academic_year, kind, number, name, starts_on, ends_on; parent_id."""
        raise NotImplementedError

    def groups(self) -> Rows:
        """Columns: id, organization_id, academic_year, kind, name; grade, letter, shift, parent_id."""
        raise NotImplementedError

    def subjects(self) -> Rows:
        """Columns: id, organization_id, name; short_name, area, federal_code."""
        raise NotImplementedError

    def persons(self) -> Rows:
        """Students, guardians and staff: id, last_name, first_name; middle_name, birth_date, sex, snils,
        esia_oid."""
        raise NotImplementedError

    def enrollments(self) -> Rows:
        """Columns: id, person_id, organization_id, group_id, starts_on; ends_on, status."""
        raise NotImplementedError

    def guardianships(self) -> Rows:
        """Columns: id, guardian_id, child_id, starts_on; relation, verified_at, ends_on, revoked_at."""
        raise NotImplementedError

    def staff(self) -> Rows:
        """Columns: id, person_id, organization_id, role; position, starts_on, ends_on."""
        raise NotImplementedError

    def teaching(self) -> Rows:
        """Columns: id, staff_id, group_id, subject_id; starts_on, ends_on."""
        raise NotImplementedError

    # -- optional --------------------------------------------------------------------------------

    def attendance(self, student_id: str, first: date, last: date) -> Rows:
        """Absences and late arrivals: lesson_id, code, day; subject_id, subject, reason, minutes (late)."""
        raise NotImplementedError

    def final_marks(self, student_id: str, academic_year: int) -> Rows:
        """Final marks of the year: id, subject_id, subject, kind, value; period_id, period, scale, average,
        set_by."""
        raise NotImplementedError

    def teacher_lessons(self, teacher_id: str, first: date, last: date) -> Rows | None:
        """None if there is no such teacher. Columns as in `lessons`."""
        raise NotImplementedError

    def teacher(self, teacher_id: str) -> Row | None:
        """organization_id, organization, time_zone; needed only if teachers are in different time zones."""
        raise NotImplementedError

    def file(self, file_id: str) -> Soon[FileContent | None]:
        """None if there is no such file."""
        raise NotImplementedError

    def touched_students(self, since: datetime) -> Rows:
        """Students whose diary was updated at `since` or later, in any order: student_id, updated_at; what
        (names of methods, a list or separated by spaces), first_day, last_day."""
        raise NotImplementedError

    def changed_since(self, table: str, since: datetime) -> Rows:
        """Rows of an export table updated at `since` or later, for deltas. A deleted row: id, updated_at,
        deleted=True. Without this function a delta is made by comparing with earlier packages."""
        raise NotImplementedError

    def put_meeting(self, lesson_id: str, url: str | None, title: str | None) -> object:
        """Store the link of a video lesson (None removes it). Return False if there is no such lesson."""
        raise NotImplementedError

    def put_presence(self, lesson_id: str, attendees: list[dict[str, object]]) -> object:
        """Store attendees: person_id, joined_at, seconds. Return False if there is no such lesson."""
        raise NotImplementedError

    def student_by_esia_oid(self, oid: str) -> object:
        """The student's id or None. With this function the federal `Schedule` is served too."""
        raise NotImplementedError

    def teacher_by_esia_oid(self, oid: str) -> object:
        """The teacher's id or None, for the federal `Schedule`."""
        raise NotImplementedError

    def has(self, name: str) -> bool:
        """True if the journal's class overrides this function of SimpleJournal."""
        for kind in type(self).__mro__:
            if name in vars(kind):
                return vars(kind)[name] is not vars(SimpleJournal)[name]
        raise AttributeError(name)
