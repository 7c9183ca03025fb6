"""A SimpleJournal as a JournalSystem: rows become answers of the contract."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TypedDict, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from myedu.connector.sdk.diary import compose
from myedu.connector.sdk.feed import Touched, changes_since
from myedu.connector.sdk.system import FileContent, Misdeclared
from myedu.connector.simple import nested_columns
from myedu.connector.simple.fetch import fetch_rows, fetch_value
from myedu.connector.simple.journal import REQUIRED_FUNCTIONS, Row, SimpleJournal
from myedu.connector.simple.rows import Nest, RowContext, read_row
from myedu.contract.answers import (
    AttendanceList,
    Changes,
    Diary,
    FinalMarks,
    HomeworkList,
    Limits,
    Marks,
    Schedule,
    SystemDescription,
    SystemInfo,
    TeacherSchedule,
)
from myedu.contract.meetings import Meeting, Presence
from myedu.contract.school import Attendance, FinalMark, Homework, Lesson, Mark, Ref
from myedu.contract.windows import Window
from myedu.contract.wire import Id
from myedu.kit.clock import Clock

S = TypeVar("S", bound=msgspec.Struct)

_CAPABILITIES = {
    "attendance": "attendance",
    "final-marks": "final_marks",
    "teachers": "teacher_lessons",
    "files": "file",
    "changes": "touched_students",
}
"""Capability → the function whose override declares it. The diary is composed, hence always declared."""


class Affiliation(msgspec.Struct, frozen=True):
    """The school, the class and the time zone of a student or teacher."""

    organization: Ref | None = None
    group: Ref | None = None
    time_zone: str = ""


class SimpleSystem:
    """Implements connector.sdk.system.WholeJournal. Raises Misdeclared for an incomplete journal."""

    def __init__(self, journal: SimpleJournal, clock: Clock) -> None:
        self._journal, self._clock = journal, clock
        self._zone = zone_of(journal)
        self._description = describe(journal)

    def capabilities(self) -> SystemDescription:
        """What the journal declares by the functions it overrides."""
        return self._description

    def today(self) -> date:
        """The current day in the journal's time zone."""
        return self._clock.now().astimezone(self._zone).date()

    # -- students --------------------------------------------------------------------------------

    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        """Lessons on days of the window, in order of start, number and id."""
        person = await self._student(student_id)
        return None if person is None else await self._schedule(student_id, person, window)

    async def homework(self, student_id: str, window: Window) -> HomeworkList | None:
        """Homework due in the window, in order of due date and id."""
        person = await self._student(student_id)
        return None if person is None else await self._homework(student_id, person, window)

    async def marks(self, student_id: str, window: Window) -> Marks | None:
        """Marks for days of the window, in order of day, lesson, position and id."""
        person = await self._student(student_id)
        return None if person is None else await self._marks(student_id, person, window)

    async def attendance(self, student_id: str, window: Window) -> AttendanceList | None:
        """Absences in the window, in order of day and lesson."""
        person = await self._student(student_id)
        return None if person is None else await self._attendance(student_id, person, window)

    async def diary(self, student_id: str, window: Window) -> Diary | None:
        """Composed of the other answers, looking the student up once."""
        person = await self._student(student_id)
        if person is None:
            return None
        absences = None
        if self._journal.has("attendance"):
            absences = await self._attendance(student_id, person, window)
        return compose(
            await self._schedule(student_id, person, window),
            await self._homework(student_id, person, window),
            await self._marks(student_id, person, window),
            absences,
        )

    async def final_marks(self, student_id: str, academic_year: int) -> FinalMarks | None:
        """Final marks of the academic year that begins in that calendar year."""
        person = await self._student(student_id)
        if person is None:
            return None
        rows = await fetch_rows(self._journal.final_marks, student_id, academic_year) or ()
        marks = self._read("final_marks", FinalMark, rows, nested_columns.nest_final_mark, person)
        of_year = tuple(mark for mark in marks if mark.academic_year in (None, academic_year))
        return FinalMarks(student_id=student_id, academic_year=academic_year, final_marks=of_year)

    async def _schedule(self, student_id: str, person: Affiliation, window: Window) -> Schedule:
        rows = await fetch_rows(self._journal.lessons, student_id, window.first, window.last)
        lessons = self._lessons("lessons", rows or (), person, window)
        return Schedule(
            student_id=student_id, lessons=lessons, group=person.group, **_day_fields(person, window)
        )

    async def _homework(self, student_id: str, person: Affiliation, window: Window) -> HomeworkList:
        rows = await fetch_rows(self._journal.homework, student_id, window.first, window.last) or ()
        tasks = self._read("homework", Homework, rows, nested_columns.nest_homework, person)
        due = sorted(
            (task for task in tasks if task.due_on in window), key=lambda task: (task.due_on, task.id)
        )
        return HomeworkList(
            student_id=student_id, homework=tuple(due), group=person.group, **_day_fields(person, window)
        )

    async def _marks(self, student_id: str, person: Affiliation, window: Window) -> Marks:
        rows = await fetch_rows(self._journal.marks, student_id, window.first, window.last) or ()
        read = self._read("marks", Mark, rows, nested_columns.nest_mark, person)
        inside = (mark for mark in read if mark.day in window)
        marks = sorted(inside, key=lambda mark: (mark.day, mark.lesson_id or "", mark.position, mark.id))
        return Marks(
            student_id=student_id, marks=tuple(marks), group=person.group, **_day_fields(person, window)
        )

    async def _attendance(self, student_id: str, person: Affiliation, window: Window) -> AttendanceList:
        rows = await fetch_rows(self._journal.attendance, student_id, window.first, window.last) or ()
        read = self._read("attendance", Attendance, rows, nested_columns.nest_attendance, person)
        inside = (absence for absence in read if absence.day in window)
        absences = tuple(sorted(inside, key=lambda absence: (absence.day, absence.lesson_id)))
        return AttendanceList(
            student_id=student_id, attendance=absences, group=person.group, **_day_fields(person, window)
        )

    # -- teachers, files, changes ----------------------------------------------------------------

    async def teacher_schedule(self, teacher_id: str, window: Window) -> TeacherSchedule | None:
        """A teacher's lessons on days of the window; None if the teacher is unknown."""
        rows = await fetch_rows(self._journal.teacher_lessons, teacher_id, window.first, window.last)
        if rows is None:
            return None
        row = await fetch_value(self._journal.teacher, teacher_id) if self._journal.has("teacher") else {}
        person = self._affiliation("teacher", row or {})
        lessons = self._lessons("teacher_lessons", rows, person, window)
        return TeacherSchedule(teacher_id=teacher_id, lessons=lessons, **_day_fields(person, window))

    async def file(self, file_id: str) -> FileContent | None:
        """An attachment; None if it is unknown. Raises Misdeclared for another type."""
        content: object = await fetch_value(self._journal.file, file_id)
        if content is None or isinstance(content, FileContent):
            return content
        raise Misdeclared(
            f"file() returned a {type(content).__name__}: return FileContent(name, media_type, content)"
        )

    async def changes(self, since: str | None) -> Changes:
        """A page of changes after the cursor."""

        async def touched(instant: datetime) -> Iterable[Touched]:
            rows = await fetch_rows(self._journal.touched_students, instant.astimezone(self._zone))
            return self._read("touched_students", Touched, rows or (), nested_columns.nest_touched)

        return await changes_since(since, touched, self._clock.now())

    async def put_meeting(self, lesson_id: str, meeting: Meeting) -> bool:
        """False if the journal returns False: there is no such lesson."""
        result = await fetch_value(self._journal.put_meeting, lesson_id, meeting.url, meeting.title)
        return result is not False

    async def put_presence(self, lesson_id: str, presence: Presence) -> bool:
        """False if the journal returns False: there is no such lesson."""
        attendees = [msgspec.structs.asdict(attendee) for attendee in presence.attendees]
        return await fetch_value(self._journal.put_presence, lesson_id, attendees) is not False

    async def student_by_esia_oid(self, oid: str) -> str | None:
        """The student's id as text."""
        return _id(await fetch_value(self._journal.student_by_esia_oid, oid))

    async def teacher_by_esia_oid(self, oid: str) -> str | None:
        """The teacher's id as text; None also if the journal has no such function."""
        if not self._journal.has("teacher_by_esia_oid"):
            return None
        return _id(await fetch_value(self._journal.teacher_by_esia_oid, oid))

    # -- rows ------------------------------------------------------------------------------------

    async def _student(self, student_id: str) -> Affiliation | None:
        row = await fetch_value(self._journal.student, student_id)
        return None if row is None else self._affiliation("student", row)

    def _affiliation(self, function: str, row: Row) -> Affiliation:
        row_context = RowContext(function, 1, self._zone)
        person = read_row(Affiliation, row, row_context, nested_columns.nest_person)
        if not person.time_zone:
            return msgspec.structs.replace(person, time_zone=self._zone.key)
        try:
            ZoneInfo(person.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise row_context.error("time_zone", "not an IANA name such as Asia/Vladivostok") from None
        return person

    def _lessons(
        self, function: str, rows: Iterable[Row], person: Affiliation, window: Window
    ) -> tuple[Lesson, ...]:
        zone = ZoneInfo(person.time_zone)
        read = self._read(function, Lesson, rows, nested_columns.nest_lesson, person)
        inside = (lesson for lesson in read if lesson.starts_at.astimezone(zone).date() in window)
        return tuple(sorted(inside, key=lambda lesson: (lesson.starts_at, lesson.number or 0, lesson.id)))

    def _read(
        self, function: str, kind: type[S], rows: Iterable[Row], nest: Nest, person: Affiliation | None = None
    ) -> Iterator[S]:
        zone = ZoneInfo(person.time_zone) if person else self._zone
        for number, row in enumerate(rows, 1):
            yield read_row(kind, row, RowContext(function, number, zone), nest)


def system_info(journal: SimpleJournal, functions: Iterable[str]) -> SystemInfo:
    """The names of a journal's system.

    Raises Misdeclared if one is empty or one of `functions` is missing.
    """
    names = {"vendor": journal.vendor, "product": journal.product, "region": journal.region}
    for name, text in names.items():
        if not text:
            raise Misdeclared(f'{type(journal).__name__} has no {name}: write {name} = "…" in the class')
    if missing := [name for name in functions if not journal.has(name)]:
        raise Misdeclared(
            f"{type(journal).__name__} has no {', '.join(missing)}: write them; their docstrings in"
            " SimpleJournal name the columns"
        )
    return SystemInfo(vendor=journal.vendor, product=journal.product, version=journal.version)


def describe(journal: SimpleJournal) -> SystemDescription:
    """What a complete journal declares, by the functions it overrides. Raises Misdeclared."""
    system = system_info(journal, REQUIRED_FUNCTIONS)
    capabilities = [name for name, function in _CAPABILITIES.items() if journal.has(function)]
    if journal.has("put_meeting") and journal.has("put_presence"):
        capabilities.append("meetings")
    return SystemDescription(
        system=system,
        capabilities=("diary", *capabilities),
        profiles=("fgis-2021",) if journal.has("student_by_esia_oid") else (),
        limits=Limits(window_days=journal.window_days, requests_per_second=journal.requests_per_second),
    )


def zone_of(journal: SimpleJournal) -> ZoneInfo:
    """The journal's time zone. Raises Misdeclared if its name is unknown."""
    try:
        return ZoneInfo(journal.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Misdeclared(
            f"time_zone is {journal.time_zone!r}: write an IANA name such as Asia/Vladivostok"
        ) from None


class _DayFields(TypedDict):
    """What answers about days of students and teachers share."""

    first_day: date
    last_day: date
    time_zone: str
    organization: Ref | None


def _day_fields(person: Affiliation, window: Window) -> _DayFields:
    return _DayFields(
        first_day=window.first,
        last_day=window.last,
        time_zone=person.time_zone,
        organization=person.organization,
    )


def _id(result: object) -> str | None:
    return None if result is None else str(msgspec.convert(str(result), Id))
