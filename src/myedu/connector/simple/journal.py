"""What a vendor fills in: functions that give plain rows."""

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from datetime import date, datetime
from typing import Any, Union

Row = Any
"""A dict, a sqlite3.Row, a named tuple, a dataclass: anything that knows the names of its columns.

Numbers become texts where the contract has texts (ids!). A time without an offset is read in the school's
time zone. A column that is None or empty is as good as absent. A column that nobody knows is an error.
A thing that is named in passing takes two columns: `subject_id` and `subject`, `group_id` and `group`.
"""
Rows = Union[Iterable[Row], AsyncIterable[Row], Awaitable[Iterable[Row]]]  # noqa: UP007 - a generic alias
"""A list, a generator, a cursor; functions may be plain (they run in threads) or `async`."""

_OPTIONAL, _REQUIRED = "_myedu_optional", "_myedu_required"


def _optional(function: Callable[..., Any]) -> Callable[..., Any]:
    setattr(function, _OPTIONAL, True)
    return function


def _required(function: Callable[..., Any]) -> Callable[..., Any]:
    setattr(function, _REQUIRED, True)
    return function


class SimpleJournal:
    """Fill in what is required; write what you have of the optional: what is written is declared by itself.

    Days are `datetime.date`, both ends inclusive; rows outside them are cut off, so giving more is no harm.
    """

    vendor: str = ""
    product: str = ""
    version: str = "1"
    region: str = ""
    """Two digits of the region, for the export."""
    time_zone: str = "Europe/Moscow"
    """Of the schools; a school in another zone says so in `student` and in `organizations`."""
    requests_per_second: float | None = None
    """Declared, and kept: a client that asks more often is answered 429."""
    window_days: int = 92

    # -- pupils: required ------------------------------------------------------------------------

    @_required
    def student(self, student_id: str) -> Row | None:
        """None: there is no such pupil. Columns, all optional: organization_id, organization (its name),
        group_id, group (the class's name), time_zone."""
        raise NotImplementedError

    @_required
    def lessons(self, student_id: str, first: date, last: date) -> Rows:
        """id, subject_id, subject, starts_at, ends_at (or minutes); number, kind, status, group_id, group,
        room, topic, teacher_id, teacher, online; of a substitution: replaces_subject_id, replaces_subject,
        replaces_teacher_id, replaces_teacher, replaces_lesson_id."""
        raise NotImplementedError

    @_required
    def homework(self, student_id: str, first: date, last: date) -> Rows:
        """Due in these days: id, subject_id, subject, due_on, text; lesson_id (due at), set_lesson_id,
        set_on, none (true: «не задано»), individual, minutes; attachments: rows of id, name, size,
        media_type; materials: rows of name, url."""
        raise NotImplementedError

    @_required
    def marks(self, student_id: str, first: date, last: date) -> Rows:
        """id, subject_id, subject, day, value; lesson_id, scale, weight, work (its kind), work_name,
        position, comment, counts, set_at, updated_at."""
        raise NotImplementedError

    # -- the export: required --------------------------------------------------------------------

    @_required
    def organizations(self) -> Rows:
        """id, name, kind; updated_at, time_zone, short_name, inn, … Columns of all nine tables:
        docs/exchange. A table without updated_at is dated by the export."""
        raise NotImplementedError

    @_required
    def periods(self) -> Rows:
        raise NotImplementedError

    @_required
    def groups(self) -> Rows:
        raise NotImplementedError

    @_required
    def subjects(self) -> Rows:
        raise NotImplementedError

    @_required
    def persons(self) -> Rows:
        raise NotImplementedError

    @_required
    def enrollments(self) -> Rows:
        raise NotImplementedError

    @_required
    def guardianships(self) -> Rows:
        raise NotImplementedError

    @_required
    def staff(self) -> Rows:
        raise NotImplementedError

    @_required
    def teaching(self) -> Rows:
        raise NotImplementedError

    # -- optional: write what you have -----------------------------------------------------------

    @_optional
    def attendance(self, student_id: str, first: date, last: date) -> Rows:
        """Departures only: lesson_id, code, day; subject_id, subject, reason, minutes (of lateness)."""
        raise NotImplementedError

    @_optional
    def final_marks(self, student_id: str, academic_year: int) -> Rows:
        """id, subject_id, subject, kind, value; period_id, period, scale, average, set_by."""
        raise NotImplementedError

    @_optional
    def teacher_lessons(self, teacher_id: str, first: date, last: date) -> Rows | None:
        """None: there is no such teacher. Columns as in `lessons`."""
        raise NotImplementedError

    @_optional
    def teacher(self, teacher_id: str) -> Row | None:
        """organization_id, organization, time_zone; only where the teachers' zones differ."""
        raise NotImplementedError

    @_optional
    def file(self, file_id: str) -> Any:
        """A `FileContent`, or None: there is no such file."""
        raise NotImplementedError

    @_optional
    def touched_students(self, since: datetime) -> Rows:
        """Whose diary was updated at `since` or later, any order: student_id, updated_at; what (names of
        methods, a list or separated by spaces), first_day, last_day."""
        raise NotImplementedError

    @_optional
    def changed_since(self, table: str, since: datetime) -> Rows:
        """Rows of an export table updated at `since` or later, for deltas. A row that was deleted: id,
        updated_at, deleted=True. Without this function a delta is made by comparing."""
        raise NotImplementedError

    @_optional
    def put_meeting(self, lesson_id: str, url: str | None, title: str | None) -> Any:
        """The link of a video lesson (None takes it off). False: no such lesson."""
        raise NotImplementedError

    @_optional
    def put_presence(self, lesson_id: str, attendees: list[dict[str, Any]]) -> Any:
        """Who was in it: person_id, joined_at, seconds. False: no such lesson."""
        raise NotImplementedError

    @_optional
    def student_by_esia_oid(self, oid: str) -> Any:
        """The pupil's id or None. With this function the federal `Schedule` is served too."""
        raise NotImplementedError

    @_optional
    def teacher_by_esia_oid(self, oid: str) -> Any:
        """The teacher's id or None, for the federal `Schedule`."""
        raise NotImplementedError

    def has(self, name: str) -> bool:
        """Whether this function was written."""
        function = getattr(type(self), name)
        return not (hasattr(function, _OPTIONAL) or hasattr(function, _REQUIRED))


def required_functions() -> list[str]:
    """The names of what every journal writes."""
    return [name for name, one in vars(SimpleJournal).items() if hasattr(one, _REQUIRED)]
