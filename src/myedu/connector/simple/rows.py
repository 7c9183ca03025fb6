"""A vendor's plain row → a struct of the contract, or the place where it is wrong."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

import msgspec

S = TypeVar("S", bound=msgspec.Struct)
Fold = Callable[[dict[str, Any], "Place"], None]
"""Makes flat columns nested ones, in place; takes the flat ones away."""
_MISSING = re.compile(r"Object missing required field `(.+?)`")
_PATH = re.compile(r" - at `\$\.?(.*)`$")


class RowError(Exception):
    """A row that breaks the contract. The text has the place and no value: values are about persons."""

    def __init__(self, table: str, number: int, row_id: str | None, field: str, sentence: str) -> None:
        called = f" (id {row_id})" if row_id else ""
        super().__init__(f"{table}: row {number}{called}: {f'{field}: ' if field else ''}{sentence}")
        self.table, self.number, self.row_id, self.field, self.sentence = (
            table, number, row_id, field, sentence
        )  # fmt: skip


class Place(msgspec.Struct):
    """Which row is read, and in which zone its times are that have none."""

    table: str
    number: int
    zone: tzinfo
    row_id: str | None = None

    def wrong(self, field: str, sentence: str) -> RowError:
        return RowError(self.table, self.number, self.row_id, field, sentence)


def read_row(kind: type[S], row: Any, place: Place, fold: Fold | None = None) -> S:
    """The struct. Raises RowError."""
    if type(row) is kind:
        return row
    values = columns_of(row, place)
    place.row_id = shown_id(values.get("id"))
    if fold is not None:
        fold(values, place)
    return convert(kind, values, place)


def columns_of(row: Any, place: Place) -> dict[str, Any]:
    """The columns of a row that are filled. Raises RowError for one without names."""
    if isinstance(row, Mapping):
        found = dict(row)
    elif isinstance(row, msgspec.Struct):
        found = msgspec.structs.asdict(row)
    elif dataclasses.is_dataclass(row) and not isinstance(row, type):
        found = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    elif hasattr(row, "_asdict"):
        found = row._asdict()
    elif hasattr(row, "keys"):
        found = {name: row[name] for name in row.keys()}  # noqa: SIM118 - sqlite3.Row iterates over values
    else:
        raise place.wrong(
            "",
            f"a {type(row).__name__} has no names of columns: give dicts,"
            " or set connection.row_factory = sqlite3.Row",
        )
    return {name: value for name, value in found.items() if value is not None and value != ""}


def convert(
    kind: type[S], values: dict[str, Any], place: Place, called: Mapping[str, str] = MappingProxyType({})
) -> S:
    """The struct of nested columns. `called`: field → the vendor's column, where they differ.

    Raises RowError.
    """
    fields = _fields(kind)
    ready = {}
    for name, value in values.items():
        if name not in fields:
            raise place.wrong(name, _unknown(name, fields))
        ready[name] = fields[name](value, place, called.get(name, name))
    try:
        return msgspec.convert(ready, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _explained(error, place, called) from None


Reader = Callable[[Any, Place, str], Any]


@cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, Reader]:
    info = msgspec.inspect.type_info(kind)
    assert isinstance(info, msgspec.inspect.StructType)
    return {field.name: _reader(field.type) for field in info.fields}


def _reader(info: msgspec.inspect.Type) -> Reader:
    while isinstance(info, msgspec.inspect.Metadata):
        info = info.type
    if isinstance(info, msgspec.inspect.UnionType):
        info = next(one for one in info.types if not isinstance(one, msgspec.inspect.NoneType))
        return _reader(info)
    if isinstance(info, msgspec.inspect.DateTimeType):
        return instant_of
    if isinstance(info, msgspec.inspect.DateType):
        return _day_of
    if isinstance(info, msgspec.inspect.StrType):
        return _text_of
    return _as_it_is


def instant_of(value: Any, place: Place, field: str) -> datetime:
    """A time; without an offset it is the school's own. Raises RowError."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise place.wrong(field, "not an instant: give a datetime or 2026-09-01T08:30+10:00") from None
    if not isinstance(value, datetime):
        raise place.wrong(field, f"a {type(value).__name__} is no instant: give a datetime")
    return value if value.tzinfo is not None else value.replace(tzinfo=place.zone)


def _day_of(value: Any, place: Place, field: str) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and len(value) > len("2026-09-01")):
        # a database's "2026-09-01 00:00:00"; with an offset it is a moment, whose day depends on the zone
        return instant_of(value, place, field).astimezone(place.zone).date()
    if isinstance(value, date | str):
        return value
    raise place.wrong(field, f"a {type(value).__name__} is no day: give a date or 2026-09-01")


def _text_of(value: Any, place: Place, field: str) -> Any:
    if isinstance(value, bool):
        return value  # refused below: nobody means "True"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float | Decimal | UUID) else value


def _as_it_is(value: Any, place: Place, field: str) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def shown_id(value: Any) -> str | None:
    """An id that may stand in a message; None for what is none, and so may be anything about anybody."""
    text = str(value) if isinstance(value, str | int | UUID) else ""
    return text if text.isascii() and text.isprintable() and 0 < len(text) <= 64 else None


def _unknown(name: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(name, known, 1)
    return "the contract has no such column" + (f": did you mean {near[0]}?" if near else "; leave it out")


def _explained(error: msgspec.ValidationError, place: Place, called: Mapping[str, str]) -> RowError:
    """msgspec's sentence holds types and patterns, never the value."""
    text = str(error)
    path, missing = _PATH.search(text), _MISSING.match(text)
    field = missing.group(1) if missing else path.group(1) if path else ""
    sentence = "is required and absent or empty" if missing else _PATH.sub("", text)
    return place.wrong(called.get(field, field), sentence)
