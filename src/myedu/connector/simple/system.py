"""A SimpleJournal as the SDK's server wants it: rows become answers of the contract."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from myedu.connector.sdk.diary import compose
from myedu.connector.sdk.feed import Touched, changes_since
from myedu.connector.sdk.system import FileContent, Misdeclared
from myedu.connector.simple import shapes
from myedu.connector.simple.asking import ask_one, ask_rows
from myedu.connector.simple.journal import SimpleJournal, required_functions
from myedu.connector.simple.rows import Fold, Place, read_row
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
"""A capability and the function that declares it by being written; the diary is composed, so always there."""


class About(msgspec.Struct, frozen=True):
    """Whose days they are: where, in which class, by which clock."""

    organization: Ref | None = None
    group: Ref | None = None
    time_zone: str = ""


class SimpleSystem:
    """Implements connector.sdk.system.WholeJournal. Raises Misdeclared for a journal without a name."""

    def __init__(self, journal: SimpleJournal, clock: Clock) -> None:
        self._journal, self._clock = journal, clock
        self._zone = zone_of(journal)
        self._description = describe(journal)

    def capabilities(self) -> SystemDescription:
        return self._description

    def today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    # -- pupils ----------------------------------------------------------------------------------

    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        about = await self._student(student_id)
        return None if about is None else await self._schedule(student_id, about, window)

    async def homework(self, student_id: str, window: Window) -> HomeworkList | None:
        about = await self._student(student_id)
        return None if about is None else await self._homework(student_id, about, window)

    async def marks(self, student_id: str, window: Window) -> Marks | None:
        about = await self._student(student_id)
        return None if about is None else await self._marks(student_id, about, window)

    async def attendance(self, student_id: str, window: Window) -> AttendanceList | None:
        about = await self._student(student_id)
        return None if about is None else await self._attendance(student_id, about, window)

    async def diary(self, student_id: str, window: Window) -> Diary | None:
        """Composed; the pupil is looked up once."""
        about = await self._student(student_id)
        if about is None:
            return None
        absences = None
        if self._journal.has("attendance"):
            absences = await self._attendance(student_id, about, window)
        return compose(
            await self._schedule(student_id, about, window),
            await self._homework(student_id, about, window),
            await self._marks(student_id, about, window),
            absences,
        )

    async def final_marks(self, student_id: str, academic_year: int) -> FinalMarks | None:
        about = await self._student(student_id)
        if about is None:
            return None
        rows = await ask_rows(self._journal.final_marks, student_id, academic_year) or ()
        marks = self._read("final_marks", FinalMark, rows, shapes.final_mark, about)
        found = tuple(one for one in marks if one.academic_year in (None, academic_year))
        return FinalMarks(student_id=student_id, academic_year=academic_year, final_marks=found)

    async def _schedule(self, student_id: str, about: About, window: Window) -> Schedule:
        rows = await ask_rows(self._journal.lessons, student_id, window.first, window.last)
        lessons = self._lessons("lessons", rows or (), about, window)
        return Schedule(student_id=student_id, lessons=lessons, **_head(about, window))

    async def _homework(self, student_id: str, about: About, window: Window) -> HomeworkList:
        rows = await ask_rows(self._journal.homework, student_id, window.first, window.last) or ()
        read = self._read("homework", Homework, rows, shapes.homework, about)
        due = sorted((one for one in read if one.due_on in window), key=lambda one: (one.due_on, one.id))
        return HomeworkList(student_id=student_id, homework=tuple(due), **_head(about, window))

    async def _marks(self, student_id: str, about: About, window: Window) -> Marks:
        rows = await ask_rows(self._journal.marks, student_id, window.first, window.last) or ()
        read = self._read("marks", Mark, rows, shapes.mark, about)
        inside = (one for one in read if one.day in window)
        marks = sorted(inside, key=lambda one: (one.day, one.lesson_id or "", one.position, one.id))
        return Marks(student_id=student_id, marks=tuple(marks), **_head(about, window))

    async def _attendance(self, student_id: str, about: About, window: Window) -> AttendanceList:
        rows = await ask_rows(self._journal.attendance, student_id, window.first, window.last) or ()
        read = self._read("attendance", Attendance, rows, shapes.attendance, about)
        inside = sorted((one for one in read if one.day in window), key=lambda one: (one.day, one.lesson_id))
        return AttendanceList(student_id=student_id, attendance=tuple(inside), **_head(about, window))

    # -- teachers, files, changes ----------------------------------------------------------------

    async def teacher_schedule(self, teacher_id: str, window: Window) -> TeacherSchedule | None:
        rows = await ask_rows(self._journal.teacher_lessons, teacher_id, window.first, window.last)
        if rows is None:
            return None
        found = await ask_one(self._journal.teacher, teacher_id) if self._journal.has("teacher") else {}
        about = self._about("teacher", found or {})
        head = _head(about, window)
        del head["group"]
        lessons = self._lessons("teacher_lessons", rows, about, window)
        return TeacherSchedule(teacher_id=teacher_id, lessons=lessons, **head)

    async def file(self, file_id: str) -> FileContent | None:
        found: FileContent | None = await ask_one(self._journal.file, file_id)
        if found is None or isinstance(found, FileContent):
            return found
        raise Misdeclared(
            f"file() gave a {type(found).__name__}: give FileContent(name, media_type, content)"
        )

    async def changes(self, since: str | None) -> Changes:
        async def touched(instant: datetime) -> Iterable[Touched]:
            rows = await ask_rows(self._journal.touched_students, instant.astimezone(self._zone))
            return self._read("touched_students", Touched, rows or (), shapes.touched)

        return await changes_since(since, touched, self._clock.now())

    async def put_meeting(self, lesson_id: str, meeting: Meeting) -> bool:
        found = await ask_one(self._journal.put_meeting, lesson_id, meeting.url, meeting.title)
        return found is not False

    async def put_presence(self, lesson_id: str, presence: Presence) -> bool:
        attendees = [msgspec.structs.asdict(one) for one in presence.attendees]
        return await ask_one(self._journal.put_presence, lesson_id, attendees) is not False

    async def student_by_esia_oid(self, oid: str) -> str | None:
        return _id(await ask_one(self._journal.student_by_esia_oid, oid))

    async def teacher_by_esia_oid(self, oid: str) -> str | None:
        if not self._journal.has("teacher_by_esia_oid"):
            return None
        return _id(await ask_one(self._journal.teacher_by_esia_oid, oid))

    # -- rows ------------------------------------------------------------------------------------

    async def _student(self, student_id: str) -> About | None:
        found = await ask_one(self._journal.student, student_id)
        return None if found is None else self._about("student", found)

    def _about(self, function: str, row: Any) -> About:
        place = Place(function, 1, self._zone)
        about = read_row(About, row, place, shapes.about)
        if not about.time_zone:
            return msgspec.structs.replace(about, time_zone=self._zone.key)
        try:
            ZoneInfo(about.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise place.wrong("time_zone", "not an IANA name such as Asia/Vladivostok") from None
        return about

    def _lessons(
        self, function: str, rows: Iterable[Any], about: About, window: Window
    ) -> tuple[Lesson, ...]:
        zone = ZoneInfo(about.time_zone)
        read = self._read(function, Lesson, rows, shapes.lesson, about)
        inside = (one for one in read if one.starts_at.astimezone(zone).date() in window)
        return tuple(sorted(inside, key=lambda one: (one.starts_at, one.number or 0, one.id)))

    def _read(
        self, function: str, kind: type[S], rows: Iterable[Any], fold: Fold, about: About | None = None
    ) -> Iterator[S]:
        zone = ZoneInfo(about.time_zone) if about else self._zone
        for number, row in enumerate(rows, 1):
            yield read_row(kind, row, Place(function, number, zone), fold)


def info_of(journal: SimpleJournal, functions: Iterable[str]) -> SystemInfo:
    """What the journal says of itself. Raises Misdeclared where it doesn't, or lacks one of `functions`."""
    for name in ("vendor", "product", "region"):
        if not getattr(journal, name):
            raise Misdeclared(f'{type(journal).__name__} has no {name}: write {name} = "…" in the class')
    if missing := [name for name in functions if not journal.has(name)]:
        raise Misdeclared(
            f"{type(journal).__name__} has no {', '.join(missing)}: write them; their docstrings in"
            " SimpleJournal name the columns"
        )
    return SystemInfo(vendor=journal.vendor, product=journal.product, version=journal.version)


def describe(journal: SimpleJournal) -> SystemDescription:
    """What a journal that has all that is required can do, by the functions it has. Raises Misdeclared."""
    system = info_of(journal, required_functions())
    found = [name for name, function in _CAPABILITIES.items() if journal.has(function)]
    if journal.has("put_meeting") and journal.has("put_presence"):
        found.append("meetings")
    return SystemDescription(
        system=system,
        capabilities=("diary", *found),
        profiles=("fgis-2021",) if journal.has("student_by_esia_oid") else (),
        limits=Limits(window_days=journal.window_days, requests_per_second=journal.requests_per_second),
    )


def zone_of(journal: SimpleJournal) -> ZoneInfo:
    """The journal's zone. Raises Misdeclared."""
    try:
        return ZoneInfo(journal.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Misdeclared(
            f"time_zone is {journal.time_zone!r}: write an IANA name such as Asia/Vladivostok"
        ) from None


def _head(about: About, window: Window) -> dict[str, Any]:
    return {
        "first_day": window.first,
        "last_day": window.last,
        "time_zone": about.time_zone,
        "organization": about.organization,
        "group": about.group,
    }


def _id(found: Any) -> str | None:
    return None if found is None else str(msgspec.convert(str(found), Id))
