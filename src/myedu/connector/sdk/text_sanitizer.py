"""Turns a journal's texts into plain text: no markup, nothing invisible, no endless lines.

An ordinary answer is only scanned: `needs_sanitizing` returns False, and its bytes are used as received.
"""

import html
import re
import unicodedata

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
_ODD_LINK = re.compile(rb'"https?:[^"]*[^!-~"]')
"""A link with a space or a letter beyond ASCII, which is rewritten; or a text that begins like a link."""
_BLANK = re.compile(
    rb':\s*"(?: |\\[nt]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xaf]|\xe2\x81\x9f|\xe3\x80\x80)+"'
)
"""A field whose text is spaces alone, of any alphabet."""
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


def needs_sanitizing(body: bytes) -> bool:
    """False for an answer in which no text can need sanitizing; True proves nothing."""
    text = body.decode(errors="replace")
    # By cost: each step takes microseconds for a week, the search by character classes a hundred.
    return (
        "<" in text
        or "&" in text
        or _ODD_LINK.search(body) is not None
        or _BLANK.search(body) is not None
        or ("\\" in text and _ESCAPED.search(text) is not None)
        or (not text.isprintable() and _SUSPICIOUS.search(text) is not None)
        or (any(lead in body for lead in _BLANK_LEADS) and any(blank in text for blank in _DRAWN_BLANK))
        or not unicodedata.is_normalized("NFC", text)
    )


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
    text = text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
    return "" if text.isspace() else text  # of spaces that the strip doesn't know


def without_ink(text: str) -> str:
    """The text without the characters that nobody sees."""
    return _NO_INK.sub("", text)


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
