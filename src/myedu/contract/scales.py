"""What marks of a scale look like, and which numbers of an average they are: for pages and for the judge."""

import re

MAX_WEIGHT = 100.0
"""The greatest weight with which a mark counts."""

_FIVE = r"[1-5][+-]?"
_VALUES = {
    "5": re.compile(rf"{_FIVE}(?:/{_FIVE})?"),  # «4/5»: two marks for one work
    "10": re.compile(r"10|[0-9]"),
    "12": re.compile(r"1[0-2]|[1-9]"),
    "100": re.compile(r"100|[1-9]?[0-9]"),
}


def is_on_scale(value: str, scale: str) -> bool:
    """Whether a mark's value belongs to its scale; verbal and unknown scales accept any value."""
    pattern = _VALUES.get(scale)
    return pattern is None or pattern.fullmatch(value) is not None


def five_point_numbers(value: str) -> tuple[int, ...]:
    """The numbers of a mark on the scale of five: «4+» and «4-» are 4, «4/5» is two; none for other texts."""
    if not is_on_scale(value, "5"):
        return ()
    return tuple(int(part[0]) for part in value.split("/"))
