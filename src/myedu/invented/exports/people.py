"""Families and teachers of a school, as cells.

An inner loop for millions of people: every call in it counts.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random

import msgspec

from myedu.invented.exports.cells import Rows
from myedu.invented.exports.ids import SchoolIds
from myedu.invented.names import POOLS, patronymic, surname

# 1.5 guardianships a pupil; with one enrolment and 2.5 persons that makes the pilot's five rows a pupil
# (4 million pupils, 6 million adults, 20 million rows).
FATHER_IN_JOURNAL = 0.5
_REVOKED = 0.02  # of fathers
_HAS_OID = 0.75  # 0.85 parent accounts a pupil in a real region, not all of them known to the journal
_HAS_SNILS = 0.97


class SchoolClass(msgspec.Struct, frozen=True):
    """A class: the id of its row in `groups`, and its grade."""

    id: str
    grade: int


class _Names(msgspec.Struct, frozen=True):
    """A pool of names with all forms. Pairs are (male, female)."""

    surnames: tuple[tuple[str, str], ...]
    given: tuple[tuple[str, ...], tuple[str, ...]]
    fathers: tuple[tuple[str, str, str], ...]
    """(given name, patronymic of a son, of a daughter)"""


@cache
def _names(pool: str) -> _Names:
    words = POOLS[pool]
    return _Names(
        surnames=tuple((surname(male, "m"), surname(male, "f")) for male in words.surnames),
        given=(words.male, words.female),
        fathers=tuple((name, patronymic(name, "m"), patronymic(name, "f")) for name in words.fathers),
    )


class People:
    """Adds people to the rows of one school on one day.

    `at`: `updated_at` of the new rows. `rng`: of the day. `identities` yields (SNILS, ESIA oid).
    """

    def __init__(
        self,
        rows: Rows,
        ids: SchoolIds,
        identities: Iterator[tuple[str, str]],
        rng: Random,
        pools: Sequence[str],
        organization_id: str,
        *,
        academic_year: int,
        starts_on: date,
        at: str,
    ) -> None:
        self._persons, self._enrollments = rows["persons"], rows["enrollments"]
        self._links = rows["guardianships"]
        self._person_id, self._identity = ids.makers["persons"], identities.__next__
        self._enrollment_id, self._link_id = ids.makers["enrollments"], ids.makers["guardianships"]
        self._random = rng.random
        self._pools = tuple(_names(pool) for pool in pools)
        self._organization_id, self._year = organization_id, academic_year
        self._starts_on, self._at = starts_on.isoformat(), at
        self._verified = _stamps_before(academic_year)

    def family(self, classes: Sequence[SchoolClass]) -> None:
        """Adds children in these classes (of one grade: twins), their mother and often their father."""
        chance = self._random
        names = self._pools[int(chance() * len(self._pools))]
        family_name = names.surnames[int(chance() * len(names.surnames))]
        father = names.fathers[int(chance() * len(names.fathers))]
        births = {
            school_class.grade: _births_of(self._year, school_class.grade)[int(chance() * 360)]
            for school_class in classes
        }
        eldest = self._year - 6 - max(births)
        mother_id = self._adult(names, 1, eldest - 20 - int(chance() * 16), family_name[1])
        parents = [(mother_id, "mother")]
        if chance() < FATHER_IN_JOURNAL:
            father_id = self._adult(names, 0, eldest - 21 - int(chance() * 19), family_name[0], father[0])
            parents.append((father_id, "father"))
        for school_class in classes:
            sex = chance() < 0.5
            given = names.given[sex]
            born_on = births[school_class.grade]
            first_name = given[int(chance() * len(given))]
            child_id = self._person(family_name[sex], first_name, father[1 + sex], born_on, sex)
            self.enroll(child_id, school_class.id)
            for parent_id, relation in parents:
                self._link(parent_id, child_id, born_on, relation)

    def teacher(self) -> str:
        """Adds an adult of 23 to 62 years; returns the id of the person."""
        chance = self._random
        names = self._pools[int(chance() * len(self._pools))]
        sex = chance() < 0.85  # as among real teachers
        family_name = names.surnames[int(chance() * len(names.surnames))][sex]
        return self._adult(names, sex, self._year - 23 - int(chance() * 40), family_name)

    def enroll(self, person_id: str, group_id: str) -> None:
        """Adds an enrolment from the day on, without an end."""
        row_id = self._enrollment_id()
        self._enrollments[row_id] = (
            row_id, self._at, "false", person_id, self._organization_id, group_id,
            self._starts_on, "", "active",
        )  # fmt: skip

    def _adult(
        self, names: _Names, sex: int, born_in: int, family_name: str, first_name: str | None = None
    ) -> str:
        chance = self._random
        if first_name is None:
            given = names.given[sex]
            first_name = given[int(chance() * len(given))]
        middle_name = names.fathers[int(chance() * len(names.fathers))][1 + sex]
        return self._person(family_name, first_name, middle_name, _days_of(born_in)[int(chance() * 365)], sex)

    def _person(self, last_name: str, first_name: str, middle_name: str, born_on: str, sex: int) -> str:
        chance, row_id = self._random, self._person_id()
        snils, oid = self._identity()
        self._persons[row_id] = (
            row_id,
            self._at,
            "false",
            last_name,
            first_name,
            middle_name,
            born_on,
            "f" if sex else "m",
            snils if chance() < _HAS_SNILS else "",
            oid if chance() < _HAS_OID else "",
        )
        return row_id

    def _link(self, guardian_id: str, child_id: str, born_on: str, relation: str) -> None:
        row_id, chance = self._link_id(), self._random()
        verified_at = self._verified[int(chance * len(self._verified))]
        # One random number serves both: a guardian verified last is as likely to be revoked as any other.
        revoked_at = self._at if chance < _REVOKED and relation == "father" else ""
        self._links[row_id] = (
            row_id, self._at, "false", guardian_id, child_id, born_on, relation, verified_at, "", revoked_at,
        )  # fmt: skip


@cache
def _births_of(academic_year: int, grade: int) -> tuple[str, ...]:
    """Born from March to February, as those who start at six and a half to seven and a half."""
    first = date(academic_year - grade - 6, 3, 1)
    return tuple((first + timedelta(days=days)).isoformat() for days in range(360))


@cache
def _days_of(year: int) -> tuple[str, ...]:
    return tuple((date(year, 1, 1) + timedelta(days=days)).isoformat() for days in range(365))


@cache
def _stamps_before(year: int) -> tuple[str, ...]:
    """When guardians were verified: moments in the 400 days before 25 August."""
    last = datetime(year, 8, 25, 9, tzinfo=UTC)
    return tuple((last - timedelta(days=days)).isoformat() for days in range(1, 401))
