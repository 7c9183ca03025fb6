"""Plain text of teachers: they paste from word processors, and the journal keeps the markup."""

import html
import re

from myedu.contract.placeholders import filled

_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/tr)\s*/?>", re.IGNORECASE)
# only tags that an editor writes: "при x<b и c>d" is mathematics and stays
_TAGS = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|i|img|li|ol|p|s|small|span|strong|sub|sup|table|tbody|td|th|tr|u|ul)"
    r"""(?:\s+[a-z][a-z-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*\s*/?>""",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")

_TEXT_LIMIT = 20_000  # contract.wire.Text
_NAME_LIMIT = 500  # contract.wire.Name


def plain(text: str | None) -> str:
    """The text without tags, entities, invisible characters and extra spaces; line breaks stay."""
    spaced = _BREAKS.sub("\n", (text or "").replace("\r\n", "\n"))
    visible = _INVISIBLE.sub("", html.unescape(_TAGS.sub("", spaced)))
    lines = (_SPACES.sub(" ", line).strip() for line in visible.split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()[:_TEXT_LIMIT]


def one_line(text: str | None) -> str | None:
    """`plain` in one line; None if nothing is left."""
    return " ".join(plain(text).split())[:_NAME_LIMIT] or None


def name_of(text: str | None) -> str | None:
    """`one_line`, or None for what the journal writes where nothing is set, such as «---Не указана---»."""
    return filled(one_line(text))
