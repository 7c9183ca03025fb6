"""Parses the JSON of an answer into the contract's struct; what is odd costs itself, and is counted.

Texts are sanitized; of entries beyond the contract's bounds the rest is left out. An answer of which more
than half is odd is refused.
"""

import json
import re
from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, Generic, NoReturn, TypeVar, cast

import msgspec

from myedu.connector.sdk.answer_bounds import bounded, trimmed, with_left_out
from myedu.connector.sdk.answer_cleaner import Findings, Json, cleaned
from myedu.connector.sdk.errors import JournalWrong
from myedu.connector.sdk.responses import not_json
from myedu.connector.sdk.text_sanitizer import needs_sanitizing
from myedu.contract.answers import Answer, Changes, FinalMarks
from myedu.contract.package import Manifest
from myedu.contract.windows import FIRST_YEAR, LAST_YEAR

T = TypeVar("T")

_LONGEST_LIST = 20_000  # entries of an answer that isn't about days: changes, tables of an export
BEYOND = "beyond the contract's bounds"
"""The place of entries that an answer has too many of."""
_LONGEST_NUMBER = 30  # digits; int() takes quadratic time for thousands
_UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeError)
_ODD_YEAR = re.compile(rb'-[01]\d-[0-3]\d(?=["Tt ])(?<="\d\d\d\d-\d\d-\d\d)(?<!"20\d\d-\d\d-\d\d)')
"""A date that fills a string or begins an instant, with a year other than 20…; not a date inside an id.

It starts at the hyphens because they are few.
"""
_ESCAPED_DAY = (b"\\u002", b"\\u003")
"""Hyphens, digits and the colon as JSON escapes, which _ODD_YEAR can't see through."""


class Parsed(msgspec.Struct, Generic[T], frozen=True):
    """An answer and its JSON: as received, or encoded again after cleaning.

    `odd`: places of values that were dropped, with their number; `left_out`: entries of lists among them.
    """

    value: T
    body: bytes
    left_out: int = 0
    odd: Mapping[str, int] = {}


def parse_body(body: bytes, kind: type[T]) -> Parsed[T]:
    """The answer as `kind`. Raises JournalWrong."""
    return parse_clean(body, kind) or clean_and_parse(body, kind)


def parse_clean(body: bytes, kind: type[T]) -> Parsed[T] | None:
    """The answer if nothing in it has to be cleaned, which costs little to see; else None.

    Raises JournalWrong.
    """
    try:
        if needs_sanitizing(body):
            return None
        value: T = _decoder(cast(Hashable, kind)).decode(body)
    except msgspec.ValidationError:
        return None
    except _UNREADABLE as error:
        raise not_json(error) from None
    if _may_hold_odd_year(body) and any(map(_is_odd, _days(value))):
        return None
    return _within_bounds(Parsed(value, body))


def clean_and_parse(body: bytes, kind: type[T]) -> Parsed[T]:
    """The answer after its texts have become plain and what is odd has gone. Raises JournalWrong."""
    try:
        raw = _raw(body)
        fitting, trimmed_off = trimmed(raw) if issubclass(kind, Answer) else (raw, 0)
        clean, findings = cleaned(kind, fitting)
        if trimmed_off:
            findings.left_out += trimmed_off
            findings.places[BEYOND] += trimmed_off
        if findings.is_odd or (kind is Manifest and findings.places):
            _refuse(body, kind, findings)  # half a manifest would archive what it doesn't name
        value: T = _decoder(cast(Hashable, kind)).decode(msgspec.json.encode(clean))
        if findings.left_out and isinstance(value, Answer):
            value = with_left_out(value, findings.left_out)
        # encoded from the value, so that no field unknown to the contract passes unsanitized
        own_body = body if clean is raw else msgspec.json.encode(value)
        return _within_bounds(Parsed(value, own_body, findings.left_out, dict(findings.places)))
    except msgspec.ValidationError as error:
        raise _wrong_shape(str(error)) from None
    except _UNREADABLE as error:
        raise not_json(error) from None


def decoded_lenient(body: bytes, kind: type[T]) -> tuple[T, Findings]:
    """The JSON as `kind`, its texts as they are, without what is odd.

    Raises what msgspec's decoder raises.
    """
    raw = _raw(body)
    clean, findings = cleaned(kind, raw, texts=False)
    if findings.is_odd:
        clean = raw
    value: T = _decoder(cast(Hashable, kind)).decode(msgspec.json.encode(clean))
    return value, findings


def _raw(body: bytes) -> Json:
    try:
        found: Json = msgspec.json.decode(body)
    except msgspec.ValidationError:  # a number that no program of ours can hold
        found = _without_huge_numbers(body)
    return found


def _without_huge_numbers(body: bytes) -> Json:
    """The JSON with infinity, which no field of the contract takes, for every number out of range."""

    def whole(digits: str) -> float:
        return int(digits) if len(digits) <= _LONGEST_NUMBER else float("inf")

    try:
        found: Json = json.loads(body.decode(), parse_int=whole, parse_constant=_no_json)
    except json.JSONDecodeError as error:
        raise msgspec.DecodeError(str(error)) from None
    return found


def _no_json(name: str) -> NoReturn:
    raise msgspec.DecodeError(f"{name} is no JSON")


def _refuse(body: bytes, kind: type[T], findings: Findings) -> NoReturn:
    _decoder(cast(Hashable, kind)).decode(body)  # raises with msgspec's own words in nearly all cases
    raise _wrong_shape(f"{next(iter(findings.places), 'a value')} isn't what it must be")


def _wrong_shape(why: str) -> JournalWrong:
    return JournalWrong("wrong-shape", f"the answer breaks the contract: {why}")


@cache
def _decoder(kind: Hashable) -> msgspec.json.Decoder[Any]:  # mypy doesn't take a type[T] for hashable
    return msgspec.json.Decoder(kind)


def _within_bounds(parsed: Parsed[T]) -> Parsed[T]:
    """The same answer, or as much of it as the contract allows. Raises JournalWrong(too-many)."""
    value = parsed.value
    if isinstance(value, Answer):
        answer, left_out = bounded(value)
        if not left_out:
            return parsed
        odd = {**parsed.odd, BEYOND: parsed.odd.get(BEYOND, 0) + left_out}
        return Parsed(answer, msgspec.json.encode(answer), parsed.left_out + left_out, odd)
    if (entries := _count_entries(value)) > _LONGEST_LIST:
        raise JournalWrong(
            "too-many", f"the answer has {entries} entries, at most {_LONGEST_LIST} are plausible"
        )
    return parsed


def _may_hold_odd_year(body: bytes) -> bool:
    """False spares the walk through the whole answer."""
    return _ODD_YEAR.search(body) is not None or any(escape in body for escape in _ESCAPED_DAY)


def _count_entries(answer: object) -> int:
    """How many entries an answer lists that isn't about days."""
    match answer:
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
