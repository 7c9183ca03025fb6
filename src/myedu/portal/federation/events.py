"""What happened in diaries, for rooms that tell people: noted with the new copy, read from a cursor.

A room keeps the `seq` of the last event that it has worked on, one for each region. An event may come again
with a higher `seq` when the same mark, lesson or task changes again: its last state is what stands here.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import Database, execute, fetch_all, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.federation.change_events import About, ChangeEvent, Kind
from myedu.portal.federation.models import Question
from myedu.portal.federation.sealing import CannotOpen, Keyring
from myedu.portal.people.models import Place, Student

QUERIES = load_queries(__package__, "events.sql")

PAGE = 500
_ERASED_AT_ONCE = 2000  # as of copies

_log = logging.getLogger(__name__)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What is new or changed. `seq` is the cursor behind it; `at`: when the portal learnt of it.

    `day`: of the mark or lesson, or on which the task is due. `subject`, `value` and `was` as in news.News;
    all None where the key that sealed them has been dropped from the settings.
    """

    seq: int
    region: str
    system_id: str
    student_id: str
    about: About
    kind: Kind
    thing_id: str
    day: date
    at: datetime
    subject: str | None = None
    value: str | None = None
    was: str | None = None


class Events:
    """Notes and reads events with the portal's keys."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def note(
        self, conn: AsyncConnection, question: Question, news: Sequence[ChangeEvent], at: datetime
    ) -> int:
        """Note what is news, in the transaction that keeps the new copy; how many weren't known yet."""
        student = question.student
        names = [
            _name(student.region, student.system_id, student.person_id, n.about, n.thing_id) for n in news
        ]
        row = {
            "region": student.region,
            "system_id": student.system_id,
            "student_id": student.person_id,
            "at": at,
            "abouts": [one.about for one in news],
            "things": [one.thing_id for one in news],
            "kinds": [one.kind for one in news],
            "days": [one.day for one in news],
            "states": [self._sum(one, name) for one, name in zip(news, names, strict=True)],
            "details": [self._sealed(one, name) for one, name in zip(news, names, strict=True)],
        }
        noted: int = await fetch_value(conn, QUERIES.note, row)
        return noted

    async def since(self, conn: AsyncConnection, region: str, after: int, *, most: int = PAGE) -> list[Event]:
        """A region's events behind the cursor `after` (0: from the oldest kept), at most so many.

        For rooms that work by themselves. What a person is shown goes through the door: `of_student`.
        """
        where = {"region": region, "after": after, "most": most}
        return [self._opened(row) for row in await fetch_all(conn, QUERIES.since, where, _Row)]

    async def of_student(
        self, conn: AsyncConnection, student: Student, after: int, *, most: int = PAGE
    ) -> list[Event]:
        """The same of one pupil, whom the door has let the viewer see."""
        where = {
            "region": student.region,
            "system_id": student.system_id,
            "student_id": student.person_id,
            "after": after,
            "most": most,
        }
        return [self._opened(row) for row in await fetch_all(conn, QUERIES.of_student, where, _Row)]

    def _sum(self, news: ChangeEvent, name: bytes) -> bytes:
        return self._keyring.sum(msgspec.json.encode(news.state), name)

    def _sealed(self, news: ChangeEvent, name: bytes) -> bytes:
        detail = _Detail(subject=news.subject, value=news.value, was=news.was)
        return self._keyring.seal(msgspec.json.encode(detail), name)

    def _opened(self, row: "_Row") -> Event:
        name = _name(row.region, row.system_id, row.student_id, row.about, row.thing_id)
        plain: dict[str, Any] = msgspec.structs.asdict(row)
        sealed = plain.pop("detail")
        try:
            detail = msgspec.json.decode(self._keyring.open(sealed, name), type=_Detail)
        except CannotOpen as problem:
            _log.warning("an event can't be opened: system=%s why=%s", row.system_id, problem.why)
            return Event(**plain)
        return Event(**plain, subject=detail.subject, value=detail.value, was=detail.was)


class _Detail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    subject: str
    value: str | None = None
    was: str | None = None


class _Row(msgspec.Struct, frozen=True):
    region: str
    system_id: str
    student_id: str
    about: Any
    thing_id: str
    kind: Any
    day: date
    at: datetime
    detail: bytes
    seq: int


async def erase_persons(conn: AsyncConnection, place: Place) -> None:
    """Events of the persons whom this transaction erases."""
    await execute(conn, QUERIES.erase_persons, {"region": place.region, "system_id": place.system_id})


async def erase_old(database: Database, now: datetime, days: int) -> int:
    """Erase events more than so many days old; how many."""
    before, erased = now - timedelta(days=days), 0
    while True:
        async with database.connection() as conn:
            some = await execute(conn, QUERIES.erase_old, {"before": before, "most": _ERASED_AT_ONCE})
        if some == 0:
            return erased
        erased += some


def _name(region: str, system_id: str, student_id: str, about: str, thing_id: str) -> bytes:
    """One unambiguous line, none of which names a copy."""
    return msgspec.json.encode(["event", region, system_id, student_id, about, thing_id])
