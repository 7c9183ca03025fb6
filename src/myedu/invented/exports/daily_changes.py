"""Daily changes of a school: pupils arrive, leave, return and change class; records are corrected."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from random import Random

import msgspec

from myedu.contract.tables import TABLES, columns
from myedu.invented.exports.cells import Cells, Rows, cell, with_cells
from myedu.invented.exports.school import School


class Change(StrEnum):
    """A change of one pupil."""

    ARRIVED = "arrived"
    LEFT = "left"
    RETURNED = "returned"  # with the same ids as before
    MOVED = "moved"  # to another class
    SURNAME = "surname"
    BIRTH_DATE = "birth-date"
    SNILS = "snils"  # was not known


_SHARES = {
    Change.ARRIVED: 15,
    Change.LEFT: 15,
    Change.RETURNED: 5,
    Change.MOVED: 30,
    Change.SURNAME: 15,
    Change.BIRTH_DATE: 10,
    Change.SNILS: 10,
}
_KINDS, _WEIGHTS = tuple(_SHARES), tuple(_SHARES.values())

# Positions of the columns that each change looks up in all rows of a school.
_PERSON, _GROUP, _ENDS = (columns("enrollments").index(name) for name in ("person_id", "group_id", "ends_on"))
_GUARDIAN, _CHILD = (columns("guardianships").index(name) for name in ("guardian_id", "child_id"))
_SNILS = columns("persons").index("snils")


class Day(msgspec.Struct, frozen=True):
    """A day of the simulation. `number` 0 is the day of the first, full package."""

    number: int
    date: date

    @property
    def stamp(self) -> str:
        """`updated_at` of the day's changes, ISO 8601 in UTC: the evening before the package."""
        return datetime.combine(self.date - timedelta(days=1), time(15), UTC).isoformat()


class SchoolChanges:
    """Changes the rows of a school from one day to the next.

    `share`: of pupils changed in a day. `counts`: how many changes of each kind have been made.
    """

    def __init__(self, school: School, seed: int, share: float) -> None:
        self._school, self._seed, self._share = school, seed, share
        self._departed: list[Rows] = []  # the rows of each pupil who has left
        self.counts: Counter[Change] = Counter()

    def apply(self, day: Day) -> None:
        """Makes the changes of one day. Call it for the days 1, 2, 3 … in this order."""
        school = self._school
        rng = Random(f"{self._seed}:{school.region.code}:{school.plan.number}:{day.number}")  # noqa: S311
        expected = self._share * school.plan.pupils
        for _ in range(int(expected + rng.random())):  # on average as many as expected
            kind = rng.choices(_KINDS, _WEIGHTS)[0]
            if _CHANGES[kind](self, rng, day):
                self.counts[kind] += 1

    # Each of these returns False if the school has no one to change in this way.

    def _arrive(self, rng: Random, day: Day) -> bool:
        people = self._school.people(rng, day.date, day.stamp)
        people.family([rng.choice(self._school.classes)])
        return True

    def _leave(self, rng: Random, day: Day) -> bool:
        """Removes the rows of a pupil, and of guardians who have no other child here."""
        enrollment = self._any_active(rng)
        if enrollment is None:
            return False
        rows, child_id = self._school.rows, enrollment[_PERSON]
        own, others = [], set()
        for link in rows["guardianships"].values():
            if link[_CHILD] == child_id:
                own.append(link)
            else:
                others.add(link[_GUARDIAN])
        guardians = [link[_GUARDIAN] for link in own]
        enrolled = [key for key, row in rows["enrollments"].items() if row[_PERSON] == child_id]
        self._departed.append(
            {
                "persons": {key: rows["persons"][key] for key in (child_id, *guardians)},
                "enrollments": {key: rows["enrollments"].pop(key) for key in enrolled},
                "guardianships": {link[0]: rows["guardianships"].pop(link[0]) for link in own},
            }
        )
        for key in (child_id, *(guardian for guardian in guardians if guardian not in others)):
            del rows["persons"][key]
        return True

    def _return(self, rng: Random, day: Day) -> bool:
        """Puts back the rows of a pupil who left; a guardian may still be there for another child."""
        if not self._departed:
            return False
        returned = self._departed.pop(rng.randrange(len(self._departed)))
        for table, rows in returned.items():
            for key, row in rows.items():
                if key not in self._school.rows[table]:
                    self._put(table, with_cells(table, row, updated_at=day.stamp))
        return True

    def _move(self, rng: Random, day: Day) -> bool:
        """Moves a pupil to another class: the old enrolment ends the day before, a new one begins."""
        enrollment = self._any_active(rng)
        if enrollment is None:
            return False
        others = [
            school_class for school_class in self._school.classes if school_class.id != enrollment[_GROUP]
        ]
        if not others:
            return False
        until = max(cell("enrollments", enrollment, "starts_on"), (day.date - timedelta(days=1)).isoformat())
        ended = with_cells("enrollments", enrollment, updated_at=day.stamp, ends_on=until, status="moved")
        self._put("enrollments", ended)
        people = self._school.people(rng, day.date, day.stamp)
        people.enroll(enrollment[_PERSON], rng.choice(others).id)
        return True

    def _rename(self, rng: Random, day: Day) -> bool:
        """Gives a person the surname of another person of the same sex."""
        person, model = self._any_person(rng), self._any_person(rng)
        own, other = (cell("persons", row, "last_name") for row in (person, model))
        if own == other or cell("persons", person, "sex") != cell("persons", model, "sex"):
            return False
        return self._correct(person, day, last_name=other)

    def _correct_birth_date(self, rng: Random, day: Day) -> bool:
        person = self._any_person(rng)
        error = timedelta(days=rng.choice((-10, -1, 1, 10)))
        born = date.fromisoformat(cell("persons", person, "birth_date")) + error
        return self._correct(person, day, birth_date=born.isoformat())

    def _fill_in_snils(self, rng: Random, day: Day) -> bool:
        without = [row for row in self._school.rows["persons"].values() if not row[_SNILS]]
        if not without:
            return False
        return self._correct(rng.choice(without), day, snils=next(self._school.identities)[0])

    def _correct(self, person: Cells, day: Day, **values: str) -> bool:
        self._put("persons", with_cells("persons", person, updated_at=day.stamp, **values))
        return True

    def _put(self, table: str, row: Cells) -> None:
        self._school.rows[table][row[0]] = row

    def _any_person(self, rng: Random) -> Cells:
        return rng.choice(list(self._school.rows["persons"].values()))

    def _any_active(self, rng: Random) -> Cells | None:
        """An enrolment that hasn't ended."""
        active = [row for row in self._school.rows["enrollments"].values() if not row[_ENDS]]
        return rng.choice(active) if active else None


_CHANGES: dict[Change, Callable[[SchoolChanges, Random, Day], bool]] = {
    Change.ARRIVED: SchoolChanges._arrive,
    Change.LEFT: SchoolChanges._leave,
    Change.RETURNED: SchoolChanges._return,
    Change.MOVED: SchoolChanges._move,
    Change.SURNAME: SchoolChanges._rename,
    Change.BIRTH_DATE: SchoolChanges._correct_birth_date,
    Change.SNILS: SchoolChanges._fill_in_snils,
}


def delta_rows(before: Rows, after: Rows, day: Day) -> Rows:
    """The rows of a delta: new and changed rows, and a tombstone (`deleted`) for each row that is gone."""
    return {
        table: {
            **{key: row for key, row in after[table].items() if before[table].get(key) != row},
            **{
                key: with_cells(table, row, updated_at=day.stamp, deleted="true")
                for key, row in before[table].items()
                if key not in after[table]
            },
        }
        for table in TABLES
    }
