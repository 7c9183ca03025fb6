"""What each column of an export table must hold, taken from the contract's structs."""

from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import inspect

from myedu.contract.tables import TABLES

Kind = Literal["id", "text", "code", "date", "instant", "integer", "flag", "snils", "zone"]

LONGEST_TEXT = 500  # contract.wire.Name; also of texts that the contract doesn't limit
_INT32 = 2_147_483_647
_SPECIAL: dict[str, Kind] = {"snils": "snils", "time_zone": "zone"}
CLOSING = frozenset({"ends_on", "revoked_at"})
"""Columns whose value ends a right. It is never dropped: an unreadable end must not look like none."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One column."""

    name: str
    kind: Kind
    required: bool
    longest: int = LONGEST_TEXT
    known: tuple[str, ...] = ()
    low: int = -_INT32
    high: int = _INT32

    @property
    def severity(self) -> Literal["error", "field"]:
        """What a wrong value costs: the row if the column is essential, else only the value."""
        return "error" if self.required or self.name in CLOSING else "field"


@cache
def rules_of(table: str) -> tuple[Rule, ...]:
    """The rules of a table, in the order of its columns."""
    return tuple(_rule(table, field) for field in msgspec.structs.fields(TABLES[table]))


def _rule(table: str, field: msgspec.structs.FieldInfo) -> Rule:
    kind, notes = _plain(inspect.type_info(field.type))
    return Rule(
        name=field.encode_name,
        kind=_SPECIAL.get(field.encode_name) or _kind(kind, notes),
        required=field.required,
        longest=getattr(kind, "max_length", None) or LONGEST_TEXT,
        known=tuple(notes.get("x-known-values", ())),
        low=_bound(kind, "ge", -_INT32),
        high=_bound(kind, "le", _INT32),
    )


def _plain(info: inspect.Type) -> tuple[inspect.Type, dict[str, Any]]:
    """The type without None and notes, and its notes for the schema."""
    notes: dict[str, Any] = {}
    while isinstance(info, inspect.Metadata | inspect.UnionType):
        if isinstance(info, inspect.Metadata):
            notes |= info.extra_json_schema or {}
            info = info.type
        else:
            info = next(one for one in info.types if not isinstance(one, inspect.NoneType))
    return info, notes


def _kind(info: inspect.Type, notes: dict[str, Any]) -> Kind:
    match info:
        case inspect.DateType():
            return "date"
        case inspect.DateTimeType():
            return "instant"
        case inspect.IntType():
            return "integer"
        case inspect.BoolType():
            return "flag"
        case inspect.StrType(pattern=str()):
            return "id"
        case inspect.StrType():
            return "code" if "x-known-values" in notes else "text"
    raise TypeError(f"no check for {info}: add one here and in row_checks.py")


def _bound(info: inspect.Type, name: str, default: int) -> int:
    found = getattr(info, name, None)
    return default if found is None else int(found)
