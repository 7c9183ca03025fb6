"""Persons and families: siblings share a surname and, as a rule, two guardians; a few rights are revoked."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random

import msgspec

from myedu.contract.tables import Guardianship, Person
from myedu.invented.names import POOLS, NamePool, given_name, patronymic, surname
from myedu.invented.regions import RegionProfile
from myedu.invented.school.cast import CastPerson
from myedu.invented.school.ids import Ids

_FATHER_AT_HOME = 0.8
_REVOKED = 0.03
_HAS_ESIA_OID = 0.75  # 0.85 parent accounts a pupil in a real region; not all of them known to the journal


class PersonFactory:
    """Makes the persons of one school. `year` is the first calendar year of the academic year.

    `reserved_snils`: those of the cast, given to no one else.
    """

    def __init__(
        self,
        ids: Ids,
        rng: Random,
        profile: RegionProfile,
        *,
        year: int,
        reserved_snils: frozenset[str],
    ) -> None:
        self._ids, self._rng, self._profile, self._reserved_snils = ids, rng, profile, reserved_snils
        self._year = year
        self.updated_at = datetime(year, 8, 25, 9, tzinfo=UTC)

    def pool(self) -> NamePool:
        """Names of one origin, as often as it is met in the region."""
        return POOLS[self._rng.choice(self._profile.names)]

    def person(
        self,
        pool: NamePool,
        sex: str,
        birth_date: date,
        *,
        family: str | None = None,
        father: str | None = None,
    ) -> Person:
        """A new person. `sex` is "m" or "f", `family` a surname in its male form, `father` a first name."""
        identity, snils = self._identity()
        rng = self._rng
        return Person(
            id=identity,
            updated_at=self.updated_at,
            last_name=surname(family or rng.choice(pool.surnames), sex),
            first_name=given_name(pool, sex, rng),
            middle_name=patronymic(father or rng.choice(pool.fathers), sex),
            birth_date=birth_date,
            sex=sex,
            snils=snils,
            esia_oid=self._ids.esia_oid() if rng.random() < _HAS_ESIA_OID else None,
        )

    def cast_person(self, person: CastPerson) -> Person:
        """A person of the cast: name, SNILS and oid as given, the id made here."""
        return Person(
            id=self._ids.long("person"),
            updated_at=self.updated_at,
            last_name=person.last_name,
            first_name=person.first_name,
            middle_name=person.middle_name,
            birth_date=person.birth_date,
            sex=person.sex,
            snils=person.snils,
            esia_oid=person.esia_oid,
        )

    def adult(self) -> Person:
        """A new person of an age at which people work: 24 to 63 in `year`."""
        rng = self._rng
        sex = "f" if rng.random() < 0.85 else "m"  # as among real teachers
        return self.person(self.pool(), sex, _day_in(rng, self._year - 63, self._year - 24))

    def family(self, birth_dates: Iterable[date]) -> tuple[list[Person], list[Person], list[Guardianship]]:
        """Children of these birth dates in their order, their parents, and each parent's guardianships."""
        rng, pool = self._rng, self.pool()
        family_name, father_name = rng.choice(pool.surnames), rng.choice(pool.fathers)
        children = [
            self.person(pool, rng.choice("mf"), born, family=family_name, father=father_name)
            for born in birth_dates
        ]
        eldest = min(child.birth_date.year for child in children if child.birth_date)
        mother = self.person(pool, "f", _day_in(rng, eldest - 36, eldest - 20), family=family_name)
        parents = [mother]
        if rng.random() < _FATHER_AT_HOME:
            father = self.person(pool, "m", _day_in(rng, eldest - 40, eldest - 21), family=family_name)
            parents.append(msgspec.structs.replace(father, first_name=father_name))
        links = [self.link(parent, child) for child in children for parent in parents]
        return children, parents, links

    def link(
        self, guardian: Person, child: Person, relation: str | None = None, revoked: bool | None = None
    ) -> Guardianship:
        """A guardianship from the child's birth on.

        `relation` None: mother or father by sex. `revoked` None: by chance, if the relation isn't given.
        """
        rng = self._rng
        if revoked is None:
            revoked = relation is None and guardian.sex == "m" and rng.random() < _REVOKED
        start = child.birth_date or date(self._year, 9, 1)
        return Guardianship(
            id=self._ids.long("guardianship"),
            updated_at=self.updated_at,
            guardian_id=guardian.id,
            child_id=child.id,
            starts_on=start,
            relation=relation or ("mother" if guardian.sex == "f" else "father"),
            verified_at=self.updated_at - timedelta(days=rng.randint(1, 400)),
            revoked_at=self.updated_at if revoked else None,
        )

    def _identity(self) -> tuple[str, str]:
        while True:
            identity, snils = self._ids.long("person"), self._ids.snils()
            if snils not in self._reserved_snils:
                return identity, snils


def birth_date_of_grade(rng: Random, grade: int, year: int) -> date:
    """A random birth date for a grade in the academic year that begins in `year`.

    From March to February: children start school at six and a half to seven and a half.
    """
    return date(year - grade - 6, 3, 1) + timedelta(days=rng.randrange(360))


def _day_in(rng: Random, first_year: int, last_year: int) -> date:
    return date(first_year, 1, 1) + timedelta(days=rng.randrange((last_year - first_year + 1) * 365))
