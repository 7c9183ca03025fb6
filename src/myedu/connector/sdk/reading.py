"""An answer's bytes → the contract's struct with clean texts, bounded in what a page would have to draw."""

import re
from collections.abc import Hashable, Iterator
from datetime import date
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from myedu.connector.sdk.cleaning import cleaned, needs_cleaning
from myedu.connector.sdk.errors import JournalWrong
from myedu.connector.sdk.wire import Heard, check_json, unreadable
from myedu.contract.windows import FIRST_YEAR, LAST_YEAR, MAX_WINDOW_DAYS

T = TypeVar("T")

_ENTRIES_A_DAY = 60
"""Twelve lessons with a task, two marks and an absence each: nobody's school day has more."""
_LISTS = ("lessons", "homework", "marks", "attendance", "final_marks", "changes", "tables")
_LONGEST_LIST = 20_000  # of what isn't about days: a page of changes, an export's tables
_UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
_ODD_YEAR = re.compile(rb'-[01]\d-[0-3]\d(?=["Tt ])(?<="\d\d\d\d-\d\d-\d\d)(?<!"20\d\d-\d\d-\d\d)')
"""A whole day whose year isn't 20…, not a date inside an id; it begins at the hyphens, which are few."""
_ESCAPED_DAY = (b"\\u002", b"\\u003")
"""Hyphens, digits and the colon in a disguise that JSON allows: the search can't see through it."""


def read_answer(heard: Heard, kind: type[T]) -> tuple[T, bytes]:
    """The answer and its JSON: as it came, or anew where a text had to be cleaned. Raises JournalWrong."""
    check_json(heard)
    return read_body(heard.body, kind)


def read_body(body: bytes, kind: type[T]) -> tuple[T, bytes]:
    """`read_answer` of the bytes alone."""
    try:
        if not needs_cleaning(body):
            return _within_bounds(_decoder(cast(Hashable, kind)).decode(body), body), body
    except msgspec.ValidationError:
        pass  # a text too long, a link of another kind: cleaning mends those, and says what else is wrong
    except _UNREADABLE as error:
        raise unreadable(error) from None
    return _cleaned(body, kind)


def _cleaned(body: bytes, kind: type[T]) -> tuple[T, bytes]:
    try:
        raw = msgspec.json.decode(body)
        clean = cleaned(kind, raw)
        own = body if clean is raw else msgspec.json.encode(clean)
        value = _within_bounds(_decoder(cast(Hashable, kind)).decode(own), own)
    except msgspec.ValidationError as error:
        raise JournalWrong("wrong-shape", f"the answer breaks the contract: {error}") from None
    except _UNREADABLE as error:
        raise unreadable(error) from None
    # encoded from the value, so that nothing stays that the contract doesn't know and nobody cleaned
    return value, body if clean is raw else msgspec.json.encode(value)


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def _within_bounds(answer: Any, body: bytes) -> Any:
    days = (
        min(max((answer.last_day - answer.first_day).days + 1, 1), MAX_WINDOW_DAYS)
        if hasattr(answer, "first_day")
        else None
    )
    longest = _LONGEST_LIST if days is None else _ENTRIES_A_DAY * days
    if (entries := _entries(answer)) > longest:
        raise JournalWrong("too-many", f"the answer has {entries} entries, at most {longest} can be meant")
    if _may_hold_odd_year(body) and any(_is_odd(one) for one in _times(answer)):
        raise JournalWrong("wrong-shape", f"the answer has a day outside {FIRST_YEAR} to {LAST_YEAR}")
    return answer


def _may_hold_odd_year(body: bytes) -> bool:
    """False spares the walk through the whole answer."""
    return _ODD_YEAR.search(body) is not None or any(escape in body for escape in _ESCAPED_DAY)


def _entries(answer: Any) -> int:
    entries = sum(len(getattr(answer, name, ())) for name in _LISTS)
    for lesson in getattr(answer, "lessons", ()):
        for name in ("homework", "marks", "attendance", "teachers"):
            entries += len(getattr(lesson, name, ()))
    return entries


def _times(value: Any) -> Iterator[date]:
    """Every day and time in an answer; datetime is a date."""
    if isinstance(value, date):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _times(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _times(item)


def _is_odd(one: date) -> bool:
    """Arithmetic with time zones overflows at the calendar's ends."""
    return not FIRST_YEAR <= one.year <= LAST_YEAR
