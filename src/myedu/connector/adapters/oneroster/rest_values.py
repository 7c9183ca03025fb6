"""Reads objects of a provider value by value, so that an odd one costs itself and not the whole answer.

A value whose meaning is plain is read: a number where the standard has a text is its digits, a single object
where it has a list is a list of one. Null is absent. Any other value of a wrong type is left out and told to
the caller.
"""

import json
import math
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect as shapes

S = TypeVar("S", bound=msgspec.Struct)
Json = Any
"""None, bool, int, float, str, list or dict."""
OnOdd = Callable[[str], None]
"""Gets the JSON name of a value that was left out."""

_EXACT = 2.0**53
_ODD = object()


def decode(body: bytes) -> Json:
    """The JSON of a body. Raises ValueError or RecursionError; half a surrogate or a wrong byte is none."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = body.decode("utf-8", "replace").removeprefix("\ufeff")
        return json.loads(text, parse_constant=lambda _: None)


def read(kind: type[S], element: Json, on_odd: OnOdd) -> S:
    """An object as `kind`, whose fields all have defaults; with only these if it is no object."""
    if not isinstance(element, dict):
        on_odd("")
        return kind()
    values = {}
    for name, encoded_name, info in _fields_of(kind):
        raw = element.get(encoded_name)
        if raw is None:
            continue
        value = _value(info, raw, lambda encoded_name=encoded_name: on_odd(encoded_name))  # type: ignore[misc]
        if value is _ODD:
            on_odd(encoded_name)
        else:
            values[name] = value
    return kind(**values)


@cache
def _fields_of(kind: type[msgspec.Struct]) -> tuple[tuple[str, str, shapes.Type], ...]:
    info = shapes.type_info(kind)
    assert isinstance(info, shapes.StructType)
    return tuple((field.name, field.encode_name, _without_none(field.type)) for field in info.fields)


def _without_none(info: shapes.Type) -> shapes.Type:
    if isinstance(info, shapes.UnionType):
        return next(kind for kind in info.types if not isinstance(kind, shapes.NoneType))
    return info


def _value(info: shapes.Type, raw: Json, on_odd: Callable[[], None]) -> Any:
    if isinstance(info, shapes.StrType):
        return _text(raw)
    if isinstance(info, shapes.FloatType):
        return _number(raw)
    if isinstance(info, shapes.VarTupleType):
        return _items(info.item_type, raw, on_odd)
    assert isinstance(info, shapes.StructType)
    return _struct(info.cls, raw, on_odd)


def _struct(kind: type[msgspec.Struct], raw: Json, on_odd: Callable[[], None]) -> Any:
    """A nested object; a bare text where a reference is expected is the id."""
    if isinstance(raw, dict):
        return read(kind, raw, lambda _: on_odd())
    names = [name for name, _, _ in _fields_of(kind)]
    text = _text(raw)
    return kind(**{names[0]: text}) if len(names) == 1 and text is not _ODD else _ODD


def _items(item: shapes.Type, raw: Json, on_odd: Callable[[], None]) -> tuple[Any, ...]:
    if isinstance(item, shapes.StrType) and isinstance(raw, str):
        raw = raw.split(",")
    found = []
    for element in raw if isinstance(raw, list) else [raw]:
        value = _ODD if element is None else _value(item, element, on_odd)
        if value is not _ODD:
            found.append(value)
            continue
        on_odd()
        if isinstance(item, shapes.StructType) and len(item.fields) > 1:
            found.append(item.cls())  # its place stays: who reads it sees that something is missing
    return tuple(found)


def _text(raw: Json) -> Any:
    """A text; of a number its digits. A line in a file can't hold a NUL, nor UTF-8 half a surrogate."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < _EXACT:
        raw = int(raw)
    if isinstance(raw, int | float):
        return str(raw)
    if not isinstance(raw, str):
        return _ODD
    return raw.replace("\0", "\x01").encode("utf-8", "replace").decode()


def _number(raw: Json) -> Any:
    if isinstance(raw, str):
        try:
            raw = float(raw.replace(",", "."))
        except ValueError:
            return _ODD
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    return float(raw) if is_number and abs(raw) < _EXACT and math.isfinite(raw) else _ODD
