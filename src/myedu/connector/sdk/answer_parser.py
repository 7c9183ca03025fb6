"""Parses the JSON of an answer into the contract's struct.

Texts are sanitized, and answers with more entries than a page can show are refused.
"""

import re
from collections.abc import Hashable, Iterator
from datetime import date
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from myedu.connector.sdk.errors import JournalWrong
from myedu.connector.sdk.responses import RawResponse, check_json, not_json
from myedu.connector.sdk.text_sanitizer import needs_sanitizing, sanitized
from myedu.contract.answers import (
    Answer,
    AttendanceList,
    Changes,
    Diary,
    FinalMarks,
    HomeworkList,
    Marks,
    Schedule,
    TeacherSchedule,
)
from myedu.contract.package import Manifest
from myedu.contract.windows import FIRST_YEAR, LAST_YEAR, MAX_WINDOW_DAYS

T = TypeVar("T")

_ENTRIES_A_DAY = 60
"""Twelve lessons with a task, two marks and an absence each: no school day has more."""
_LONGEST_LIST = 20_000  # entries of an answer that isn't about days: changes, tables of an export
_UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
_ODD_YEAR = re.compile(rb'-[01]\d-[0-3]\d(?=["Tt ])(?<="\d\d\d\d-\d\d-\d\d)(?<!"20\d\d-\d\d-\d\d)')
"""A date that fills a string or begins an instant, with a year other than 20…; not a date inside an id.

It starts at the hyphens because they are few.
"""
_ESCAPED_DAY = (b"\\u002", b"\\u003")
"""Hyphens, digits and the colon as JSON escapes, which _ODD_YEAR can't see through."""


def parse_answer(response: RawResponse, kind: type[T]) -> tuple[T, bytes]:
    """The answer as `kind`, and its JSON: as received, or encoded again after sanitizing.

    Raises JournalWrong.
    """
    check_json(response)
    return parse_body(response.body, kind)


def parse_body(body: bytes, kind: type[T]) -> tuple[T, bytes]:
    """`parse_answer` for the bytes alone."""
    try:
        if not needs_sanitizing(body):
            value: T = _decoder(cast(Hashable, kind)).decode(body)
            return _checked(value, body), body
    except msgspec.ValidationError:
        pass  # an overlong text or a link of another scheme: sanitizing fixes those, and reports the rest
    except _UNREADABLE as error:
        raise not_json(error) from None
    return _parse_sanitized(body, kind)


def _parse_sanitized(body: bytes, kind: type[T]) -> tuple[T, bytes]:
    try:
        raw = msgspec.json.decode(body)
        clean = sanitized(kind, raw)
        is_unchanged = clean is raw
        clean_body = body if is_unchanged else msgspec.json.encode(clean)
        value: T = _checked(_decoder(cast(Hashable, kind)).decode(clean_body), clean_body)
    except msgspec.ValidationError as error:
        raise JournalWrong("wrong-shape", f"the answer breaks the contract: {error}") from None
    except _UNREADABLE as error:
        raise not_json(error) from None
    # encoded from the value, so that no field unknown to the contract passes unsanitized
    return value, body if is_unchanged else msgspec.json.encode(value)


@cache
def _decoder(kind: Hashable) -> msgspec.json.Decoder[Any]:  # mypy doesn't take a type[T] for hashable
    return msgspec.json.Decoder(kind)


def _checked(answer: T, body: bytes) -> T:
    """The same answer. Raises JournalWrong for too many entries and for days that overflow arithmetic."""
    limit = _LONGEST_LIST
    if isinstance(answer, Answer):
        days = (answer.last_day - answer.first_day).days + 1
        limit = _ENTRIES_A_DAY * min(max(days, 1), MAX_WINDOW_DAYS)
    if (entries := _count_entries(answer)) > limit:
        raise JournalWrong("too-many", f"the answer has {entries} entries, at most {limit} are plausible")
    if _may_hold_odd_year(body) and any(_is_odd(day) for day in _days(answer)):
        raise JournalWrong("wrong-shape", f"the answer has a day outside {FIRST_YEAR} to {LAST_YEAR}")
    return answer


def _may_hold_odd_year(body: bytes) -> bool:
    """False spares the walk through the whole answer."""
    return _ODD_YEAR.search(body) is not None or any(escape in body for escape in _ESCAPED_DAY)


def _count_entries(answer: object) -> int:
    """How many lessons, tasks, marks, … an answer lists, nested ones included."""
    match answer:
        case Diary():
            nested = sum(len(day.homework) + len(day.marks) + len(day.attendance) for day in answer.lessons)
            return len(answer.lessons) + len(answer.homework) + len(answer.marks) + nested
        case Schedule() | TeacherSchedule():
            return len(answer.lessons) + sum(len(lesson.teachers) for lesson in answer.lessons)
        case HomeworkList():
            return len(answer.homework)
        case Marks():
            return len(answer.marks)
        case AttendanceList():
            return len(answer.attendance)
        case FinalMarks():
            return len(answer.final_marks)
        case Changes():
            return len(answer.changes)
        case Manifest():
            return len(answer.tables)
    return 0


def _days(value: object) -> Iterator[date]:
    """Every day and instant in an answer: a datetime is a date."""
    if isinstance(value, date):
        yield value
    elif isinstance(value, msgspec.Struct):
        for item in msgspec.structs.astuple(value):
            yield from _days(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _days(item)


def _is_odd(day: date) -> bool:
    """Arithmetic with time zones overflows at the ends of the calendar."""
    return not FIRST_YEAR <= day.year <= LAST_YEAR
