"""What a spreadsheet does to ids when it saves a CSV file: it stores them as numbers."""

import re

_ROUNDED = re.compile(r"[+-]?\d(?:[.,]\d+)?[Ee]\+?\d{1,3}")


def is_rounded_number(text: str) -> bool:
    """True for «9.00720E+15»: digits of the id are lost, and other ids may have become the same text."""
    return _ROUNDED.fullmatch(text) is not None
