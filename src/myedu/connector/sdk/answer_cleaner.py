"""Cleans the JSON of an answer by the contract's types: texts become plain, what is odd costs itself.

An optional field whose absence says nothing is dropped, an entry of a list is left out, and what stands
beside them stays. The rules are derived from the contract's types, so a new field needs no line here. Ids and
codes are never changed.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, Union
from uuid import UUID

import msgspec
from msgspec import inspect as shapes

from myedu.connector.sdk.link_cleaner import clean_link
from myedu.contract.answers import Answer, Diary
from myedu.contract.plain_text import sanitize_text
from myedu.contract.school import DiaryLesson
from myedu.contract.windows import FIRST_YEAR, LAST_YEAR

_LONGEST_LINE = 500  # characters of a text that the contract doesn't bound
_CODE = 64  # characters
_EMPTIED = "—"  # replaces a required name of which nothing is left
_PARTS = ("homework", "marks")
_LARGEST_CODE = 1_000  # a mark or a scale of this size may be sent as a number

Json = Union[None, bool, int, float, str, list["Json"], dict[str, "Json"]]  # noqa: UP007 - recursive


class _Odd(Enum):
    """The type of the two marks below."""

    ODD = "odd"
    ABSENT = "absent"


_ODD = _Odd.ODD
"""Returned for a value that can't be what the contract says."""
_ABSENT = _Odd.ABSENT
"""Returned for null in the place of a field that may be left out."""


class Findings:
    """What an answer lost: `places` of odd values with their number, and entries of lists left out.

    `is_odd`: so is the whole answer, or more than half of the list that it is about. Then the fault isn't one
    entry's, and the last good copy says more.
    """

    def __init__(self) -> None:
        self.places: Counter[str] = Counter()
        self.left_out = 0
        self.is_odd = False
        self.orphans: dict[str, list[Json]] = {}

    def note(self, place: str) -> _Odd:
        """Record something odd."""
        self.places[place] += 1
        return _ODD


Rule = Callable[[Json, Findings], Json | _Odd]
"""Returns the same object if nothing has to be changed, a new one, or _ODD, which it has noted."""


def cleaned(kind: type, raw: Json, *, texts: bool = True) -> tuple[Json, Findings]:
    """JSON of a `kind` without what is odd, `raw` itself if nothing had to change, and what was found.

    An answer that is odd as a whole comes back as it is, for the decoder to refuse. `texts=False` leaves
    texts and links alone.
    """
    findings = Findings()
    rule = _rule_of(kind, texts)
    result = rule(raw, findings) if rule else raw
    if isinstance(result, _Odd):
        findings.is_odd = True
        return raw, findings
    return result, findings


@cache
def _rule_of(kind: type, texts: bool) -> Rule | None:
    return _Rules(texts).of(shapes.type_info(kind), "")


class _Rules:
    """Makes the rules; `texts`: whether texts are made plain too."""

    def __init__(self, texts: bool) -> None:
        self._texts = texts

    def of(self, info: shapes.Type, place: str) -> Rule | None:
        """The rule of a type at a place such as `lessons[].lesson.topic`; None if anything goes."""
        if isinstance(info, shapes.Metadata):
            return self._described(info, place)
        if isinstance(info, shapes.StructType):
            return self._struct(info, place)
        if isinstance(info, shapes.VarTupleType | shapes.ListType):
            return self._list(info, place)
        if isinstance(info, shapes.UnionType):  # one side of every union of the contract is None
            return self._optional(info, place)
        if isinstance(info, shapes.StrType):
            return self._string(info, place, lines=False)
        return _scalar(info, place)

    def _described(self, info: shapes.Metadata, place: str) -> Rule | None:
        if not isinstance(info.type, shapes.StrType):
            return self.of(info.type, place)
        described = (info.extra_json_schema or {}).get("description")
        return self._string(info.type, place, lines=described == "plain text, no markup")

    def _optional(self, info: shapes.UnionType, place: str) -> Rule | None:
        rules = [found for member in info.types if (found := self.of(member, place)) is not None]
        assert len(rules) <= 1, "a union of two kinds has no rule"
        if not rules:
            return None
        inner = rules[0]
        return lambda raw, findings: raw if raw is None else inner(raw, findings)

    def _string(self, info: shapes.StrType, place: str, *, lines: bool) -> Rule | None:
        if info.pattern is not None and info.pattern.startswith("^https?:"):
            return _link(place) if self._texts else _scalar(info, place)
        if info.pattern is not None or not self._texts:
            return _scalar(info, place)  # an id
        if info.max_length == _CODE:
            return _code(place)
        return _text(place, info.max_length or _LONGEST_LINE, lines=lines, needed=bool(info.min_length))

    def _list(
        self, info: shapes.VarTupleType | shapes.ListType, place: str, *, is_main: bool = False
    ) -> Rule:
        item_rule = self.of(info.item_type, f"{place}[]")
        keeps_parts = isinstance(info.item_type, shapes.StructType) and info.item_type.cls is DiaryLesson

        def rule(raw: Json, findings: Findings) -> Json | _Odd:
            if not isinstance(raw, list):
                return findings.note(place)
            items: list[Json] = []
            same = True
            for old in raw:
                new = item_rule(old, findings) if item_rule else old
                same = same and new is old
                if not isinstance(new, _Odd):
                    items.append(new)
                elif keeps_parts and isinstance(old, dict):
                    _keep_parts(old, findings)
            lost = len(raw) - len(items)
            if info.max_length is not None and len(items) > info.max_length:
                lost += len(items) - info.max_length
                items, same = items[: info.max_length], False
                findings.note(f"{place} (more than {info.max_length})")
            findings.left_out += lost
            findings.is_odd = findings.is_odd or (is_main and lost * 2 > len(raw))
            return raw if same else items

        return rule

    def _struct(self, info: shapes.StructType, place: str) -> Rule:
        dot = f"{place}." if place else ""
        # the list that an answer about days is about: lessons, marks, …
        has_main = not place and issubclass(info.cls, Answer)
        fields = []
        for field in info.fields:
            name, kind = f"{dot}{field.encode_name}", field.type
            if has_main and field.required and isinstance(kind, shapes.VarTupleType):
                rule_of_field: Rule | None = self._list(kind, name, is_main=True)
            else:
                rule_of_field = self.of(kind, name)
            fields.append(_Field(field, rule_of_field, name))

        def rule(raw: Json, findings: Findings) -> Json | _Odd:
            if not isinstance(raw, dict):
                return findings.note(place or "the answer")
            changed: dict[str, Json | _Odd] = {}
            for field in fields:
                value = field.of(raw, findings)
                if value is _ODD and field.is_needed:
                    return _ODD
                if value is not raw.get(field.name):
                    changed[field.name] = value
            if not changed:
                return raw
            kept = {**raw, **changed}
            return {name: value for name, value in kept.items() if not isinstance(value, _Odd)}

        return _with_orphans(rule, fields) if info.cls is Diary else rule


class _Field:
    """A field of a struct. `is_needed`: without it the struct is odd."""

    def __init__(self, field: shapes.Field, rule: Rule | None, place: str) -> None:
        self.name, self.rule, self.place = field.encode_name, rule, place
        self._required = field.required
        self._instead = _instead_of(field.type)
        says_something = isinstance(field.default, str | int | float) and field.default != ""
        self.is_needed = field.required or (says_something and self._instead is _ODD)
        self._may_be_null = isinstance(_bare(field.type), shapes.UnionType)

    def of(self, raw: dict[str, Json], findings: Findings) -> Json | _Odd:
        """The field's value in a struct's JSON; None if it is absent."""
        if self.name not in raw:
            return findings.note(f"{self.place} (absent)") if self._required else None
        value = raw[self.name]
        if value is None and not self._required:
            return self._null(findings)
        found = self.rule(value, findings) if self.rule else value
        return self._instead if found is _ODD and not self._required else found

    def _null(self, findings: Findings) -> Json | _Odd:
        """What many programs write for a field that is absent."""
        if self._may_be_null:
            return None
        findings.note(f"{self.place} (null)")
        return _ABSENT


def _bare(info: shapes.Type) -> shapes.Type:
    return _bare(info.type) if isinstance(info, shapes.Metadata) else info


def _instead_of(info: shapes.Type) -> Json | _Odd:
    """What stands for an odd value of the type (`when_odd` in its Meta); _ODD: nothing."""
    if not isinstance(info, shapes.Metadata):
        return _ODD
    found: Json | _Odd = (info.extra or {}).get("when_odd", _ODD)
    return found


# -- values --------------------------------------------------------------------------------------------


def _text(place: str, longest: int, *, lines: bool, needed: bool) -> Rule:
    def rule(raw: Json, findings: Findings) -> Json | _Odd:
        if not isinstance(raw, str):
            return findings.note(place)
        text = sanitize_text(raw, longest, lines=lines) or (_EMPTIED if needed else "")
        return raw if text == raw else text

    return rule


def _code(place: str) -> Rule:
    """Half of a code would be another code: a longer one is odd. A small number is the code of its digits."""

    def rule(raw: Json, findings: Findings) -> Json | _Odd:
        if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= _LARGEST_CODE:
            findings.note(f"{place} (number)")
            return str(raw)
        if not isinstance(raw, str) or len(raw) > _CODE:
            return findings.note(place)
        text = sanitize_text(raw, _LONGEST_LINE, lines=False) or _EMPTIED
        return raw if text == raw else text

    return rule


def _link(place: str) -> Rule:
    def rule(raw: Json, findings: Findings) -> Json | _Odd:
        url = clean_link(raw) if isinstance(raw, str) else None
        if url is None:
            return findings.note(place)
        return raw if url == raw else url

    return rule


def _scalar(info: shapes.Type, place: str) -> Rule | None:
    """Numbers, days, instants, ids: taken as they are or not at all."""
    kind = _type_of(info)
    if kind is None:
        return None
    convert = msgspec.convert

    def rule(raw: Json, findings: Findings) -> Json | _Odd:
        try:
            value = convert(raw, kind)
        except (msgspec.ValidationError, OverflowError):
            return findings.note(place)
        # arithmetic with time zones overflows at the ends of the calendar
        if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
            return findings.note(place)
        return raw

    return rule


def _type_of(info: shapes.Type) -> Any:  # a type or an Annotated alias: typing has no type of both
    match info:
        case shapes.StrType():
            length = msgspec.Meta(
                min_length=info.min_length, max_length=info.max_length, pattern=info.pattern
            )
            return Annotated[str, length]
        case shapes.IntType() | shapes.FloatType():
            assert info.gt is info.lt is None, "bounds of the contract are inclusive"
            kind = int if isinstance(info, shapes.IntType) else float
            return Annotated[kind, msgspec.Meta(ge=info.ge, le=info.le)]
        case shapes.DateTimeType():
            return Annotated[datetime, msgspec.Meta(tz=info.tz)]
        case shapes.DateType():
            return date
        case shapes.BoolType():
            return bool
        case shapes.UUIDType():
            return UUID
        case shapes.LiteralType():
            return Literal[tuple(info.values)]
    return None


# -- a lesson that can't be read -----------------------------------------------------------------------


def _keep_parts(entry: dict[str, Json], findings: Findings) -> None:
    """A task or a mark isn't odd because its lesson is: it moves to those without a lesson."""
    for name in _PARTS:
        parts = entry.get(name)
        if isinstance(parts, list):
            findings.orphans.setdefault(name, []).extend(parts)


def _with_orphans(rule: Rule, fields: list[_Field]) -> Rule:
    def with_orphans(raw: Json, findings: Findings) -> Json | _Odd:
        answer = rule(raw, findings)
        if not isinstance(answer, dict):
            return answer
        for field in fields:
            orphans = findings.orphans.pop(field.name, None)
            if orphans and field.rule and isinstance(kept := field.rule(orphans, findings), list):
                others = answer.get(field.name)
                answer = {**answer, field.name: [*(others if isinstance(others, list) else ()), *kept]}
        return answer

    return with_orphans
