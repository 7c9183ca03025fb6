"""A feed of changes for systems that only know when a row was last updated: pages, and a cursor for each."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from heapq import nsmallest

import msgspec

from myedu.contract.answers import Change, Changes
from myedu.contract.problems import ContractError, problem

PAGE = 1000  # rows: some 100 kB of JSON
SETTLE = timedelta(seconds=5)
"""A row is told when it is this old: one that is dated now may still be in a transaction that ends later."""
KEPT = timedelta(days=30)

_LAST = "g"  # behind every hexadecimal digest

Key = tuple[int, str]


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A pupil whose rows changed at `updated_at`; `what` as in `Change`, empty: anything may have."""

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
    """One page. `touched(instant)` gives what was updated at that instant or later, in any order.

    Raises ContractError(cursor-gone) for a cursor older than `kept`, and for one that isn't ours: the
    caller's way out is the same.
    """
    horizon = _micros(now - SETTLE)
    if cursor is None:
        return Changes(cursor=_text((horizon, _LAST)), changes=())
    after = _parsed(cursor)
    since = datetime.fromtimestamp(after[0] / 1e6, UTC)
    if since < now - kept:
        raise ContractError(problem("cursor-gone"))
    rows = await touched(since)
    new = ((key, one) for one in rows if after < (key := _key(one)) and key[0] <= horizon)
    found = nsmallest(page + 1, new, key=lambda pair: pair[0])
    if len(found) > page:
        return Changes(cursor=_text(found[page - 1][0]), changes=_merged(found[:page]), more=True)
    return Changes(cursor=_text(max(after, (horizon, _LAST))), changes=_merged(found))


def _merged(found: list[tuple[Key, Touched]]) -> tuple[Change, ...]:
    """One change a pupil; where one row doesn't say what or when, neither does the sum."""
    by_student: dict[str, list[Touched]] = {}
    for _, one in found:
        by_student.setdefault(one.student_id, []).append(one)
    return tuple(_change(student_id, rows) for student_id, rows in by_student.items())


def _change(student_id: str, rows: list[Touched]) -> Change:
    what = (
        tuple(dict.fromkeys(name for one in rows for name in one.what)) if all(r.what for r in rows) else ()
    )
    days = [(one.first_day, one.last_day or one.first_day) for one in rows]
    first = [first for first, _ in days if first]
    last = [last for _, last in days if last]
    whole = len(first) == len(last) == len(rows)
    return Change(
        student_id=student_id,
        what=what,
        first_day=min(first) if whole else None,
        last_day=max(last) if whole else None,
    )


def _key(one: Touched) -> Key:
    # many rows share an instant; their order must be the same at the next request, and tell no id
    return _micros(one.updated_at), hashlib.sha256(one.student_id.encode()).hexdigest()[:16]


def _micros(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _text(key: Key) -> str:
    return f"{key[0]}.{key[1]}"


def _parsed(cursor: str) -> Key:
    micros, _, digest = cursor.partition(".")
    if not (micros.isascii() and micros.isdigit() and len(micros) <= 17 and digest):
        raise ContractError(problem("cursor-gone"))
    return int(micros), digest
