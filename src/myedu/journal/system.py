"""The journal as the SDK wants it: a handful of functions over the named queries."""

from collections.abc import Mapping
from datetime import date
from typing import Any
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
_CHANGES_AT_ONCE = 500


class Journal:
    """Implements connector.sdk.system.JournalSystem; None means that nobody has the id."""

    def __init__(self, database: Database, clock: Clock, time_zone: str) -> None:
        """`time_zone`: the journal's own, for windows that nobody gave."""
        self._database, self._clock, self._zone = database, clock, ZoneInfo(time_zone)

    async def capabilities(self) -> SystemDescription:
        return SystemDescription(system=SYSTEM_INFO, capabilities=_CAPABILITIES, profiles=("fgis-2021",))

    def today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        async with self._database.connection() as conn:
            student = await _student(conn, student_id)
            return await _schedule(conn, student, window) if student else None

    async def homework(self, student_id: str, window: Window) -> HomeworkList | None:
        async with self._database.connection() as conn:
            student = await _student(conn, student_id)
            return await _homework(conn, student, window) if student else None

    async def marks(self, student_id: str, window: Window) -> Marks | None:
        async with self._database.connection() as conn:
            student = await _student(conn, student_id)
            return await _marks(conn, student, window) if student else None

    async def attendance(self, student_id: str, window: Window) -> AttendanceList | None:
        async with self._database.connection() as conn:
            student = await _student(conn, student_id)
            return await _attendance(conn, student, window) if student else None

    async def diary(self, student_id: str, window: Window) -> Diary | None:
        """Five short statements on one connection."""
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
        async with self._database.connection() as conn:
            student = await _student(conn, student_id)
            if student is None:
                return None
            params = {"student_id": student_id, "academic_year": academic_year}
            rows = await fetch_all(conn, queries.student_final_marks, params, store.FinalMarkRow)
        return FinalMarks(
            student_id=student_id,
            academic_year=academic_year,
            final_marks=tuple(map(store.final_mark_of, rows)),
        )

    async def teacher_schedule(self, teacher_id: str, window: Window) -> TeacherSchedule | None:
        """`teacher_id` is an id of the table staff: a post, so that it has one school and one clock."""
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
            lessons=tuple(map(store.lesson_of, rows)),
        )

    async def file(self, file_id: str) -> FileContent | None:
        async with self._database.connection() as conn:
            row = await fetch_one(conn, queries.file, {"file_id": file_id}, store.FileRow)
        return FileContent(row.name, row.media_type, row.content) if row else None

    async def changes(self, since: str | None) -> Changes:
        """Without a cursor: where to start from. The feed keeps everything: no cursor of this database ends.

        One ahead of everything is another database's, as after a backup: it would pass by what comes.
        """
        async with self._database.connection() as conn:
            if since is None:
                return Changes(cursor=await _end_of_changes(conn), changes=())
            xid, seq = _parse_cursor(since)
            if int(xid) > int(await fetch_value(conn, queries.changes_ahead)):
                raise ContractError(problem("cursor-gone"))
            params = {"xid": xid, "seq": seq, "limit": _CHANGES_AT_ONCE + 1}
            rows = await fetch_all(conn, queries.changes_since, params, store.ChangeRow)
        more, rows = len(rows) > _CHANGES_AT_ONCE, rows[:_CHANGES_AT_ONCE]
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
        title = meeting.title if meeting.url else None
        place = {"lesson_id": lesson_id, "url": meeting.url, "title": title, "now": self._clock.now()}
        async with self._database.connection() as conn:
            return await execute(conn, queries.put_meeting, place) > 0

    async def put_presence(self, lesson_id: str, presence: Presence) -> bool:
        people = presence.attendees
        given = {
            "lesson_id": lesson_id,
            "person_ids": [one.person_id for one in people],
            "joined_at": [one.joined_at for one in people],
            "seconds": [one.seconds for one in people],
        }
        if len(set(given["person_ids"])) < len(people):
            raise _wrong_attendees("name each person once, with all visits together")
        async with self._database.transaction() as conn:
            if not await fetch_value(conn, queries.lesson_for_update, {"lesson_id": lesson_id}):
                return False
            await execute(conn, queries.forget_presence, {"lesson_id": lesson_id})
            if await execute(conn, queries.put_presence, given) < len(people):
                raise _wrong_attendees("somebody in the list is nobody of this journal")
        return True

    async def student_by_esia_oid(self, oid: str) -> str | None:
        async with self._database.connection() as conn:
            student_id: str | None = await fetch_value(conn, queries.student_by_esia_oid, {"oid": oid})
            return student_id


async def _student(conn: AsyncConnection, student_id: str) -> store.StudentRow | None:
    return await fetch_one(conn, queries.student, {"student_id": student_id}, store.StudentRow)


async def _schedule(conn: AsyncConnection, student: store.StudentRow, window: Window) -> Schedule:
    rows = await fetch_all(conn, queries.student_lessons, _days(student, window), store.LessonRow)
    return Schedule(**_about(student, window), lessons=tuple(map(store.lesson_of, rows)))


async def _homework(conn: AsyncConnection, student: store.StudentRow, window: Window) -> HomeworkList:
    rows = await fetch_all(conn, queries.student_homework, _days(student, window), store.HomeworkRow)
    return HomeworkList(**_about(student, window), homework=tuple(map(store.homework_of, rows)))


async def _marks(conn: AsyncConnection, student: store.StudentRow, window: Window) -> Marks:
    zone = ZoneInfo(student.time_zone)
    rows = await fetch_all(conn, queries.student_marks, _days(student, window), store.MarkRow)
    return Marks(**_about(student, window), marks=tuple(store.mark_of(row, zone) for row in rows))


async def _attendance(conn: AsyncConnection, student: store.StudentRow, window: Window) -> AttendanceList:
    rows = await fetch_all(conn, queries.student_attendance, _days(student, window), store.AttendanceRow)
    return AttendanceList(**_about(student, window), attendance=tuple(map(store.attendance_of, rows)))


def _days(student: store.StudentRow, window: Window) -> Mapping[str, Any]:
    return {"student_id": student.id, "first": window.first, "last": window.last}


def _about(student: store.StudentRow, window: Window) -> dict[str, Any]:
    return {
        "first_day": window.first,
        "last_day": window.last,
        "time_zone": student.time_zone,
        "student_id": student.id,
        "organization": Ref(id=student.organization_id, name=student.organization_name),
        "group": Ref(id=student.group_id, name=student.group_name),
    }


async def _end_of_changes(conn: AsyncConnection) -> str:
    return f"{await fetch_value(conn, queries.changes_end)}-0"


def _wrong_attendees(detail: str) -> ContractError:
    return ContractError(problem("bad-parameter", field="attendees", detail=detail))


def _parse_cursor(cursor: str) -> tuple[str, int]:
    """`xid-seq`, as given out before; anything else is the caller's mistake."""
    xid, _, seq = cursor.partition("-")
    largest = 2**63 - 1
    if not (xid.isdecimal() and seq.isdecimal() and int(xid) <= largest and int(seq) <= largest):
        raise ContractError(problem("bad-parameter", field="since", detail="give a cursor as it was given"))
    return xid, int(seq)
