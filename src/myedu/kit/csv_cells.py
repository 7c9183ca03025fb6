"""Cells of CSV files that people open in a spreadsheet."""

import re

# Where the system's list separator is «;», a spreadsheet begins a new cell after each.
_FORMULA = re.compile(r"(^|;)(?=[\s\"]*[=+@\t\r-])")


def plain_cell(text: str) -> str:
    """The text, so that it does not run as a formula: whoever wrote it is not the one who opens the file."""
    return _FORMULA.sub(r"\1'", text)
