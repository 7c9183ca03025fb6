"""What a journal writes becomes plain text: no markup, nothing invisible, no endless lines, no odd links.

The rules follow the contract's types, so a new field is cleaned without a line here. Ids and the meaning of
codes are never touched. An ordinary answer is only looked through: `needs_cleaning` says no, and its bytes
pass as they came.
"""

import html
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

from msgspec import inspect as shapes

_ESCAPED = re.compile(r'\\[^"\\/nt]')
"""Behind another escape than these JSON can hide any character."""
_DRAWN_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0"  # letters by name, without ink
_BLANK_LEADS = sorted({blank.encode()[:1] for blank in _DRAWN_BLANK})
"""First bytes of those: letters of Russia's languages have others."""
_INVISIBLE = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls other than tab and line feeds
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"  # zero width, bidi, BOM
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # shorthand, music, tags
)
_NO_INK = re.compile(f"[{_DRAWN_BLANK}{_INVISIBLE}]")
_SUSPICIOUS = re.compile(f"[\u2028\u2029{_INVISIBLE}]")
_EMPTY_LINES = re.compile(r"\n{3,}")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")

# Each attempt ends at the next "<" and gives nothing back (possessive): hostile text costs linear time.
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
_NESTED = 5  # tags within tags, as «<scr<b>ipt>»: honest text has none

_LONGEST_LINE = 500  # of a text that the contract gives no bound
_EMPTIED = "—"  # stands for a required name of which nothing is left

Rule = Callable[[Any], Any]
"""JSON's value → the same object where nothing is to be cleaned, a new one, or _DROP."""
_DROP: Any = object()


def needs_cleaning(body: bytes) -> bool:
    """False for an answer in which no text can need cleaning; True proves nothing."""
    text = body.decode(errors="replace")
    # In the order of cost: each step takes microseconds for a week, the search over its classes a hundred.
    return (
        "<" in text
        or "&" in text
        or ("\\" in text and _ESCAPED.search(text) is not None)
        or (not text.isprintable() and _SUSPICIOUS.search(text) is not None)
        or (any(lead in body for lead in _BLANK_LEADS) and any(blank in text for blank in _DRAWN_BLANK))
        or not unicodedata.is_normalized("NFC", text)
    )


def cleaned(kind: Any, raw: Any) -> Any:
    """JSON that is to become a `kind`, with its texts cleaned; `raw` itself where nothing had to be."""
    rule = _rule_of(kind)
    result = raw if rule is None else rule(raw)
    return raw if result is _DROP else result


def clean_text(text: str, longest: int, *, lines: bool) -> str:
    """Plain text of at most `longest` characters in NFC; without `lines` in one line."""
    text = text[: longest * 4]  # what is cut off anyway needn't be cleaned
    if "&" in text:
        text = html.unescape(_ENDLESS_NUMBER.sub("", text))
    text = _NO_INK.sub("", _LINE_ENDS.sub("\n", text))
    if "<" in text:
        text = _without_tags(text)
    text = unicodedata.normalize("NFC", text)
    text = _laid_out(text, lines=lines)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _laid_out(text: str, *, lines: bool) -> str:
    if "\n" in text:  # no regular expression: over a thousand spaces it would try each of them
        parts = [part.strip(" \t") if not lines else part.rstrip(" \t") for part in text.split("\n")]
        text = _EMPTY_LINES.sub("\n\n", "\n".join(parts)) if lines else " ".join(filter(None, parts))
    return text.strip(" \n\t")


def _without_tags(text: str) -> str:
    for _ in range(_NESTED):
        bare = _TAG.sub(_in_place, _HIDDEN.sub("", text))
        if bare == text:
            return text
        text = bare
    return text.replace("<", "")


def _in_place(tag: re.Match[str]) -> str:
    return "\n" if (tag[1] or "").lower() in _BREAKS else ""


# -- rules, made of the contract's types ---------------------------------------------------------------


@cache
def _rule_of(kind: Any) -> Rule | None:
    return _rule(shapes.type_info(kind))


def _rule(info: shapes.Type) -> Rule | None:
    """None where there is no text below."""
    if isinstance(info, shapes.Metadata):
        return _rule(info.type)
    if isinstance(info, shapes.StrType):
        return _text_rule(info)
    if isinstance(info, shapes.StructType):
        return _struct_rule(info)
    if isinstance(info, shapes.VarTupleType | shapes.ListType):
        return _list_rule(info)
    if isinstance(info, shapes.UnionType):  # of the contract's unions one side is None
        rules = [found for one in info.types if (found := _rule(one)) is not None]
        assert len(rules) <= 1, "a union of two kinds of text has no rule"
        return rules[0] if rules else None
    return None


def _text_rule(info: shapes.StrType) -> Rule | None:
    if info.pattern is not None:
        return _link if info.pattern.startswith("^https?:") else None  # every other pattern is an id's
    # A code has a bound, but half a code would be another code: one that is too long is left to be refused.
    is_code = info.max_length == 64
    longest = _LONGEST_LINE if is_code else info.max_length or _LONGEST_LINE
    lines = info.max_length is not None and not info.min_length

    def rule(raw: Any) -> Any:
        if not isinstance(raw, str) or (is_code and len(raw) > 64):
            return raw
        text = clean_text(raw, longest, lines=lines) or (_EMPTIED if info.min_length else "")
        return raw if text == raw else text

    return rule


def _link(raw: Any) -> Any:
    """http and https only: a `javascript:` would run on the portal's page."""
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

    def rule(raw: Any) -> Any:
        if not isinstance(raw, list):
            return raw
        items = [item_rule(item) for item in raw]
        if all(new is old for new, old in zip(items, raw, strict=True)):
            return raw
        return [item for item in items if item is not _DROP]

    return rule


def _struct_rule(info: shapes.StructType) -> Rule | None:
    fields = {one.encode_name: (found, one.required) for one in info.fields if (found := _rule(one.type))}
    if not fields:
        return None

    def rule(raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        changed: dict[str, Any] = {}
        for name, (field_rule, required) in fields.items():
            if name in raw and (value := field_rule(raw[name])) is not raw[name]:
                if value is _DROP and required:
                    return _DROP
                changed[name] = value
        if not changed:
            return raw
        return {name: value for name, value in {**raw, **changed}.items() if value is not _DROP}

    return rule
