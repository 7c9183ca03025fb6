"""Changes in diaries, for rooms that notify people: recorded with the new copy, read from a cursor.

A room keeps the `seq` of the last event that it has processed, one for each region. An event may come again
with a higher `seq` when the same mark, lesson or task changes again: only its last state is stored.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import cast

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import Database, execute, fetch_all, fetch_value
from myedu.kit.encryption import CannotDecrypt, Keyring
from myedu.kit.sql import load_queries
from myedu.portal.federation.change_events import ChangeEvent
from myedu.portal.federation.models import About, Answer, Event, EventKind, JournalQuery
from myedu.portal.people.models import Place, Student

QUERIES = load_queries(__package__, "events.sql")

PAGE = 500
_ERASED_AT_ONCE = 2000  # as of copies

_log = logging.getLogger(__name__)


class EventStore:
    """Records and reads events with the portal's keys."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def record(
        self, conn: AsyncConnection, query: JournalQuery[Answer], changes: Sequence[ChangeEvent], at: datetime
    ) -> int:
        """Record what has changed, in the transaction that saves the new copy; how many were new."""
        student = query.student
        names = [
            _name(student.region, student.system_id, student.person_id, change.about, change.thing_id)
            for change in changes
        ]
        row = {
            "region": student.region,
            "system_id": student.system_id,
            "student_id": student.person_id,
            "at": at,
            "abouts": [change.about for change in changes],
            "things": [change.thing_id for change in changes],
            "kinds": [change.kind for change in changes],
            "days": [change.day for change in changes],
            "states": [self._mac(change, name) for change, name in zip(changes, names, strict=True)],
            "details": [self._encrypted(change, name) for change, name in zip(changes, names, strict=True)],
        }
        recorded: int = await fetch_value(conn, QUERIES.record, row)
        return recorded

    async def since(
        self, conn: AsyncConnection, region: str, after: int, *, limit: int = PAGE
    ) -> list[Event]:
        """A region's events after the cursor `after` (0: from the oldest kept), the oldest first.

        For rooms that work without a viewer. What a person is shown comes from `of_student`.
        """
        where = {"region": region, "after": after, "limit": limit}
        return [self._decrypted(row) for row in await fetch_all(conn, QUERIES.since, where, _Row)]

    async def of_student(
        self, conn: AsyncConnection, student: Student, after: int, *, limit: int = PAGE
    ) -> list[Event]:
        """The same of one pupil, whom the viewer may see."""
        where = {
            "region": student.region,
            "system_id": student.system_id,
            "student_id": student.person_id,
            "after": after,
            "limit": limit,
        }
        return [self._decrypted(row) for row in await fetch_all(conn, QUERIES.of_student, where, _Row)]

    def _mac(self, change: ChangeEvent, name: bytes) -> bytes:
        return self._keyring.mac(msgspec.json.encode(change.state), name)

    def _encrypted(self, change: ChangeEvent, name: bytes) -> bytes:
        detail = _Detail(subject=change.subject, value=change.value, was=change.was)
        return self._keyring.encrypt(msgspec.json.encode(detail), name)

    def _decrypted(self, row: "_Row") -> Event:
        detail = self._detail(row)
        return Event(
            seq=row.seq,
            region=row.region,
            system_id=row.system_id,
            student_id=row.student_id,
            # CHECK constraints of the table allow no other words.
            about=cast(About, row.about),
            kind=cast(EventKind, row.kind),
            thing_id=row.thing_id,
            day=row.day,
            at=row.at,
            subject=detail.subject,
            value=detail.value,
            was=detail.was,
        )

    def _detail(self, row: "_Row") -> "_Detail":
        name = _name(row.region, row.system_id, row.student_id, row.about, row.thing_id)
        try:
            return msgspec.json.decode(self._keyring.decrypt(row.detail, name), type=_Detail)
        except CannotDecrypt as problem:
            _log.warning("an event can't be decrypted: system=%s why=%s", row.system_id, problem.why)
            return _Detail(subject=None)


class _Detail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is stored encrypted."""

    subject: str | None
    value: str | None = None
    was: str | None = None


class _Row(msgspec.Struct, frozen=True):
    region: str
    system_id: str
    student_id: str
    about: str
    thing_id: str
    kind: str
    day: date
    at: datetime
    detail: bytes
    seq: int


async def erase_persons(conn: AsyncConnection, place: Place) -> None:
    """Erase the events of the persons whom this transaction erases."""
    await execute(conn, QUERIES.erase_persons, {"region": place.region, "system_id": place.system_id})


async def erase_old(database: Database, now: datetime, days: int) -> int:
    """Erase events more than so many days old; how many were erased."""
    before, erased = now - timedelta(days=days), 0
    while True:
        async with database.connection() as conn:
            count = await execute(conn, QUERIES.erase_old, {"before": before, "limit": _ERASED_AT_ONCE})
        if count == 0:
            return erased
        erased += count


def _name(region: str, system_id: str, student_id: str, about: str, thing_id: str) -> bytes:
    """One unambiguous line, different from the name of any copy: the encryption is bound to it."""
    return msgspec.json.encode(["event", region, system_id, student_id, about, thing_id])
