"""Ids, SNILS and ESIA oids that never collide, whatever order schools are made in."""

from collections import Counter

from myedu.contract.snils import make_snils
from myedu.invented.identity import esia_oid_of, snils_number

# 17 digits, beyond 2^53: real journals have such ids (КИАСУО's are of 16 digits and more).
_KINDS = {"person": 1, "enrollment": 2, "guardianship": 3, "lesson": 4, "homework": 5, "mark": 6, "final": 7}

_PERSONS_PER_SCHOOL = 4_000
_SCHOOLS_PER_REGION = 2_000


class Ids:
    """The ids of one school of one region.

    School 0 stands for the region itself, with people of several schools.
    """

    def __init__(self, seed: int, region: str, school: int) -> None:
        if not 0 <= school < _SCHOOLS_PER_REGION:
            raise ValueError(f"a region has at most {_SCHOOLS_PER_REGION - 1} schools: ask for fewer pupils")
        self._seed, self._region, self._school = seed, int(region), school
        self._long: Counter[str] = Counter()
        self._short: Counter[str] = Counter()

    def long(self, kind: str) -> str:
        """The next id of a large table: a number beyond 2^53. `kind` is a key of _KINDS."""
        self._long[kind] += 1
        return f"{_KINDS[kind]}{self._region:02d}{self._school:04d}{self._long[kind]:010d}"

    def short(self, kind: str) -> str:
        """The next id of a small table: `s3-group-12`."""
        self._short[kind] += 1
        return f"s{self._school}-{kind}-{self._short[kind]}"

    def _person_number(self) -> int:
        number = self._long["person"]
        if number >= _PERSONS_PER_SCHOOL:
            raise ValueError(f"a school has at most {_PERSONS_PER_SCHOOL} persons: make smaller schools")
        return (self._region * _SCHOOLS_PER_REGION + self._school) * _PERSONS_PER_SCHOOL + number

    def snils(self) -> str:
        """The SNILS of the person whose id was made last; another seed gives another.

        Raises ValueError if the school has more persons than numbers.
        """
        return make_snils(snils_number(self._seed, self._person_number()))

    def esia_oid(self) -> str:
        """The ESIA oid of the person whose id was made last."""
        return esia_oid_of(self._person_number())
