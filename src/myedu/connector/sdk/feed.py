"""A paged feed of changes for systems that only know when a row was last updated."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from heapq import nsmallest

import msgspec

from myedu.contract.answers import Change, Changes
from myedu.contract.problems import ContractError, problem

PAGE = 1000  # rows: about 100 kB of JSON
SETTLE = timedelta(seconds=5)
"""A row is listed once it is this old: the transaction of a newer one may not have ended yet."""
KEPT = timedelta(days=30)
"""How old a cursor may be."""

_LAST = "g"  # sorts after every hexadecimal digest

Key = tuple[int, str]
"""Microseconds of the epoch and a digest of the student's id: the order of the feed, and the cursor."""


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A student whose rows changed at `updated_at`.

    `what` as in `Change`; empty if anything may have changed.
    """

    student_id: str
    updated_at: datetime
    what: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None


async def changes_since(
    cursor: str | None,
    touched: Callable[[datetime], Awaitable[Iterable[Touched]]],
    now: datetime,
    *,
    kept: timedelta = KEPT,
    page: int = PAGE,
) -> Changes:
    """One page of at most `page` rows after `cursor`; without a cursor an empty page with the current one.

    `touched(instant)` returns what was updated at that instant or later, in any order. Raises
    ContractError(cursor-gone) for a cursor older than `kept` and for a malformed one.
    """
    horizon = _micros(now - SETTLE)
    if cursor is None:
        return Changes(cursor=_text((horizon, _LAST)), changes=())
    after = _parsed(cursor)
    since = datetime.fromtimestamp(after[0] / 1e6, UTC)
    if since < now - kept:
        raise ContractError(problem("cursor-gone"))
    rows = await touched(since)
    new = ((key, row) for row in rows if after < (key := _key(row)) and key[0] <= horizon)
    found = nsmallest(page + 1, new, key=lambda pair: pair[0])
    if len(found) > page:
        return Changes(cursor=_text(found[page - 1][0]), changes=_merged(found[:page]), more=True)
    return Changes(cursor=_text(max(after, (horizon, _LAST))), changes=_merged(found))


def _merged(found: list[tuple[Key, Touched]]) -> tuple[Change, ...]:
    """One change for each student. If one of the rows doesn't say what or when, neither does the change."""
    by_student: dict[str, list[Touched]] = {}
    for _, row in found:
        by_student.setdefault(row.student_id, []).append(row)
    return tuple(_change(student_id, rows) for student_id, rows in by_student.items())


def _change(student_id: str, rows: list[Touched]) -> Change:
    what: tuple[str, ...] = ()
    if all(row.what for row in rows):
        what = tuple(dict.fromkeys(name for row in rows for name in row.what))
    days = [(row.first_day, row.last_day or row.first_day) for row in rows]
    first = [first for first, _ in days if first]
    last = [last for _, last in days if last]
    are_days_known = len(first) == len(last) == len(rows)
    return Change(
        student_id=student_id,
        what=what,
        first_day=min(first) if are_days_known else None,
        last_day=max(last) if are_days_known else None,
    )


def _key(row: Touched) -> Key:
    # rows that share an instant need a stable order, and a cursor must not disclose an id
    return _micros(row.updated_at), hashlib.sha256(row.student_id.encode()).hexdigest()[:16]


def _micros(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _text(key: Key) -> str:
    return f"{key[0]}.{key[1]}"


def _parsed(cursor: str) -> Key:
    micros, _, digest = cursor.partition(".")
    if not (micros.isascii() and micros.isdigit() and len(micros) <= 17 and digest):
        raise ContractError(problem("cursor-gone"))
    return int(micros), digest
