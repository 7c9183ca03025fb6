"""Turns a journal's texts into plain text: no markup, nothing invisible, no endless lines, only http links.

The rules are derived from the contract's types, so a new field needs no line here. Ids and codes are never
changed. An ordinary answer is only scanned: `needs_sanitizing` returns False, and its bytes are used as
received.
"""

import html
import re
import unicodedata
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Union

from msgspec import inspect as shapes

_ESCAPED = re.compile(r'\\[^"\\/nt]')
"""Any other escape of JSON may hide any character."""
_DRAWN_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0"  # blank letters
_BLANK_LEADS = sorted({blank.encode()[:1] for blank in _DRAWN_BLANK})
"""Their first bytes in UTF-8; the letters of Russia's languages have others."""
_INVISIBLE = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls except tab and line feed
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"  # zero width, bidi, BOM
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # shorthand, music, tags
)
_NO_INK = re.compile(f"[{_DRAWN_BLANK}{_INVISIBLE}]")
_SUSPICIOUS = re.compile(f"[\u2028\u2029{_INVISIBLE}]")
_EMPTY_LINES = re.compile(r"\n{3,}")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")

# Each attempt ends at the next "<" without backtracking (possessive): hostile text takes linear time.
_HIDDEN = re.compile(
    r"<!--(?:(?!-->).)*+(?:-->|\Z)|<(script|style)\b[^<>]*+>(?:(?!</\1).)*+(?:</\1\s*+>|\Z)", re.S | re.I
)
_TAG = re.compile(
    r"</?([a-z][a-z0-9:-]*+)"
    r"""(?:\s++[a-z@:_][\w@:.-]*+(?:\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=]++))?+)*+\s*+/?>"""
    r"|<[!?][^<>]*+>",
    re.I | re.A,
)
_BREAKS = frozenset(
    ("br", "p", "div", "li", "ul", "ol", "tr", "table", "blockquote", "pre", "h1", "h2", "h3")
)
_ENDLESS_NUMBER = re.compile(r"&#(?:\d{8,}|x[0-9a-f]{8,});?", re.I)  # int() refuses thousands of digits
_NESTED = 5  # passes over tags within tags, as in «<scr<b>ipt>»: honest text has none

_LONGEST_LINE = 500  # characters of a text that the contract doesn't bound
_EMPTIED = "—"  # replaces a required name of which nothing is left

Json = Union[None, bool, int, float, str, list["Json"], dict[str, "Json"]]  # noqa: UP007 - recursive


class _Dropped(Enum):
    """The type of _DROP."""

    DROP = "drop"


_DROP = _Dropped.DROP
"""Returned for a value that has to be removed."""
Rule = Callable[[Json], Json | _Dropped]
"""Returns the same object if nothing has to be changed, a new one, or _DROP."""


def needs_sanitizing(body: bytes) -> bool:
    """False for an answer in which no text can need sanitizing; True proves nothing."""
    text = body.decode(errors="replace")
    # By cost: each step takes microseconds for a week, the search by character classes a hundred.
    return (
        "<" in text
        or "&" in text
        or ("\\" in text and _ESCAPED.search(text) is not None)
        or (not text.isprintable() and _SUSPICIOUS.search(text) is not None)
        or (any(lead in body for lead in _BLANK_LEADS) and any(blank in text for blank in _DRAWN_BLANK))
        or not unicodedata.is_normalized("NFC", text)
    )


def sanitized(kind: type, raw: Json) -> Json:
    """JSON of a `kind` with sanitized texts; `raw` itself if nothing had to change."""
    rule = _rule_of(kind)
    result = raw if rule is None else rule(raw)
    return raw if isinstance(result, _Dropped) else result


def sanitize_text(text: str, longest: int, *, lines: bool) -> str:
    """Plain text of at most `longest` characters in NFC; in one line unless `lines`."""
    text = text[: longest * 4]  # the rest would be cut off anyway
    if "&" in text:
        text = html.unescape(_ENDLESS_NUMBER.sub("", text))
    text = _NO_INK.sub("", _LINE_ENDS.sub("\n", text))
    if "<" in text:
        text = _without_tags(text)
    text = unicodedata.normalize("NFC", text)
    text = _with_tidy_spaces(text, lines=lines)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _with_tidy_spaces(text: str, *, lines: bool) -> str:
    if "\n" in text:  # no regular expression: it would be quadratic in a run of spaces
        parts = [part.strip(" \t") if not lines else part.rstrip(" \t") for part in text.split("\n")]
        text = _EMPTY_LINES.sub("\n\n", "\n".join(parts)) if lines else " ".join(filter(None, parts))
    return text.strip(" \n\t")


def _without_tags(text: str) -> str:
    for _ in range(_NESTED):
        bare = _TAG.sub(_replacement, _HIDDEN.sub("", text))
        if bare == text:
            return text
        text = bare
    return text.replace("<", "")


def _replacement(tag: re.Match[str]) -> str:
    return "\n" if (tag[1] or "").lower() in _BREAKS else ""


# -- rules, derived from the contract's types ----------------------------------------------------------


@cache
def _rule_of(kind: type) -> Rule | None:
    return _rule(shapes.type_info(kind))


def _rule(info: shapes.Type) -> Rule | None:
    """None if there is no text inside."""
    if isinstance(info, shapes.Metadata):
        return _rule(info.type)
    if isinstance(info, shapes.StrType):
        return _text_rule(info)
    if isinstance(info, shapes.StructType):
        return _struct_rule(info)
    if isinstance(info, shapes.VarTupleType | shapes.ListType):
        return _list_rule(info)
    if isinstance(info, shapes.UnionType):  # one side of every union of the contract is None
        rules = [found for member in info.types if (found := _rule(member)) is not None]
        assert len(rules) <= 1, "a union of two kinds of text has no rule"
        return rules[0] if rules else None
    return None


def _text_rule(info: shapes.StrType) -> Rule | None:
    if info.pattern is not None:
        return _link if info.pattern.startswith("^https?:") else None  # every other pattern is an id's
    # Half of a code would be another code: an overlong one is left as it is, for the decoder to refuse.
    is_code = info.max_length == 64
    longest = _LONGEST_LINE if is_code else info.max_length or _LONGEST_LINE
    lines = info.max_length is not None and not info.min_length

    def rule(raw: Json) -> Json | _Dropped:
        if not isinstance(raw, str) or (is_code and len(raw) > 64):
            return raw
        text = sanitize_text(raw, longest, lines=lines) or (_EMPTIED if info.min_length else "")
        return raw if text == raw else text

    return rule


def _link(raw: Json) -> Json | _Dropped:
    """Only http and https: a `javascript:` link would run on the portal's page."""
    if not isinstance(raw, str):
        return raw
    url = _NO_INK.sub("", raw).strip()
    scheme, colon, rest = url.partition("://")
    if not colon or scheme.lower() not in ("http", "https") or re.search(r"[\s<>\"]", rest):
        return _DROP
    url = f"{scheme.lower()}://{rest}"
    return raw if url == raw else url


def _list_rule(info: shapes.VarTupleType | shapes.ListType) -> Rule | None:
    item_rule = _rule(info.item_type)
    if item_rule is None:
        return None

    def rule(raw: Json) -> Json | _Dropped:
        if not isinstance(raw, list):
            return raw
        items = [item_rule(item) for item in raw]
        if all(new is old for new, old in zip(items, raw, strict=True)):
            return raw
        return [item for item in items if not isinstance(item, _Dropped)]

    return rule


def _struct_rule(info: shapes.StructType) -> Rule | None:
    fields = {
        field.encode_name: (found, field.required) for field in info.fields if (found := _rule(field.type))
    }
    if not fields:
        return None

    def rule(raw: Json) -> Json | _Dropped:
        if not isinstance(raw, dict):
            return raw
        changed: dict[str, Json | _Dropped] = {}
        for name, (field_rule, required) in fields.items():
            if name in raw and (value := field_rule(raw[name])) is not raw[name]:
                if value is _DROP and required:
                    return _DROP
                changed[name] = value
        if not changed:
            return raw
        return {name: value for name, value in {**raw, **changed}.items() if not isinstance(value, _Dropped)}

    return rule
