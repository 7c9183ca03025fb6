"""The lessons of a year out of the weekly plan, with what happens to some of them."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from myedu.invented import curriculum
from myedu.invented.school.bells import LESSONS
from myedu.invented.school.roster import Teacher
from myedu.invented.school.school import School
from myedu.invented.school.texts import topics_of
from myedu.invented.school.timetable import Placed
from myedu.records import Lesson, LessonTeacher

_SUBSTITUTED, _CANCELLED, _MOVED, _ONLINE = 0.02, 0.007, 0.004, 0.006
_PLANNED_AHEAD = timedelta(days=14)  # topics are known, substitutions decided
_NOON = time(12)


class Given(msgspec.Struct, frozen=True):
    """A lesson with what it was made of."""

    lesson: Lesson
    placed: Placed
    teacher: Teacher


class YearOfLessons:
    """Makes the lessons; read `given` and `teachers` after `make`."""

    def __init__(self, school: School, today: date) -> None:
        self._school, self._today = school, today
        # The day is half over: what has been held today is what has ended by noon.
        self.now = datetime.combine(today, _NOON, school.zone)
        self.given: list[Given] = []
        self.teachers: list[LessonTeacher] = []
        self._taken: set[tuple[date, int, int, int]] = set()  # day, shift, number, id(teacher)
        self._moved: set[tuple[date, str]] = set()  # one lesson a class and day
        self._topic_of: dict[tuple[str, str], int] = defaultdict(int)
        self._plan: dict[int, list[Placed]] = defaultdict(list)
        for placed in school.plan:
            self._plan[placed.weekday].append(placed)

    def make(self) -> None:
        days = {grade: set(self._school.year.school_days(grade)) for grade in (1, 2)}
        for day in sorted(days[2] | days[1]):
            for placed in self._plan[day.isoweekday()]:
                if day in days[1 if placed.school_class.grade == 1 else 2]:
                    self._add_planned(day, placed)

    def _add_planned(self, day: date, placed: Placed) -> None:
        rng = self._school.rng
        chance = rng.random() if day <= self._today + _PLANNED_AHEAD else 1.0
        if chance < _CANCELLED:
            self._add(day, placed, placed.part.teacher, status="cancelled")
        elif chance < _CANCELLED + _MOVED and self._move(day, placed):
            return
        elif chance < _CANCELLED + _MOVED + _SUBSTITUTED and (other := self._substitute(day, placed)):
            self._add_substituted(day, placed, other)
        else:
            self._add(day, placed, placed.part.teacher)

    def _add_substituted(self, day: date, placed: Placed, other: Teacher) -> None:
        """A colleague of the same speciality goes on with the subject; another gives their own."""
        instead = placed.subject
        if other.speciality != placed.part.teacher.speciality:
            taught = (plan.subject for plan in self._school.plan if plan.part.teacher is other)
            instead = next(filter(_is_ordinary, taught), placed.subject)
        self._add(
            day,
            msgspec.structs.replace(placed, subject=instead),
            other,
            replaces_subject_id=self._school.roster.subject(placed.subject).id,
            replaces_staff_id=placed.part.teacher.staff.id,
        )

    def _substitute(self, day: date, placed: Placed) -> Teacher | None:
        shift, number = placed.school_class.shift, placed.number
        free = [
            teacher
            for teacher in self._school.roster.teachers
            if self._school.week.is_free(teacher, shift, placed.weekday, number)
            and (day, shift, number, id(teacher)) not in self._taken
            and teacher.load  # those without lessons of their own are specialists or leave
        ]
        same = [teacher for teacher in free if teacher.speciality == placed.part.teacher.speciality]
        if not free:
            return None
        other = self._school.rng.choice(same or free)
        self._taken.add((day, shift, number, id(other)))
        return other

    def _move(self, day: date, placed: Placed) -> bool:
        """To the end of the class's same day, where the teacher is free then; only whole classes move."""
        one, week = placed.school_class, self._school.week
        last = max(plan.number for plan in self._plan[placed.weekday] if plan.school_class is one)
        number, teacher = last + 1, placed.part.teacher
        slot = (day, one.shift, number, id(teacher))
        if (
            placed.part.group.kind != "class"
            or number > LESSONS[one.shift]
            or slot in self._taken
            or not week.is_free(teacher, one.shift, placed.weekday, number)
            or (day, one.group.id) in self._moved
        ):
            return False
        self._taken.add(slot)
        self._moved.add((day, one.group.id))
        moved = self._add(day, placed, teacher, status="moved")
        self._add(day, msgspec.structs.replace(placed, number=number), teacher, replaces_lesson_id=moved.id)
        return True

    def _add(
        self,
        day: date,
        placed: Placed,
        teacher: Teacher,
        *,
        status: str | None = None,
        replaces_subject_id: str | None = None,
        replaces_staff_id: str | None = None,
        replaces_lesson_id: str | None = None,
    ) -> Lesson:
        school, one = self._school, placed.school_class
        bell = school.bells.bell(one.shift, one.grade, placed.number)
        ends_at = datetime.combine(day, bell.ends, school.zone)
        online = school.rng.random() < _ONLINE and placed.subject not in ("Физическая культура",)
        lesson = Lesson(
            id=school.ids.long("lesson"),
            updated_at=min(ends_at, self.now).astimezone(UTC),
            group_id=placed.part.group.id,
            subject_id=school.roster.subject(placed.subject).id,
            day=day,
            starts_at=datetime.combine(day, bell.starts, school.zone),
            ends_at=ends_at,
            number=placed.number,
            kind="extra" if not _is_ordinary(placed.subject) else "lesson",
            status=status or ("held" if ends_at <= self.now else "planned"),
            room=None if online else teacher.room,
            topic=self._topic(day, placed, status),
            online=f"https://video.example/lesson/{school.rng.getrandbits(40):010x}" if online else None,
            replaces_subject_id=replaces_subject_id,
            replaces_staff_id=replaces_staff_id,
            replaces_lesson_id=replaces_lesson_id,
        )
        self.given.append(Given(lesson, placed, teacher))
        self.teachers.append(LessonTeacher(lesson_id=lesson.id, staff_id=teacher.staff.id))
        return lesson

    def _topic(self, day: date, placed: Placed, status: str | None) -> str | None:
        """Two lessons a topic, in order; not yet known far ahead."""
        if status is not None or day > self._today + _PLANNED_AHEAD:
            return None
        key = (placed.part.group.id, placed.subject)
        topics = topics_of(self._school.roster.subject(placed.subject).name, placed.school_class.grade)
        step = self._topic_of[key]
        self._topic_of[key] += 1
        return topics[step // 2 % len(topics)]


def _is_ordinary(subject: str) -> bool:
    return subject not in (curriculum.TALKS, curriculum.ELECTIVE, curriculum.INDIVIDUAL)
