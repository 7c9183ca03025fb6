"""Ids in the manner of a region's vendor, SNILS and ESIA oids: unique by construction, and quick."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Literal

from myedu.contract.tables import TABLES
from myedu.invented.identity import esia_oid_of, snils_number

Style = Literal["number", "uuid", "dashed"]
"""number: beyond 2^53. uuid: as МЭШ's contingent_guid. dashed: table-school-row."""

_KINDS = {table: kind for kind, table in enumerate(TABLES, 1)}
_SCHOOLS = 10_000
MISTAKES = _SCHOOLS - 1
"""Instead of a school's number: the ids of rows made to be wrong."""


class SchoolIds:
    """New ids of one school's rows: `makers[table]()`."""

    def __init__(self, style: Style, region: str, school: int) -> None:
        if not 0 < school < _SCHOOLS:
            raise ValueError(f"a region has at most {MISTAKES - 1} schools: ask for fewer pupils")
        # All of it runs in C: an id is made for every row.
        self.makers: dict[str, Callable[[], str]] = {
            table: map(_pattern(style, kind, region, school).__mod__, map(_NUMBERS[style], count(1))).__next__
            for table, kind in _KINDS.items()
        }

    def new(self, table: str) -> str:
        return self.makers[table]()


def _pattern(style: Style, kind: int, region: str, school: int) -> str:
    """What the number of a row is put into; another one for each table, region and school."""
    if style == "number":
        return f"{kind}{region}{school:04d}%010d"  # 17 digits
    if style == "dashed":
        return f"{kind}{region}-{school}-%d"
    return f"%08x-{kind}0{region}-8000-9000-{school:012d}"  # version 8: of one's own making (RFC 9562)


_NUMBERS: dict[Style, Callable[[int], int]] = {
    "number": int,
    "uuid": lambda number: number * 0x9E3779B1 & 0xFFFFFFFF,  # an odd factor: neighbours lie far apart
    "dashed": int,
}


# contract.snils.make_snils three digits at a time: the sum of digits times weights of each three.
_HIGH, _MIDDLE, _LOW = (
    tuple(n // 100 * w + n // 10 % 10 * (w - 1) + n % 10 * (w - 2) for n in range(1000)) for w in (9, 6, 3)
)


def identities(seed: int, first: int, places: int) -> Iterator[tuple[str, str]]:
    """SNILS and ESIA oids of one school's persons, out of the `places` kept for it.

    The SNILS is contract.snils.make_snils several times as quick; a test holds them together.
    """
    for person in range(first, first + places):
        number = snils_number(seed, person)
        check = (
            (_HIGH[number // 1_000_000] + _MIDDLE[number // 1000 % 1000] + _LOW[number % 1000]) % 101 % 100
        )
        yield "%09d%02d" % (number, check), esia_oid_of(person)  # noqa: UP031 - quicker
    raise ValueError("the numbers of a school's people have run out: ask for fewer days")
