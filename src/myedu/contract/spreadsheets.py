"""What a spreadsheet does to ids when it saves a CSV file: it stores them as numbers."""

import re

ROUNDED = r"[+-]?[0-9](?:[.,][0-9]+)?[Ee]\+?[0-9]{1,3}"
"""The pattern of a whole value, for Python and for Polars."""
_ROUNDED = re.compile(ROUNDED)


def is_rounded_number(text: str) -> bool:
    """True for «9.00720E+15»: digits of the id are lost, and other ids may have become the same text."""
    return _ROUNDED.fullmatch(text) is not None
