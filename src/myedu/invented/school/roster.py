"""A school's people and groups: classes with pupils, subgroups, teachers with their load."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from random import Random

import msgspec

from myedu.contract.tables import (
    Enrollment,
    Group,
    Guardianship,
    Organization,
    Person,
    Staff,
    Subject,
    Teaching,
)
from myedu.invented import curriculum
from myedu.invented.school.cast import CastPerson, CastPupil, grade_by_age
from myedu.invented.school.ids import Ids
from myedu.invented.school.people import PersonFactory, birth_date_of_grade

# Real schools split classes of 20–25; generated ones are smaller and need subgroups too.
SMALLEST_SPLIT_CLASS = 8
_FULL_LOAD = 24  # lessons a week
_SIBLINGS = ((1,) * 60) + ((2,) * 32) + ((3,) * 8)  # children of one family in the school, in per cent
_POSITIONS = {"": "Учитель", curriculum.PRIMARY: "Учитель начальных классов", "логопедия": "Учитель-логопед"}


class SchoolClass(msgspec.Struct):
    """A class while it is being filled.

    `seats`: how many pupils it takes; `subgroups`: subject → its two groups.
    """

    group: Group
    grade: int
    shift: int
    seats: int
    pupils: list[Person] = []
    subgroups: dict[str, tuple[Group, Group]] = {}


class Teacher(msgspec.Struct):
    """A teacher of one speciality. `load`: lessons a week."""

    person: Person
    staff: Staff
    speciality: str
    room: str
    load: int = 0


class Roster:
    """Everyone in one school. Call the methods below in their order, then read the lists.

    `members`: group id → its pupils. `subjects`: key of the curriculum → row. `persons` lacks the cast's
    adults, whose rows belong to the whole region.
    """

    def __init__(
        self, organization: Organization, ids: Ids, rng: Random, people: PersonFactory, native_language: str
    ) -> None:
        self.organization, self._ids, self._rng, self._people = organization, ids, rng, people
        self._native_language = native_language
        self.year = 0
        self.classes: list[SchoolClass] = []
        self.groups: list[Group] = []
        self.members: dict[str, list[Person]] = defaultdict(list)
        self.subjects: dict[str, Subject] = {}
        self.persons: list[Person] = []
        self.enrollments: list[Enrollment] = []
        self.guardianships: list[Guardianship] = []
        self.teachers: list[Teacher] = []
        self.staff: list[Staff] = []
        self.teaching: list[Teaching] = []

    # -- subjects ----------------------------------------------------------

    def subject(self, key: str) -> Subject:
        """The school's row of a subject of the curriculum, made at its first use."""
        if key not in self.subjects:
            facts = curriculum.SUBJECTS[key]
            self.subjects[key] = Subject(
                id=self._ids.short("subject"),
                updated_at=self._people.updated_at,
                organization_id=self.organization.id,
                name=self._native_language if key == curriculum.NATIVE else key,
                short_name=facts.short,
                area=facts.area,
            )
        return self.subjects[key]

    # -- classes and pupils ------------------------------------------------

    def add_class(self, year: int, grade: int, letter: str, shift: int, seats: int, name: str) -> None:
        """A class without pupils; `year` is the first calendar year of the academic year."""
        self.year = year
        group = self.add_group("class", name, grade, letter=letter, shift=shift)
        self.classes.append(SchoolClass(group, grade, shift, seats, [], {}))

    def add_group(
        self,
        kind: str,
        name: str,
        grade: int,
        *,
        letter: str | None = None,
        shift: int | None = None,
        parent: Group | None = None,
    ) -> Group:
        """A group without pupils. `kind` is one of the contract's GROUP_KINDS."""
        group = Group(
            id=self._ids.short("group"),
            updated_at=self._people.updated_at,
            organization_id=self.organization.id,
            academic_year=self.year,
            kind=kind,
            name=name,
            grade=grade,
            letter=letter,
            shift=shift,
            parent_id=parent.id if parent else None,
        )
        self.groups.append(group)
        return group

    def enroll(self, pupil: Person, group: Group) -> None:
        """Puts the pupil into the group from 1 September on."""
        self.members[group.id].append(pupil)
        self.enrollments.append(
            Enrollment(
                id=self._ids.long("enrollment"),
                updated_at=self._people.updated_at,
                person_id=pupil.id,
                organization_id=self.organization.id,
                group_id=group.id,
                starts_on=date(self.year, 9, 1),
                status="active",
            )
        )

    def seat_cast(self, pupils: Sequence[CastPupil], adults: dict[str, Person]) -> None:
        """Puts the pupils of the cast into their classes. Raises ValueError if the school lacks the grade.

        `adults`: `cast_key` → the person made for the region.
        """
        for cast_pupil in pupils:
            pupil = self._people.cast_person(cast_pupil.person)
            self.persons.append(pupil)
            self._seat(pupil, self._class_of(cast_pupil))
            for guardian in cast_pupil.guardians:
                link = self._people.link(
                    adults[cast_key(guardian.person)], pupil, guardian.relation, guardian.revoked
                )
                self.guardianships.append(link)

    def fill_classes(self) -> None:
        """Makes families until every seat is taken; siblings are at least two grades apart."""
        while free := [
            school_class for school_class in self.classes if len(school_class.pupils) < school_class.seats
        ]:
            chosen = list(self._sibling_classes(free))
            born = [birth_date_of_grade(self._rng, school_class.grade, self.year) for school_class in chosen]
            children, parents, links = self._people.family(born)
            self.persons += [*children, *parents]
            self.guardianships += links
            for child, school_class in zip(children, chosen, strict=True):
                self._seat(child, school_class)

    def split_classes(self) -> None:
        """Makes two subgroups for each subject that splits, in classes of SMALLEST_SPLIT_CLASS and more."""
        for school_class in self.classes:
            if len(school_class.pupils) < SMALLEST_SPLIT_CLASS:
                continue
            pupils = sorted(school_class.pupils, key=lambda pupil: (pupil.last_name, pupil.first_name))
            for key in curriculum.HOURS[school_class.grade]:
                if curriculum.SUBJECTS[key].splits:
                    school_class.subgroups[key] = self._split(school_class, key, pupils)

    def _split(self, school_class: SchoolClass, key: str, pupils: list[Person]) -> tuple[Group, Group]:
        name = f"{school_class.group.name}, {key.lower()}"
        first, second = (
            self.add_group("subgroup", f"{name}, {n} группа", school_class.grade, parent=school_class.group)
            for n in (1, 2)
        )
        for place, pupil in enumerate(pupils):
            self.enroll(pupil, first if place < len(pupils) / 2 else second)
        return first, second

    def _seat(self, pupil: Person, school_class: SchoolClass) -> None:
        school_class.pupils.append(pupil)
        self.enroll(pupil, school_class.group)

    def _class_of(self, cast_pupil: CastPupil) -> SchoolClass:
        born = cast_pupil.person.birth_date
        grade = cast_pupil.grade or (grade_by_age(born, self.year) if born else 5)
        same_grade = [school_class for school_class in self.classes if school_class.grade == grade]
        if not same_grade:
            raise ValueError(
                f"{self.organization.name} has no grade {grade}: move the pupil to another school"
            )
        same_letter = (
            school_class for school_class in same_grade if school_class.group.letter == cast_pupil.letter
        )
        return next(same_letter, same_grade[0])

    def _sibling_classes(self, free: list[SchoolClass]) -> Iterator[SchoolClass]:
        count = self._rng.choice(_SIBLINGS)
        grades: list[int] = []
        for school_class in self._rng.sample(free, len(free)):
            if len(grades) == count:
                return
            if all(abs(school_class.grade - grade) >= 2 for grade in grades):
                grades.append(school_class.grade)
                yield school_class

    # -- teachers ----------------------------------------------------------

    def hire(self, speciality: str, person: Person | None = None) -> Teacher:
        """A teacher with a post of their own: `person`, whose row belongs to the region, or a new person."""
        if person is None:
            person = self._people.adult()
            self.persons.append(person)
        staff = self._employ(person, "teacher", _POSITIONS.get(speciality) or f"Учитель: {speciality}")
        room = "спортзал" if speciality == "физическая культура" else str(201 + len(self.teachers))
        teacher = Teacher(person, staff, speciality, room)
        self.teachers.append(teacher)
        return teacher

    def hire_head(self, person: Person | None = None) -> None:
        """The head of the school: `person`, whose row belongs to the region, or a new person."""
        if person is None:
            person = self._people.adult()
            self.persons.append(person)
        self._employ(person, "head", "Директор")

    def pick_teacher(self, speciality: str, hours: int, exclude: Teacher | None = None) -> Teacher:
        """The least loaded teacher of a speciality; a new one if `hours` would overload them all."""
        candidates = [
            teacher
            for teacher in self.teachers
            if teacher.speciality == speciality and teacher is not exclude
        ]
        teacher = min(candidates, key=lambda teacher: teacher.load, default=None)
        if teacher is None or teacher.load + hours > _FULL_LOAD:
            teacher = self.hire(speciality)
        teacher.load += hours
        return teacher

    def teach(self, staff: Staff, group: Group, key: str) -> None:
        """Records that the post teaches the group this subject of the curriculum."""
        self.teaching.append(
            Teaching(
                id=self._ids.short("teaching"),
                updated_at=self._people.updated_at,
                staff_id=staff.id,
                group_id=group.id,
                subject_id=self.subject(key).id,
                starts_on=date(self.year, 9, 1),
            )
        )

    def make_class_teacher(self, teacher: Teacher, school_class: SchoolClass) -> None:
        """Adds a second post of the same person; it teaches «Разговоры о важном», which names its class."""
        post = self._employ(
            teacher.person, "class_teacher", f"Классный руководитель {school_class.group.name}"
        )
        self.teach(post, school_class.group, curriculum.TALKS)

    def _employ(self, person: Person, role: str, position: str) -> Staff:
        staff = Staff(
            id=self._ids.short("staff"),
            updated_at=self._people.updated_at,
            person_id=person.id,
            organization_id=self.organization.id,
            role=role,
            position=position,
            starts_on=date(self.year - self._rng.randint(0, 15), 8, 25),
        )
        self.staff.append(staff)
        return staff


def cast_key(person: CastPerson) -> str:
    """The key of a given person: SNILS, or all that is given if there is no SNILS. One key, one row."""
    return person.snils or repr(person)
