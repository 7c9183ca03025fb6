"""The weekly timetable: no one in two places at once, no gaps between a class's lessons."""

from collections import Counter
from random import Random

import msgspec

from myedu.contract.tables import Group
from myedu.invented import curriculum
from myedu.invented.school.bells import LESSONS
from myedu.invented.school.roster import Roster, SchoolClass, Teacher

WEEKDAYS = range(1, 6)
"""Monday is 1."""


class Assignment(msgspec.Struct, frozen=True, eq=False):
    """A group with the teacher of a subject."""

    group: Group
    teacher: Teacher


class ClassLesson(msgspec.Struct, frozen=True, eq=False):
    """What a class has at one time: one assignment, or those of two subgroups side by side."""

    subject: str
    assignments: tuple[Assignment, ...]


class TimetableSlot(msgspec.Struct, frozen=True):
    """An assignment at its time of the week. `weekday` and `number` count from 1."""

    school_class: SchoolClass
    subject: str
    assignment: Assignment
    weekday: int
    number: int


def assign_teachers(roster: Roster) -> dict[str, list[ClassLesson]]:
    """Class group id → the lessons of its week in no order, but «Разговоры о важном» first.

    Hires the teachers that are missing and makes one of them the class teacher.
    """
    weeks = {school_class.group.id: _lessons_of_week(roster, school_class) for school_class in roster.classes}
    busy: set[int] = set()
    for school_class in sorted(roster.classes, key=lambda school_class: school_class.grade):
        week = weeks[school_class.group.id]
        teacher = _class_teacher(roster, week, busy, school_class.grade)
        busy.add(id(teacher))
        roster.make_class_teacher(teacher, school_class)
        week.insert(0, ClassLesson(curriculum.TALKS, (Assignment(school_class.group, teacher),)))
    return weeks


def _lessons_of_week(roster: Roster, school_class: SchoolClass) -> list[ClassLesson]:
    """One teacher for all subjects of a speciality, another for the second subgroup."""
    grade, week = school_class.grade, []
    by_speciality: dict[str, Teacher] = {}
    hours = Counter[str]()
    for key, count in curriculum.HOURS[grade].items():
        hours[curriculum.speciality_of(key, grade)] += count
    for key, count in curriculum.HOURS[grade].items():
        speciality = curriculum.speciality_of(key, grade)
        if speciality not in by_speciality:
            by_speciality[speciality] = roster.pick_teacher(speciality, hours[speciality])
        teacher = by_speciality[speciality]
        assignments: tuple[Assignment, ...] = (Assignment(school_class.group, teacher),)
        if key in school_class.subgroups:
            first, second = school_class.subgroups[key]
            second_teacher = roster.pick_teacher(speciality, count, exclude=teacher)
            assignments = (Assignment(first, teacher), Assignment(second, second_teacher))
        for assignment in assignments:
            roster.teach(assignment.teacher.staff, assignment.group, key)
        week += [ClassLesson(key, assignments)] * count
    return week


def _class_teacher(roster: Roster, week: list[ClassLesson], busy: set[int], grade: int) -> Teacher:
    """Who teaches the class most and leads no other class: all classes have their talk at the same time."""
    hours = Counter(id(lesson.assignments[0].teacher) for lesson in week)
    candidates = [teacher for teacher in roster.teachers if hours[id(teacher)] and id(teacher) not in busy]
    if candidates:
        return max(candidates, key=lambda teacher: hours[id(teacher)])
    return roster.hire(curriculum.PRIMARY if grade <= 4 else "история и обществознание")


class WeeklyTimetable:
    """Fills the times of the week, one after another, for all classes of a school.

    `busy`: (shift, weekday, number) → ids of the Teacher objects who have a lesson then.
    `grid`: (class group id, weekday, number) → the lesson.
    """

    def __init__(self, roster: Roster, rng: Random) -> None:
        self._roster, self._rng = roster, rng
        self.busy: dict[tuple[int, int, int], set[int]] = {}
        self.grid: dict[tuple[str, int, int], ClassLesson] = {}

    def fill(self, weeks: dict[str, list[ClassLesson]]) -> list[TimetableSlot]:
        """Places the lessons of `assign_teachers`; the slots in the order of classes, days and numbers."""
        left = {group_id: list(week) for group_id, week in weeks.items()}
        lengths = {group_id: _day_lengths(len(week)) for group_id, week in weeks.items()}
        for school_class in self._roster.classes:
            self._put(school_class, 1, 1, left[school_class.group.id].pop(0))
        for weekday in WEEKDAYS:
            for number in range(1, max(LESSONS.values()) + 1):
                for school_class in self._rng.sample(self._roster.classes, len(self._roster.classes)):
                    group_id = school_class.group.id
                    if number <= lengths[group_id][weekday] and (group_id, weekday, number) not in self.grid:
                        self._fill_slot(school_class, weekday, number, left[group_id])
        return self._slots()

    def is_free(self, teacher: Teacher, shift: int, weekday: int, number: int) -> bool:
        """Whether the teacher has no lesson at this time of the week."""
        return id(teacher) not in self.busy.get((shift, weekday, number), ())

    def reserve(self, teacher: Teacher, shift: int, weekday: int, number: int) -> None:
        """Marks the teacher busy at this time of the week."""
        self.busy.setdefault((shift, weekday, number), set()).add(id(teacher))

    def _slots(self) -> list[TimetableSlot]:
        classes = {school_class.group.id: school_class for school_class in self._roster.classes}
        return [
            TimetableSlot(classes[group_id], lesson.subject, assignment, weekday, number)
            for (group_id, weekday, number), lesson in sorted(self.grid.items(), key=lambda item: item[0])
            for assignment in lesson.assignments
        ]

    def _fill_slot(
        self, school_class: SchoolClass, weekday: int, number: int, left: list[ClassLesson]
    ) -> None:
        fitting = [lesson for lesson in left if self._fits(lesson, school_class.shift, weekday, number)]
        if fitting:
            lesson = self._best(fitting, left, school_class, weekday)
        else:
            lesson = self._swap(school_class, weekday, number, left) or self._with_colleagues(
                left, school_class, weekday, number
            )
        left.remove(lesson) if lesson in left else None
        self._put(school_class, weekday, number, lesson)

    def _best(
        self, fitting: list[ClassLesson], left: list[ClassLesson], school_class: SchoolClass, weekday: int
    ) -> ClassLesson:
        """A subject that the day doesn't have yet, then the subject with most lessons left."""
        today = {
            lesson.subject
            for (group_id, day, _), lesson in self.grid.items()
            if (group_id, day) == (school_class.group.id, weekday)
        }
        remaining = Counter(lesson.subject for lesson in left)
        return max(
            fitting,
            key=lambda lesson: (lesson.subject not in today, remaining[lesson.subject], self._rng.random()),
        )

    def _swap(
        self, school_class: SchoolClass, weekday: int, number: int, left: list[ClassLesson]
    ) -> ClassLesson | None:
        """Moves an earlier lesson of the class here, so that a waiting lesson fits into its place."""
        for (group_id, day, earlier), placed in list(self.grid.items()):
            if group_id != school_class.group.id or placed.subject == curriculum.TALKS:
                continue
            if not self._fits(placed, school_class.shift, weekday, number):
                continue
            waiting = next(
                (lesson for lesson in left if self._fits(lesson, school_class.shift, day, earlier)), None
            )
            if waiting is not None:
                self._remove(school_class, day, earlier, placed)
                self._put(school_class, day, earlier, waiting)
                left.remove(waiting)
                return placed
        return None

    def _with_colleagues(
        self, left: list[ClassLesson], school_class: SchoolClass, weekday: int, number: int
    ) -> ClassLesson:
        """No lesson fits: a colleague, found or hired, takes this one lesson of a subject."""
        lesson = left.pop()
        assignments = []
        for assignment in lesson.assignments:
            teacher = assignment.teacher
            if not self.is_free(teacher, school_class.shift, weekday, number):
                teacher = self._colleague(assignment, school_class.shift, weekday, number)
                self._roster.teach(teacher.staff, assignment.group, lesson.subject)
            assignments.append(Assignment(assignment.group, teacher))
        return ClassLesson(lesson.subject, tuple(assignments))

    def _colleague(self, assignment: Assignment, shift: int, weekday: int, number: int) -> Teacher:
        speciality = assignment.teacher.speciality
        for teacher in self._roster.teachers:
            if teacher.speciality == speciality and self.is_free(teacher, shift, weekday, number):
                self.reserve(teacher, shift, weekday, number)
                return teacher
        return self._roster.hire(speciality)

    def _fits(self, lesson: ClassLesson, shift: int, weekday: int, number: int) -> bool:
        return all(
            self.is_free(assignment.teacher, shift, weekday, number) for assignment in lesson.assignments
        )

    def _put(self, school_class: SchoolClass, weekday: int, number: int, lesson: ClassLesson) -> None:
        self.grid[school_class.group.id, weekday, number] = lesson
        for assignment in lesson.assignments:
            self.reserve(assignment.teacher, school_class.shift, weekday, number)

    def _remove(self, school_class: SchoolClass, weekday: int, number: int, lesson: ClassLesson) -> None:
        for assignment in lesson.assignments:
            self.busy[school_class.shift, weekday, number].discard(id(assignment.teacher))
        del self.grid[school_class.group.id, weekday, number]


def _day_lengths(lessons: int) -> dict[int, int]:
    """Weekday → number of lessons: as even as they go, the longer days first."""
    base, more = divmod(lessons, len(WEEKDAYS))
    return {weekday: base + (weekday <= more) for weekday in WEEKDAYS}
