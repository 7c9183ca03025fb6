"""What happens to a school from day to day: some pupils come, leave and come back, others are corrected."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from random import Random

import msgspec

from myedu.contract.tables import TABLES, columns
from myedu.invented.exports.cells import Cells, Rows, altered, cell
from myedu.invented.exports.school import School


class Change(StrEnum):
    """What can happen to one pupil."""

    ARRIVED = "arrived"
    LEFT = "left"
    RETURNED = "returned"  # with the ids of before
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

# Places of the columns that are looked for in all rows of a school, for each change.
_PERSON, _GROUP, _ENDS = (columns("enrollments").index(name) for name in ("person_id", "group_id", "ends_on"))
_GUARDIAN, _CHILD = (columns("guardianships").index(name) for name in ("guardian_id", "child_id"))
_SNILS = columns("persons").index("snils")


class Day(msgspec.Struct, frozen=True):
    """Day `number` counts from 0, the day on which everything is there for the first time."""

    number: int
    date: date

    @property
    def stamp(self) -> str:
        """When the journal wrote the day's changes: in the evening before the package."""
        return datetime.combine(self.date - timedelta(days=1), time(15), UTC).isoformat()


class Life:
    """Brings a school from one day to the next; `happened` counts the changes by kind."""

    def __init__(self, school: School, seed: int, share: float) -> None:
        """`share`: of the pupils, to whom something happens in a day."""
        self._school, self._seed, self._share = school, seed, share
        self._gone: list[Rows] = []
        self.happened: Counter[Change] = Counter()

    def live(self, day: Day) -> None:
        """The changes of one day; call it for the days 1, 2, 3 … in their order."""
        school = self._school
        rng = Random(f"{self._seed}:{school.region.code}:{school.plan.number}:{day.number}")  # noqa: S311
        expected = self._share * school.plan.pupils
        for _ in range(int(expected + rng.random())):  # on average as many as expected
            kind = rng.choices(_KINDS, _WEIGHTS)[0]
            if _DEEDS[kind](self, rng, day):
                self.happened[kind] += 1

    # Each deed gives False where there was nobody to do it to.

    def _arrive(self, rng: Random, day: Day) -> bool:
        people = self._school.people(rng, day.date, day.stamp)
        people.family([rng.choice(self._school.classes)])
        return True

    def _leave(self, rng: Random, day: Day) -> bool:
        """The pupil's rows are absent from now on, and those of guardians who have no other child here."""
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
        self._gone.append(
            {
                "persons": {key: rows["persons"][key] for key in (child_id, *guardians)},
                "enrollments": {key: rows["enrollments"].pop(key) for key in enrolled},
                "guardianships": {link[0]: rows["guardianships"].pop(link[0]) for link in own},
            }
        )
        for key in (child_id, *(one for one in guardians if one not in others)):
            del rows["persons"][key]
        return True

    def _return(self, rng: Random, day: Day) -> bool:
        """With the ids of before; a guardian may be there already, for another child."""
        if not self._gone:
            return False
        back = self._gone.pop(rng.randrange(len(self._gone)))
        for table, rows in back.items():
            for key, row in rows.items():
                if key not in self._school.rows[table]:
                    self._put(table, altered(table, row, updated_at=day.stamp))
        return True

    def _move(self, rng: Random, day: Day) -> bool:
        """The old enrolment ends the day before, a new one begins."""
        enrollment = self._any_active(rng)
        other = [one for one in self._school.classes if enrollment and one.id != enrollment[_GROUP]]
        if enrollment is None or not other:
            return False
        until = max(cell("enrollments", enrollment, "starts_on"), (day.date - timedelta(days=1)).isoformat())
        ended = altered("enrollments", enrollment, updated_at=day.stamp, ends_on=until, status="moved")
        self._put("enrollments", ended)
        people = self._school.people(rng, day.date, day.stamp)
        people.enroll(enrollment[_PERSON], rng.choice(other).id)
        return True

    def _rename(self, rng: Random, day: Day) -> bool:
        """Takes the surname of somebody of the same sex in the school."""
        person, model = self._any_person(rng), self._any_person(rng)
        own, other = (cell("persons", one, "last_name") for one in (person, model))
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
        self._put("persons", altered("persons", person, updated_at=day.stamp, **values))
        return True

    def _put(self, table: str, row: Cells) -> None:
        self._school.rows[table][row[0]] = row

    def _any_person(self, rng: Random) -> Cells:
        return rng.choice(list(self._school.rows["persons"].values()))

    def _any_active(self, rng: Random) -> Cells | None:
        """The enrolment of a pupil who is in a class now."""
        active = [row for row in self._school.rows["enrollments"].values() if not row[_ENDS]]
        return rng.choice(active) if active else None


_DEEDS: dict[Change, Callable[[Life, Random, Day], bool]] = {
    Change.ARRIVED: Life._arrive,
    Change.LEFT: Life._leave,
    Change.RETURNED: Life._return,
    Change.MOVED: Life._move,
    Change.SURNAME: Life._rename,
    Change.BIRTH_DATE: Life._correct_birth_date,
    Change.SNILS: Life._fill_in_snils,
}


def difference(before: Rows, after: Rows, day: Day) -> Rows:
    """The rows of a delta: what is new or otherwise, and a tombstone for what is gone."""
    return {
        table: {
            **{key: row for key, row in after[table].items() if before[table].get(key) != row},
            **{
                key: altered(table, row, updated_at=day.stamp, deleted="true")
                for key, row in before[table].items()
                if key not in after[table]
            },
        }
        for table in TABLES
    }
