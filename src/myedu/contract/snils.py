"""SNILS: the number of a personal pension account, eleven digits of which two are check digits."""

import re

_NOISE = re.compile(r"[\s-]")
_FIRST_CHECKED = 1_001_998
"""Numbers up to 001-001-998 were issued before there were check digits."""


def normalise_snils(text: str) -> str | None:
    """«112-233-445 95» → «11223344595»; None if it isn't a valid SNILS."""
    digits = _NOISE.sub("", text)
    if len(digits) != 11 or not digits.isascii() or not digits.isdigit():
        return None
    if int(digits[:9]) <= _FIRST_CHECKED:
        return digits
    return digits if digits[9:] == snils_check(digits[:9]) else None


def lacks_leading_zero(text: str) -> bool:
    """True for «2000000117»: a spreadsheet has made a number of a SNILS that begins with zeros."""
    digits = _NOISE.sub("", text)
    return len(digits) in (9, 10) and digits.isascii() and normalise_snils(digits.zfill(11)) is not None


def snils_check(nine: str) -> str:
    """The two check digits of the first nine digits."""
    total = sum(int(digit) * weight for digit, weight in zip(nine, range(9, 0, -1), strict=True))
    return f"{total % 101 % 100:02d}"


def make_snils(number: int) -> str:
    """A valid SNILS of a nine-digit number, for generators and tests."""
    nine = f"{number:09d}"
    return nine + snils_check(nine)
