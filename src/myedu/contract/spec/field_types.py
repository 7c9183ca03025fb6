"""The type of a field in the words of the specification, and the dictionary of its codes."""

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import inspect

from myedu.contract import act, answers, package, school, tables
from myedu.contract.spec.words import Language

DICTIONARIES: dict[str, tuple[str, ...]] = {
    "organization-kind": tables.ORGANIZATION_KINDS,
    "period-kind": tables.PERIOD_KINDS,
    "group-kind": tables.GROUP_KINDS,
    "staff-role": tables.STAFF_ROLES,
    "sex": tables.SEXES,
    "lesson-status": school.LESSON_STATUSES,
    "lesson-kind": school.LESSON_KINDS,
    "mark-scale": school.MARK_SCALES,
    "attendance-code": school.ATTENDANCE_CODES,
    "final-mark-kind": school.FINAL_MARK_KINDS,
    "set-by": ("teacher", "computed"),
    "work-kind": school.WORK_KINDS,
    "capability": answers.CAPABILITIES,
    "profile": answers.PROFILES,
    "changed": ("schedule", "homework", "marks", "attendance", "final-marks"),
    "relation": act.RELATIONS,
    "purpose": act.PURPOSES,
    "mode": get_args(get_type_hints(package.Manifest)["mode"]),
}
"""name → the codes known today; readers pass any other through."""

_WORDS: dict[str, dict[Language, str]] = {
    "id": {"ru": "код", "en": "id"},
    "name": {"ru": "строка", "en": "line of text"},
    "text": {"ru": "текст", "en": "text"},
    "url": {"ru": "адрес", "en": "address"},
    "str": {"ru": "строка", "en": "text"},
    "int": {"ru": "целое", "en": "integer"},
    "float": {"ru": "число", "en": "number"},
    "bool": {"ru": "да/нет", "en": "boolean"},
    "date": {"ru": "день", "en": "day"},
    "datetime": {"ru": "время со смещением", "en": "instant with offset"},
    "uuid": {"ru": "UUID", "en": "UUID"},
    "list": {"ru": "список: ", "en": "list of "},
    "null": {"ru": " или null", "en": " or null"},
}
_BY_DESCRIPTION = {
    "opaque id": "id",
    "plain text, one line": "name",
    "plain text, no markup": "text",
    "absolute address": "url",
}
"""The description in contract.wire → a key of _WORDS."""


class FieldType(msgspec.Struct, frozen=True):
    """The type of a field: `text` in words, the `struct` it refers to, or the `dictionary` of its codes."""

    text: str
    struct: type | None = None
    dictionary: str | None = None


def field_type(field: inspect.Field, language: Language) -> FieldType:
    """The type of a struct's field in words."""
    kind, may_be_null = _without_none(field.type)
    prefix = ""
    if isinstance(kind, inspect.VarTupleType):
        prefix, kind = _WORDS["list"][language], kind.item_type
    found = _simple(kind, language)
    # null matters for required fields only: an optional field is left out instead
    suffix = _WORDS["null"][language] if may_be_null and field.required else ""
    return FieldType(f"{prefix}{found.text}{suffix}", found.struct, found.dictionary)


def nested_structs(struct: type) -> Iterator[type]:
    """The structs in a struct's fields, each followed by those in its own fields."""
    for field in fields_of(struct):
        kind, _ = _without_none(field.type)
        kind = kind.item_type if isinstance(kind, inspect.VarTupleType) else kind
        if isinstance(kind, inspect.StructType):
            yield kind.cls
            yield from nested_structs(kind.cls)


def fields_of(struct: type) -> tuple[inspect.Field, ...]:
    """The fields in the order of the wire, base structs' first."""
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    return info.fields


def _simple(kind: inspect.Type, language: Language) -> FieldType:
    if isinstance(kind, inspect.StructType):
        return FieldType(kind.cls.__name__, struct=kind.cls)
    if isinstance(kind, inspect.LiteralType):
        return _code(tuple(kind.values), language)
    if isinstance(kind, inspect.Metadata):
        extra = kind.extra_json_schema or {}
        if known := extra.get("x-known-values"):
            return _code(tuple(known), language)
        named = _BY_DESCRIPTION.get(extra.get("description", ""))
        return FieldType(_WORDS[named][language]) if named else _simple(kind.type, language)
    return FieldType(_WORDS[type(kind).__name__.removesuffix("Type").lower()][language])


def _code(known: tuple[Any, ...], language: Language) -> FieldType:
    name = next(name for name, codes in DICTIONARIES.items() if set(codes) == set(known))
    return FieldType(name, dictionary=name)


def _without_none(kind: inspect.Type) -> tuple[inspect.Type, bool]:
    inner = kind.type if isinstance(kind, inspect.Metadata) else kind
    if not isinstance(inner, inspect.UnionType):
        return kind, False
    rest = [member for member in inner.types if not isinstance(member, inspect.NoneType)]
    return rest[0], len(rest) < len(inner.types)
