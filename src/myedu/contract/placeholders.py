"""What systems write into a field that nobody has filled in."""

import re

PLACEHOLDER = (
    r"[\s\-\u2010-\u2015\u2212._*]*"
    r"(?:(?:не\s+(?:указан|задан|заполнен|выбран|определен|определён)[аоы]?|нет\s+данных)[\s\-\u2010-\u2015._*]*)?"
)
"""The pattern of a whole value, whatever the case of its letters; for Python and for Polars."""
_NOTHING = re.compile(PLACEHOLDER, re.IGNORECASE)
_LONGEST = 100
"""Characters of the longest placeholder looked for: a text of dashes drawn by hand may be endless."""


def is_placeholder(text: str) -> bool:
    """True for «---», «-», «.», «---Не указана---» and the like, and for an empty text: nothing is set."""
    return len(text) <= _LONGEST and _NOTHING.fullmatch(text) is not None


def filled(text: str | None) -> str | None:
    """The text, or None if it is absent, empty or a placeholder."""
    return None if text is None or is_placeholder(text) else text
