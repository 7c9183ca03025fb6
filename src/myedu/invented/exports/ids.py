"""Ids that look like the vendor's of a region, SNILS and ESIA oids: unique by construction, made quickly."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Literal

from myedu.contract.tables import TABLES
from myedu.invented.identity import esia_oid_of, snils_number

Style = Literal["number", "uuid", "dashed"]
"""number: beyond 2^53. uuid: like МЭШ's contingent_guid. dashed: table-school-row."""

_KINDS = {table: kind for kind, table in enumerate(TABLES, 1)}
_SCHOOLS = 10_000
MISTAKES_SCHOOL = _SCHOOLS - 1
"""Stands for the school's number in the ids of wrong rows."""


class SchoolIds:
    """Ids of one school's rows. In an inner loop call `makers[table]()`, the same as `new(table)`."""

    def __init__(self, style: Style, region: str, school: int) -> None:
        if not 0 < school < _SCHOOLS:
            raise ValueError(f"a region has at most {MISTAKES_SCHOOL - 1} schools: ask for fewer pupils")
        # All of it runs in C: an id is made for every row.
        self.makers: dict[str, Callable[[], str]] = {
            table: map(_pattern(style, kind, region, school).__mod__, map(_NUMBERS[style], count(1))).__next__
            for table, kind in _KINDS.items()
        }

    def new(self, table: str) -> str:
        """The next id of a table."""
        return self.makers[table]()


def _pattern(style: Style, kind: int, region: str, school: int) -> str:
    """A %-template for the number of a row; each table, region and school has its own."""
    if style == "number":
        return f"{kind}{region}{school:04d}%010d"  # 17 digits
    if style == "dashed":
        return f"{kind}{region}-{school}-%d"
    return f"%08x-{kind}0{region}-8000-9000-{school:012d}"  # version 8: custom (RFC 9562)


_NUMBERS: dict[Style, Callable[[int], int]] = {
    "number": int,
    "uuid": lambda number: number * 0x9E3779B1 & 0xFFFFFFFF,  # the odd factor sets neighbours far apart
    "dashed": int,
}


# contract.snils.make_snils, three digits at a time: (weighted sum of the digits) for each three digits.
_HIGH, _MIDDLE, _LOW = (
    tuple(n // 100 * w + n // 10 % 10 * (w - 1) + n % 10 * (w - 2) for n in range(1000)) for w in (9, 6, 3)
)


def identities(seed: int, first: int, count: int) -> Iterator[tuple[str, str]]:
    """Yields (SNILS, ESIA oid) of one school's persons, for `count` numbers from `first` on.

    The same SNILS as of contract.snils.make_snils, several times as quickly; a test compares them. Raises
    ValueError if more are needed.
    """
    for person in range(first, first + count):
        number = snils_number(seed, person)
        check = (
            (_HIGH[number // 1_000_000] + _MIDDLE[number // 1000 % 1000] + _LOW[number % 1000]) % 101 % 100
        )
        yield "%09d%02d" % (number, check), esia_oid_of(person)  # noqa: UP031 - quicker
    raise ValueError("the numbers of a school's people have run out: ask for fewer days")
