"""The weekly plan: nobody in two places at once, no gaps between a class's lessons."""

from collections import Counter
from random import Random

import msgspec

from myedu.contract.tables import Group
from myedu.invented import curriculum
from myedu.invented.school.bells import LESSONS
from myedu.invented.school.roster import Roster, SchoolClass, Teacher

WEEKDAYS = range(1, 6)


class Part(msgspec.Struct, frozen=True, eq=False):
    """One group with its teacher."""

    group: Group
    teacher: Teacher


class Unit(msgspec.Struct, frozen=True, eq=False):
    """What a class does in one slot: one part, or two subgroups side by side."""

    subject: str
    parts: tuple[Part, ...]


class Placed(msgspec.Struct, frozen=True):
    """A part in its slot of the week."""

    school_class: SchoolClass
    subject: str
    part: Part
    weekday: int
    number: int


def assign_teachers(roster: Roster) -> dict[str, list[Unit]]:
    """Class group id → the units of its week, «Разговоры о важном» first."""
    units = {one.group.id: _units_of(roster, one) for one in roster.classes}
    busy: set[int] = set()
    for school_class in sorted(roster.classes, key=lambda one: one.grade):
        week = units[school_class.group.id]
        teacher = _class_teacher(roster, week, busy, school_class.grade)
        busy.add(id(teacher))
        roster.make_class_teacher(teacher, school_class)
        week.insert(0, Unit(curriculum.TALKS, (Part(school_class.group, teacher),)))
    return units


def _units_of(roster: Roster, school_class: SchoolClass) -> list[Unit]:
    """Teachers of a class's subjects; the same teacher for a speciality, another for the second subgroup."""
    grade, week = school_class.grade, []
    by_speciality: dict[str, Teacher] = {}
    hours = Counter[str]()
    for key, count in curriculum.HOURS[grade].items():
        hours[curriculum.speciality_of(key, grade)] += count
    for key, count in curriculum.HOURS[grade].items():
        speciality = curriculum.speciality_of(key, grade)
        if speciality not in by_speciality:
            by_speciality[speciality] = roster.pick_teacher(speciality, hours[speciality])
        first = by_speciality[speciality]
        parts: tuple[Part, ...] = (Part(school_class.group, first),)
        if key in school_class.halves:
            one, two = school_class.halves[key]
            parts = (Part(one, first), Part(two, roster.pick_teacher(speciality, count, but=first)))
        for part in parts:
            roster.teach(part.teacher.staff, part.group, key)
        week += [Unit(key, parts)] * count
    return week


def _class_teacher(roster: Roster, week: list[Unit], busy: set[int], grade: int) -> Teacher:
    """The one who teaches the class most and leads no other; all of them have their talk in one slot."""
    hours = Counter(id(unit.parts[0].teacher) for unit in week)
    able = [teacher for teacher in roster.teachers if hours[id(teacher)] and id(teacher) not in busy]
    if able:
        return max(able, key=lambda teacher: hours[id(teacher)])
    return roster.hire(curriculum.PRIMARY if grade <= 4 else "история и обществознание")


class Week:
    """Fills the slots of all classes of a school, slot by slot."""

    def __init__(self, roster: Roster, rng: Random) -> None:
        self._roster, self._rng = roster, rng
        self.busy: dict[tuple[int, int, int], set[int]] = {}
        self.grid: dict[tuple[str, int, int], Unit] = {}

    def fill(self, units: dict[str, list[Unit]]) -> list[Placed]:
        """The placed parts in the order of days and numbers."""
        left = {group_id: list(week) for group_id, week in units.items()}
        lengths = {group_id: _lengths(len(week)) for group_id, week in units.items()}
        for school_class in self._roster.classes:
            self._put(school_class, 1, 1, left[school_class.group.id].pop(0))
        for weekday in WEEKDAYS:
            for number in range(1, max(LESSONS.values()) + 1):
                for one in self._rng.sample(self._roster.classes, len(self._roster.classes)):
                    wanted = lengths[one.group.id][weekday]
                    if number <= wanted and (one.group.id, weekday, number) not in self.grid:
                        self._fill_slot(one, weekday, number, left[one.group.id])
        return self.placed()

    def placed(self) -> list[Placed]:
        classes = {one.group.id: one for one in self._roster.classes}
        return [
            Placed(classes[group_id], unit.subject, part, weekday, number)
            for (group_id, weekday, number), unit in sorted(self.grid.items(), key=lambda item: item[0])
            for part in unit.parts
        ]

    def is_free(self, teacher: Teacher, shift: int, weekday: int, number: int) -> bool:
        return id(teacher) not in self.busy.get((shift, weekday, number), ())

    def take(self, teacher: Teacher, shift: int, weekday: int, number: int) -> None:
        self.busy.setdefault((shift, weekday, number), set()).add(id(teacher))

    def _fill_slot(self, one: SchoolClass, weekday: int, number: int, left: list[Unit]) -> None:
        able = [unit for unit in left if self._fits(unit, one.shift, weekday, number)]
        if able:
            unit = self._best(able, left, one, weekday)
        else:
            unit = self._swapped(one, weekday, number, left) or self._with_help(left, one, weekday, number)
        left.remove(unit) if unit in left else None
        self._put(one, weekday, number, unit)

    def _best(self, able: list[Unit], left: list[Unit], one: SchoolClass, weekday: int) -> Unit:
        """Not twice the same on a day while it can be helped; else what has most lessons left."""
        today = {
            unit.subject
            for (group, day, _), unit in self.grid.items()
            if (group, day) == (one.group.id, weekday)
        }
        remaining = Counter(unit.subject for unit in left)
        return max(
            able, key=lambda unit: (unit.subject not in today, remaining[unit.subject], self._rng.random())
        )

    def _swapped(self, one: SchoolClass, weekday: int, number: int, left: list[Unit]) -> Unit | None:
        """Moves an earlier lesson of the class here, so that a waiting one fits into its place."""
        for (group_id, day, slot), placed in list(self.grid.items()):
            if group_id != one.group.id or placed.subject == curriculum.TALKS:
                continue
            if not self._fits(placed, one.shift, weekday, number):
                continue
            waiting = next((unit for unit in left if self._fits(unit, one.shift, day, slot)), None)
            if waiting is not None:
                self._lift(one, day, slot, placed)
                self._put(one, day, slot, waiting)
                left.remove(waiting)
                return placed
        return None

    def _with_help(self, left: list[Unit], one: SchoolClass, weekday: int, number: int) -> Unit:
        """Nobody fits: a colleague (found or hired) takes this one lesson of a subject."""
        unit = left.pop()
        parts = []
        for part in unit.parts:
            teacher = part.teacher
            if not self.is_free(teacher, one.shift, weekday, number):
                teacher = self._colleague(part, one.shift, weekday, number)
                self._roster.teach(teacher.staff, part.group, unit.subject)
            parts.append(Part(part.group, teacher))
        return Unit(unit.subject, tuple(parts))

    def _colleague(self, part: Part, shift: int, weekday: int, number: int) -> Teacher:
        speciality = part.teacher.speciality
        for teacher in self._roster.teachers:
            if teacher.speciality == speciality and self.is_free(teacher, shift, weekday, number):
                self.take(teacher, shift, weekday, number)
                return teacher
        return self._roster.hire(speciality)

    def _fits(self, unit: Unit, shift: int, weekday: int, number: int) -> bool:
        return all(self.is_free(part.teacher, shift, weekday, number) for part in unit.parts)

    def _put(self, one: SchoolClass, weekday: int, number: int, unit: Unit) -> None:
        self.grid[one.group.id, weekday, number] = unit
        for part in unit.parts:
            self.take(part.teacher, one.shift, weekday, number)

    def _lift(self, one: SchoolClass, weekday: int, number: int, unit: Unit) -> None:
        for part in unit.parts:
            self.busy[one.shift, weekday, number].discard(id(part.teacher))
        del self.grid[one.group.id, weekday, number]


def _lengths(lessons: int) -> dict[int, int]:
    """Lessons spread over the week as evenly as they go, the longer days first."""
    base, more = divmod(lessons, len(WEEKDAYS))
    return {weekday: base + (weekday <= more) for weekday in WEEKDAYS}
