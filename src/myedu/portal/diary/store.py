"""The diary's SQL: the one statement that opens pages, visits, ticks."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.contract.windows import Window, parse_window
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

# A session's last use is noted to some minutes; how long it may be unused is in hours and days.
_SEEN_EVERY = timedelta(minutes=5)

_MONDAY = date(2026, 11, 30)
_WEEKS = parse_window(None, None, _MONDAY)

# The columns of `open_diaries` in its order: the viewer, the child, `opened`, what was asked, copy, ticks.
_PLACE, _SEEN_AT = 0, 1
_VIEWER = slice(2, 2 + len(Viewer.__struct_fields__))
_STUDENT = slice(_VIEWER.stop, _VIEWER.stop + len(Student.__struct_fields__))
_OPENED = _STUDENT.stop
_COPY = slice(_OPENED + 5, _OPENED + 5 + len(EncryptedCopy.__struct_fields__))


PageWindow = Window | Literal["around-today"] | None


class PageRequest(NamedTuple):
    """A page to open for the holder of a session.

    `child`: None opens every visible child; `page` and the days of a window go into the audit lines.
    `window`: of the copy to read; around-today: the three weeks that `parse_window` gives without days.
    `with_siblings=False` leaves the other children out of the family.
    """

    token: str
    child: UUID | None
    page: str
    window: PageWindow = None
    with_siblings: bool = True

    @property
    def days(self) -> Window | None:
        """The window, if its days are known before the child's school is."""
        return self.window if isinstance(self.window, Window) else None


class Visit(NamedTuple):
    """An account opens the pages of these children, each once."""

    account_id: UUID
    children: Sequence[UUID]


async def open_diaries(
    conn: AsyncConnection, pages: Sequence[PageRequest], now: datetime
) -> list[OpenedPage | None]:
    """Open pages in one statement; None for each without a session. `conn`: in autocommit mode.

    `children` is empty if the viewer may not see the page's child.
    """
    hashes = [token_sha256(page.token) for page in pages]
    # Binary, unlike kit.db: a copy is kilobytes of bytea, which as text are twice as long.
    async with conn.cursor(binary=True) as cursor:
        await cursor.execute(QUERIES.open_diaries.text, _arrays(pages, hashes, now))
        rows = await cursor.fetchall()
    opened: list[OpenedPage | None] = [None] * len(pages)
    for place, of_page in groupby(rows, itemgetter(_PLACE)):
        opened[place - 1] = _opened_page(list(of_page), now)
    await _note_seen(
        conn, [hashes[row[_PLACE] - 1] for row in rows if now - row[_SEEN_AT] > _SEEN_EVERY], now
    )
    await _audit_refusals(conn, pages, opened, now)
    return opened


def _arrays(pages: Sequence[PageRequest], hashes: list[bytes], now: datetime) -> dict[str, Any]:
    first_days = [page.days.first if page.days else None for page in pages]
    return {
        "now": now,
        "token_sha256s": hashes,
        "children": [page.child for page in pages],
        "with_siblings": [page.with_siblings for page in pages],
        "details": [_detail(page) for page in pages],
        "first_days": first_days,
        "last_days": [page.days.last if page.days else None for page in pages],
        "around_today": [page.window == "around-today" for page in pages],
        "weeks_begin": (_WEEKS.first - _MONDAY).days,
        "weeks_end": (_WEEKS.last - _MONDAY).days,
        "ticks_since": [(first or now.date()) - TICKS_BEFORE for first in first_days],
    }


async def _note_seen(conn: AsyncConnection, hashes: Sequence[bytes], now: datetime) -> None:
    if hashes:
        await execute(conn, QUERIES.note_seen, {"token_sha256s": list(hashes), "now": now})


async def _audit_refusals(
    conn: AsyncConnection, pages: Sequence[PageRequest], opened: Sequence[OpenedPage | None], now: datetime
) -> None:
    refused = [
        (page, answer.family.viewer)
        for page, answer in zip(pages, opened, strict=True)
        if answer is not None and page.child is not None and not answer.children
    ]
    if refused:
        lines = {
            "now": now,
            "account_ids": [viewer.account_id for _, viewer in refused],
            "children": [page.child for page, _ in refused],
            "details": [_detail(page) for page, _ in refused],
        }
        await execute(conn, QUERIES.audit_refusals, lines)


def _opened_page(rows: Sequence[Sequence[Any]], now: datetime) -> OpenedPage:
    visible = [(Student(*row[_STUDENT]), row) for row in rows if row[_STUDENT.start] is not None]
    students = tuple(student for student, _ in visible)
    family = Family(viewer=Viewer(*rows[0][_VIEWER]), students=students, now=now)
    children = tuple(_opened_child(family, student, row) for student, row in visible if row[_OPENED])
    return OpenedPage(family=family, children=children)


def _opened_child(family: Family, student: Student, row: Sequence[Any]) -> OpenedChild:
    copy = EncryptedCopy(*row[_COPY]) if row[_COPY.start] is not None else None
    return OpenedChild(family=family, student=student, copy=copy, done=frozenset(row[-1]))


def _detail(page: PageRequest) -> str:
    window = page.days
    detail = {"page": page.page, **({"from": window.first, "to": window.last} if window else {})}
    return msgspec.json.encode(detail).decode()


async def record_visits(
    conn: AsyncConnection, visits: Sequence[Visit], now: datetime
) -> list[dict[UUID, datetime | None]]:
    """Record visits in one statement; for each, by child, when the account's visit before ended.

    None for the first visit.
    """
    pairs = {(visit.account_id, child): None for visit in visits for child in visit.children}
    parameters = {
        "account_ids": [account_id for account_id, _ in pairs],
        "children": [child for _, child in pairs],
        "now": now,
        "pause": VISIT_PAUSE,
    }
    cursor = await conn.execute(QUERIES.record_visits.text, parameters)
    before = {(account_id, child): at for account_id, child, at in await cursor.fetchall()}
    return [{child: before[visit.account_id, child] for child in visit.children} for visit in visits]


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
