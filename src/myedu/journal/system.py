"""The journal as the SDK serves it: the contract's methods over named queries."""

from collections.abc import Mapping
from datetime import date
from typing import TypedDict
from zoneinfo import ZoneInfo

from psycopg import AsyncConnection

from myedu import __version__
from myedu.connector.sdk.diary import compose
from myedu.connector.sdk.system import FileContent
from myedu.contract.answers import (
    AttendanceList,
    Change,
    Changes,
    Diary,
    FinalMarks,
    HomeworkList,
    Marks,
    Schedule,
    SystemDescription,
    SystemInfo,
    TeacherSchedule,
)
from myedu.contract.meetings import Meeting, Presence
from myedu.contract.problems import ContractError, problem
from myedu.contract.school import Ref
from myedu.contract.windows import Window
from myedu.journal import store
from myedu.journal.store import queries
from myedu.kit.clock import Clock
from myedu.kit.db import Database, execute, fetch_all, fetch_one, fetch_value

SYSTEM_INFO = SystemInfo(vendor="myedu", product="Эталонный журнал", version=__version__)
_CAPABILITIES = ("diary", "attendance", "final-marks", "teachers", "files", "changes", "meetings")
_CHANGES_PER_ANSWER = 500


class Journal:
    """Implements connector.sdk.system.WholeJournal. None from a method: there is no such id."""

    def __init__(self, database: Database, clock: Clock, time_zone: str) -> None:
        """`time_zone` (IANA): decides what day it is for requests without a window."""
        self._database, self._clock, self._zone = database, clock, ZoneInfo(time_zone)

    async def capabilities(self) -> SystemDescription:
        """All capabilities but `exports`, which the SDK adds if there is a folder of packages."""
        return SystemDescription(system=SYSTEM_INFO, capabilities=_CAPABILITIES, profiles=("fgis-2021",))

    def today(self) -> date:
        """The day in the journal's time zone."""
        return self._clock.now().astimezone(self._zone).date()

    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        """Lessons of the pupil's groups, in order."""
        async with self._database.connection() as conn:
            student = await _student(conn, student_id)
            return await _schedule(conn, student, window) if student else None

    async def homework(self, student_id: str, window: Window) -> HomeworkList | None:
        """Homework due in the window, of the pupil's groups and of this pupil only."""
        async with self._database.connection() as conn:
            student = await _student(conn, student_id)
            return await _homework(conn, student, window) if student else None

    async def marks(self, student_id: str, window: Window) -> Marks | None:
        """Marks for days of the window, in the order of days."""
        async with self._database.connection() as conn:
            student = await _student(conn, student_id)
            return await _marks(conn, student, window) if student else None

    async def attendance(self, student_id: str, window: Window) -> AttendanceList | None:
        """Absences and lateness of the window, in the order of lessons."""
        async with self._database.connection() as conn:
            student = await _student(conn, student_id)
            return await _attendance(conn, student, window) if student else None

    async def diary(self, student_id: str, window: Window) -> Diary | None:
        """The four answers above in one: five short statements on one connection."""
        async with self._database.connection() as conn:
            student = await _student(conn, student_id)
            if student is None:
                return None
            return compose(
                await _schedule(conn, student, window),
                await _homework(conn, student, window),
                await _marks(conn, student, window),
                await _attendance(conn, student, window),
            )

    async def final_marks(self, student_id: str, academic_year: int) -> FinalMarks | None:
        """Marks for periods, the year and exams; `academic_year` is its first calendar year."""
        async with self._database.connection() as conn:
            student = await _student(conn, student_id)
            if student is None:
                return None
            params = {"student_id": student_id, "academic_year": academic_year}
            rows = await fetch_all(conn, queries.student_final_marks, params, store.FinalMarkRow)
        return FinalMarks(
            student_id=student_id,
            academic_year=academic_year,
            final_marks=tuple(map(store.to_final_mark, rows)),
        )

    async def teacher_schedule(self, teacher_id: str, window: Window) -> TeacherSchedule | None:
        """Lessons of a post, in order.

        `teacher_id` is an id of `staff`: a post has one school, so one time zone.
        """
        params = {"teacher_id": teacher_id, "first": window.first, "last": window.last}
        async with self._database.connection() as conn:
            teacher = await fetch_one(conn, queries.teacher, {"teacher_id": teacher_id}, store.TeacherRow)
            if teacher is None:
                return None
            rows = await fetch_all(conn, queries.teacher_lessons, params, store.LessonRow)
        return TeacherSchedule(
            first_day=window.first,
            last_day=window.last,
            time_zone=teacher.time_zone,
            teacher_id=teacher.id,
            organization=Ref(id=teacher.organization_id, name=teacher.organization_name),
            lessons=tuple(map(store.to_lesson, rows)),
        )

    async def file(self, file_id: str) -> FileContent | None:
        """An attachment with its bytes."""
        async with self._database.connection() as conn:
            row = await fetch_one(conn, queries.file, {"file_id": file_id}, store.FileRow)
        return FileContent(row.name, row.media_type, row.content) if row else None

    async def changes(self, since: str | None) -> Changes:
        """Changes after a cursor, oldest first; without a cursor none, but the cursor to start from.

        The feed keeps all its entries, so cursors don't expire. A cursor ahead of every transaction comes
        from another database, as after a restore from a backup: reading from it would miss changes. Raises
        ContractError: `cursor-gone` for such a cursor, `bad-parameter` for anything that is no cursor.
        """
        async with self._database.connection() as conn:
            if since is None:
                return Changes(cursor=await _latest_cursor(conn), changes=())
            xid, seq = _parse_cursor(since)
            if int(xid) > int(await fetch_value(conn, queries.next_transaction)):
                raise ContractError(problem("cursor-gone"))
            params = {"xid": xid, "seq": seq, "limit": _CHANGES_PER_ANSWER + 1}
            rows = await fetch_all(conn, queries.changes_since, params, store.ChangeRow)
        more, rows = len(rows) > _CHANGES_PER_ANSWER, rows[:_CHANGES_PER_ANSWER]
        return Changes(
            cursor=f"{rows[-1].xid}-{rows[-1].seq}" if rows else since,
            changes=tuple(
                Change(
                    student_id=row.person_id, what=(row.what,), first_day=row.first_day, last_day=row.last_day
                )
                for row in rows
            ),
            more=more,
        )

    async def put_meeting(self, lesson_id: str, meeting: Meeting) -> bool:
        """Sets or removes the link of the video lesson. False: no such lesson."""
        title = meeting.title if meeting.url else None
        params = {"lesson_id": lesson_id, "url": meeting.url, "title": title, "now": self._clock.now()}
        async with self._database.connection() as conn:
            return await execute(conn, queries.update_meeting, params) > 0

    async def put_presence(self, lesson_id: str, presence: Presence) -> bool:
        """Replaces the list of people who were in the video lesson. False: no such lesson.

        Raises ContractError for a person named twice and for one whom the journal doesn't know.
        """
        people = presence.attendees
        person_ids = [attendee.person_id for attendee in people]
        params = {
            "lesson_id": lesson_id,
            "person_ids": person_ids,
            "joined_at": [attendee.joined_at for attendee in people],
            "seconds": [attendee.seconds for attendee in people],
        }
        if len(set(person_ids)) < len(people):
            raise _wrong_attendees("name each person once, with all visits together")
        async with self._database.transaction() as conn:
            if not await fetch_value(conn, queries.lesson_for_update, {"lesson_id": lesson_id}):
                return False
            await execute(conn, queries.delete_presence, {"lesson_id": lesson_id})
            if await execute(conn, queries.insert_presence, params) < len(people):
                raise _wrong_attendees("the journal doesn't know every person of the list")
        return True

    async def student_by_esia_oid(self, oid: str) -> str | None:
        """The id of the pupil with this ESIA account."""
        async with self._database.connection() as conn:
            student_id: str | None = await fetch_value(conn, queries.student_by_esia_oid, {"oid": oid})
            return student_id


async def _student(conn: AsyncConnection, student_id: str) -> store.StudentRow | None:
    return await fetch_one(conn, queries.student, {"student_id": student_id}, store.StudentRow)


async def _schedule(conn: AsyncConnection, student: store.StudentRow, window: Window) -> Schedule:
    rows = await fetch_all(conn, queries.student_lessons, _days(student, window), store.LessonRow)
    return Schedule(**_header(student, window), lessons=tuple(map(store.to_lesson, rows)))


async def _homework(conn: AsyncConnection, student: store.StudentRow, window: Window) -> HomeworkList:
    rows = await fetch_all(conn, queries.student_homework, _days(student, window), store.HomeworkRow)
    return HomeworkList(**_header(student, window), homework=tuple(map(store.to_homework, rows)))


async def _marks(conn: AsyncConnection, student: store.StudentRow, window: Window) -> Marks:
    zone = ZoneInfo(student.time_zone)
    rows = await fetch_all(conn, queries.student_marks, _days(student, window), store.MarkRow)
    return Marks(**_header(student, window), marks=tuple(store.to_mark(row, zone) for row in rows))


async def _attendance(conn: AsyncConnection, student: store.StudentRow, window: Window) -> AttendanceList:
    rows = await fetch_all(conn, queries.student_attendance, _days(student, window), store.AttendanceRow)
    return AttendanceList(**_header(student, window), attendance=tuple(map(store.to_attendance, rows)))


def _days(student: store.StudentRow, window: Window) -> Mapping[str, object]:
    return {"student_id": student.id, "first": window.first, "last": window.last}


class _Header(TypedDict):
    """The fields that all answers about a pupil's days share."""

    first_day: date
    last_day: date
    time_zone: str
    student_id: str
    organization: Ref
    group: Ref


def _header(student: store.StudentRow, window: Window) -> _Header:
    return _Header(
        first_day=window.first,
        last_day=window.last,
        time_zone=student.time_zone,
        student_id=student.id,
        organization=Ref(id=student.organization_id, name=student.organization_name),
        group=Ref(id=student.group_id, name=student.group_name),
    )


async def _latest_cursor(conn: AsyncConnection) -> str:
    return f"{await fetch_value(conn, queries.latest_position)}-0"


def _wrong_attendees(detail: str) -> ContractError:
    return ContractError(problem("bad-parameter", field="attendees", detail=detail))


def _parse_cursor(cursor: str) -> tuple[str, int]:
    """(xid, seq) of a cursor `xid-seq`. Raises ContractError for any other text."""
    xid, _, seq = cursor.partition("-")
    largest = 2**63 - 1
    if not (xid.isdecimal() and seq.isdecimal() and int(xid) <= largest and int(seq) <= largest):
        raise ContractError(problem("bad-parameter", field="since", detail="give a cursor as it was given"))
    return xid, int(seq)
