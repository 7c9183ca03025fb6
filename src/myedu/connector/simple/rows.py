"""Converts a vendor's plain row into a struct of the contract, or says where the row is wrong."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any, Protocol, TypeVar, runtime_checkable
from uuid import UUID

import msgspec

S = TypeVar("S", bound=msgspec.Struct)
Values = dict[str, Any]
"""Column → value; Any, because a vendor's database may return anything."""
Nest = Callable[[Values, "RowContext"], None]
"""Replaces flat columns by nested ones, in row_context."""
_MISSING = re.compile(r"Object missing required field `(.+?)`")
_PATH = re.compile(r" - at `\$\.?(.*)`$")


class RowError(Exception):
    """A row that breaks the contract.

    The text names table, row and field, but no value: values are personal.
    """

    def __init__(self, table: str, number: int, row_id: str | None, field: str, sentence: str) -> None:
        named = f" (id {row_id})" if row_id else ""
        super().__init__(f"{table}: row {number}{named}: {f'{field}: ' if field else ''}{sentence}")
        self.table, self.number, self.row_id, self.field, self.sentence = (
            table, number, row_id, field, sentence
        )  # fmt: skip


class RowContext(msgspec.Struct):
    """The row being read: for error messages, and the time zone of its times without an offset."""

    table: str
    number: int  # from 1
    zone: tzinfo
    row_id: str | None = None  # known once the id column has been read

    def error(self, field: str, sentence: str) -> RowError:
        """The error of one field of this row; `field` "" for the whole row."""
        return RowError(self.table, self.number, self.row_id, field, sentence)


def read_row(kind: type[S], row: object, row_context: RowContext, nest: Nest | None = None) -> S:
    """The row as `kind`; a row that is one already is returned as it is. Raises RowError."""
    if type(row) is kind:
        return row
    values = columns_of(row, row_context)
    row_context.row_id = shown_id(values.get("id"))
    if nest is not None:
        nest(values, row_context)
    return convert(kind, values, row_context)


def columns_of(row: object, row_context: RowContext) -> Values:
    """The columns of a row that are neither None nor empty, without padding.

    Raises RowError for a row without names.
    """
    kind: type = type(row)
    read = _row_reader(kind)
    if read is None:
        raise row_context.error(
            "",
            f"a {type(row).__name__} has no column names: give dicts,"
            " or set connection.row_factory = sqlite3.Row",
        )
    columns = ((name, without_padding(value)) for name, value in read(row).items())
    return {name: value for name, value in columns if value is not None and value != ""}


def without_padding(value: Any) -> Any:
    """A text without the spaces with which a database fills a CHAR(n); any other value as it is."""
    return value.rstrip(" ") if isinstance(value, str) else value


@runtime_checkable
class _NamedTuple(Protocol):
    def _asdict(self) -> Values: ...


@runtime_checkable
class _KeyedRow(Protocol):
    """sqlite3.Row, and the rows of some drivers."""

    def keys(self) -> Iterable[str]: ...
    def __getitem__(self, name: str, /) -> Any: ...


@cache
def _row_reader(kind: type) -> Callable[[Any], Values] | None:
    """What turns a row of this type into a dict; None if its columns have no names."""
    if issubclass(kind, Mapping):
        return dict
    if issubclass(kind, msgspec.Struct):
        return msgspec.structs.asdict
    if dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(kind)]
        return lambda row: {name: getattr(row, name) for name in names}
    if issubclass(kind, _NamedTuple):
        return _named_tuple_columns
    return _keyed_columns if issubclass(kind, _KeyedRow) else None


def _named_tuple_columns(row: _NamedTuple) -> Values:
    return row._asdict()


def _keyed_columns(row: _KeyedRow) -> Values:
    return {name: row[name] for name in row.keys()}  # noqa: SIM118 - sqlite3.Row iterates over values


def convert(
    kind: type[S], values: Values, row_context: RowContext, called: Mapping[str, str] = MappingProxyType({})
) -> S:
    """The struct of nested columns. Raises RowError. `called`: field → the vendor's column if they differ."""
    fields = _fields(kind)
    ready = {}
    for name, value in values.items():
        if name not in fields:
            raise row_context.error(name, _unknown_column(name, fields))
        ready[name] = fields[name](value, row_context, called.get(name, name))
    try:
        return msgspec.convert(ready, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _row_error(error, row_context, called) from None


Reader = Callable[[Any, RowContext, str], Any]
"""Converts a vendor's value for the field of that name. Raises RowError."""


@cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, Reader]:
    info = msgspec.inspect.type_info(kind)
    assert isinstance(info, msgspec.inspect.StructType)
    return {field.name: _reader(field.type) for field in info.fields}


def _reader(info: msgspec.inspect.Type) -> Reader:
    while isinstance(info, msgspec.inspect.Metadata):
        info = info.type
    if isinstance(info, msgspec.inspect.UnionType):
        info = next(kind for kind in info.types if not isinstance(kind, msgspec.inspect.NoneType))
        return _reader(info)
    if isinstance(info, msgspec.inspect.DateTimeType):
        return instant_of
    if isinstance(info, msgspec.inspect.DateType):
        return _day_of
    if isinstance(info, msgspec.inspect.StrType):
        return _text_of
    return _plain


def instant_of(value: Any, row_context: RowContext, field: str) -> datetime:
    """An instant from a datetime or ISO text; without an offset, in the school's zone. Raises RowError."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise row_context.error(
                field, "not an instant: give a datetime or 2026-09-01T08:30+10:00"
            ) from None
    if not isinstance(value, datetime):
        raise row_context.error(field, f"a {type(value).__name__} is not an instant: give a datetime")
    return value if value.tzinfo is not None else value.replace(tzinfo=row_context.zone)


def _day_of(value: Any, row_context: RowContext, field: str) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and len(value) > len("2026-09-01")):
        # a database's "2026-09-01 00:00:00"; with an offset the day depends on the zone
        return instant_of(value, row_context, field).astimezone(row_context.zone).date()
    if isinstance(value, date | str):
        return value
    raise row_context.error(field, f"a {type(value).__name__} is not a day: give a date or 2026-09-01")


def _text_of(value: Any, row_context: RowContext, field: str) -> Any:
    if isinstance(value, bool):
        return value  # the decoder refuses it: "True" is never meant
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float | Decimal | UUID) else value


def _plain(value: Any, row_context: RowContext, field: str) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def shown_id(value: object) -> str | None:
    """An id for an error message; None for a value that isn't one and may be personal."""
    text = str(value) if isinstance(value, str | int | UUID) else ""
    return text if text.isascii() and text.isprintable() and 0 < len(text) <= 64 else None


def _unknown_column(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1)
    return "the contract has no such column" + (f": did you mean {near[0]}?" if near else "; leave it out")


def _row_error(
    error: msgspec.ValidationError, row_context: RowContext, called: Mapping[str, str]
) -> RowError:
    """msgspec's message has types and patterns, never the value."""
    text = str(error)
    path, missing = _PATH.search(text), _MISSING.match(text)
    field = missing.group(1) if missing else path.group(1) if path else ""
    sentence = "is required and absent or empty" if missing else _PATH.sub("", text)
    return row_context.error(called.get(field, field), sentence)
