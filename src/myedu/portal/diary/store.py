"""The diary's SQL: the one statement that opens a page, visits, ticks."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.contract.windows import Window
from myedu.kit.db import execute
from myedu.kit.sql import load_queries
from myedu.portal.diary.models import Family, OpenedChild, OpenedPage
from myedu.portal.federation.models import EncryptedCopy
from myedu.portal.identity.service import token_sha256
from myedu.portal.people.models import Place, Student, Viewer

QUERIES = load_queries("myedu.portal.diary")

VISIT_PAUSE = timedelta(minutes=30)
"""Requests less than this apart are one visit."""
TICKS_BEFORE = timedelta(days=60)
"""No family ticks a task longer than this before the first day of a page."""

# The columns of `open_diary`, in its order: the viewer, the child, `opened`, the copy, the ticks.
_VIEWER = slice(0, len(Viewer.__struct_fields__))
_STUDENT = slice(_VIEWER.stop, _VIEWER.stop + len(Student.__struct_fields__))
_COPY = slice(_STUDENT.stop + 1, _STUDENT.stop + 1 + len(EncryptedCopy.__struct_fields__))


async def open_diary(
    conn: AsyncConnection,
    token: str,
    child: UUID | None,
    now: datetime,
    *,
    page: str,
    window: Window | None = None,
    with_siblings: bool = True,
) -> OpenedPage | None:
    """Open one child's page, or without `child` the whole family's; None without a session.

    `page` and the window go into the audit lines. `children` is empty if the viewer may not see the child.
    `with_siblings=False` leaves the other children out of the family.
    """
    parameters = {
        # As identity keeps it.
        "token_sha256": token_sha256(token),
        "child": child,
        "with_siblings": with_siblings,
        "now": now,
        "detail": _detail(page, window),
        "first_day": window.first if window else None,
        "last_day": window.last if window else None,
        "ticks_since": (window.first if window else now.date()) - TICKS_BEFORE,
    }
    # Binary, unlike kit.db: a copy is kilobytes of bytea, which as text are twice as long.
    async with conn.cursor(binary=True) as cursor:
        await cursor.execute(QUERIES.open_diary.text, parameters)
        rows = await cursor.fetchall()
    return _opened_page(rows, now) if rows else None


def _opened_page(rows: Sequence[Sequence[Any]], now: datetime) -> OpenedPage:
    visible = [(Student(*row[_STUDENT]), row) for row in rows if row[_STUDENT.start] is not None]
    students = tuple(student for student, _ in visible)
    family = Family(viewer=Viewer(*rows[0][_VIEWER]), students=students, now=now)
    children = tuple(_opened_child(family, student, row) for student, row in visible if row[_STUDENT.stop])
    return OpenedPage(family=family, children=children)


def _opened_child(family: Family, student: Student, row: Sequence[Any]) -> OpenedChild:
    copy = EncryptedCopy(*row[_COPY]) if row[_COPY.start] is not None else None
    return OpenedChild(family=family, student=student, copy=copy, done=frozenset(row[-1]))


def _detail(page: str, window: Window | None) -> str:
    detail = {"page": page} if window is None else {"page": page, "from": window.first, "to": window.last}
    return msgspec.json.encode(detail).decode()


async def record_visit(
    conn: AsyncConnection, account_id: UUID, children: Iterable[UUID], now: datetime
) -> dict[UUID, datetime | None]:
    """Record the visit; by child, when the account's visit before this one ended: None for the first."""
    parameters = {"account_id": account_id, "children": list(children), "now": now, "pause": VISIT_PAUSE}
    cursor = await conn.execute(QUERIES.record_visit.text, parameters)
    return dict(await cursor.fetchall())


async def tick(
    conn: AsyncConnection, student: Student, homework_id: str, account_id: UUID, now: datetime
) -> None:
    """Mark a task as done; the account that did so first stays."""
    row = {**_task(student, homework_id), "account_id": account_id, "now": now}
    await execute(conn, QUERIES.tick, row)


async def untick(conn: AsyncConnection, student: Student, homework_id: str) -> None:
    """Mark a task as not done."""
    await execute(conn, QUERIES.untick, _task(student, homework_id))


def _task(student: Student, homework_id: str) -> dict[str, str]:
    return {
        "region": student.region,
        "system_id": student.system_id,
        "student_id": student.person_id,
        "homework_id": homework_id,
    }


async def erase_persons(conn: AsyncConnection, place: Place) -> None:
    """Erase ticks and visits of the persons whom this transaction erases."""
    system = {"region": place.region, "system_id": place.system_id}
    await execute(conn, QUERIES.erase_ticks, system)
    await execute(conn, QUERIES.erase_visits, system)
