"""Plain text: no markup, nothing invisible, in Unicode's composed form (NFC), without endless lines.

One function for whatever a stranger's text comes in: a journal's answers, rows of packages, names of an
adapter.
"""

import html
import re
import unicodedata

DRAWN_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0"  # blank letters
INVISIBLE = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls except tab and line feed
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"  # zero width, bidi, BOM
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # shorthand, music, tags
)
NO_INK = re.compile(f"[{DRAWN_BLANK}{INVISIBLE}]")
"""Invisible characters."""
_INK = re.compile(r"[^\s\ufe00-\ufe0f]")  # a variation selector shows nothing by itself
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


def sanitize_text(text: str, longest: int, *, lines: bool) -> str:
    """Plain text of at most `longest` characters in NFC; in one line unless `lines`.

    Empty if nothing of it can be seen.
    """
    text = text[: longest * 4]  # the rest would be cut off anyway
    if "&" in text:
        text = html.unescape(_ENDLESS_NUMBER.sub("", text))
    text = NO_INK.sub("", _LINE_ENDS.sub("\n", text))
    if "<" in text:
        text = _without_tags(text)
    text = unicodedata.normalize("NFC", text)
    text = _with_tidy_spaces(text, lines=lines)
    if not _INK.search(text):
        return ""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def without_ink(text: str) -> str:
    """The text without the invisible characters."""
    return NO_INK.sub("", text)


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
