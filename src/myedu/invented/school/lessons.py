"""The lessons of a year from the weekly timetable.

Some are cancelled, moved, substituted, held online or in another room.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from myedu.invented import curriculum
from myedu.invented.school.bells import LESSONS
from myedu.invented.school.roster import Teacher
from myedu.invented.school.school import School
from myedu.invented.school.texts import topics_of
from myedu.invented.school.timetable import TimetableSlot
from myedu.records import Lesson, LessonTeacher

_SUBSTITUTED, _CANCELLED, _MOVED, _ELSEWHERE, _ONLINE = 0.02, 0.007, 0.004, 0.005, 0.006  # shares of lessons
_PLANNED_AHEAD = timedelta(days=14)  # up to then topics are known and substitutions decided
_NOON = time(12)


class ScheduledLesson(msgspec.Struct, frozen=True):
    """A lesson's row with the slot and the teacher it was made from."""

    row: Lesson
    slot: TimetableSlot
    teacher: Teacher


class LessonGenerator:
    """Makes the lessons of the school year; read `lessons` and `lesson_teachers` after `generate`."""

    def __init__(self, school: School, today: date) -> None:
        self._school, self._today = school, today
        # The day is half over: what has been held today is what has ended by noon.
        self.now = datetime.combine(today, _NOON, school.zone)
        self.lessons: list[ScheduledLesson] = []
        self.lesson_teachers: list[LessonTeacher] = []
        # (day, shift, number, id(teacher)) of substitutions and moved lessons
        self._busy: set[tuple[date, int, int, int]] = set()
        self._moved: set[tuple[date, str]] = set()  # (day, class): one moved lesson a day is enough
        self._topics_used: dict[tuple[str, str], int] = defaultdict(int)  # (group, subject) → lessons so far
        self._slots: dict[int, list[TimetableSlot]] = defaultdict(list)  # by weekday
        for slot in school.slots:
            self._slots[slot.weekday].append(slot)

    def generate(self) -> None:
        """Makes all lessons in the order of days. Call it once."""
        days = {grade: set(self._school.year.school_days(grade)) for grade in (1, 2)}
        for day in sorted(days[2] | days[1]):
            for slot in self._slots[day.isoweekday()]:
                if day in days[1 if slot.school_class.grade == 1 else 2]:
                    self._add_planned(day, slot)

    def _add_planned(self, day: date, slot: TimetableSlot) -> None:
        rng = self._school.rng
        chance = rng.random() if day <= self._today + _PLANNED_AHEAD else 1.0
        if chance < _CANCELLED:
            self._add(day, slot, slot.assignment.teacher, status="cancelled")
        elif chance < _CANCELLED + _MOVED and self._move(day, slot):
            return
        elif chance < _CANCELLED + _MOVED + _SUBSTITUTED and (other := self._find_substitute(day, slot)):
            self._add_substituted(day, slot, other)
        elif 0 < chance - (_CANCELLED + _MOVED + _SUBSTITUTED) < _ELSEWHERE:
            self._add(day, slot, slot.assignment.teacher, room=self._find_room(day, slot))
        else:
            self._add(day, slot, slot.assignment.teacher)

    def _add_substituted(self, day: date, slot: TimetableSlot, other: Teacher) -> None:
        """A colleague of the same speciality goes on with the subject, another one teaches their own."""
        subject = slot.subject
        if other.speciality != slot.assignment.teacher.speciality:
            own = (taught.subject for taught in self._school.slots if taught.assignment.teacher is other)
            subject = next(filter(_is_ordinary, own), slot.subject)
        self._add(
            day,
            msgspec.structs.replace(slot, subject=subject),
            other,
            replaces_subject_id=self._school.roster.subject(slot.subject).id,
            replaces_staff_id=slot.assignment.teacher.staff.id,
        )

    def _find_substitute(self, day: date, slot: TimetableSlot) -> Teacher | None:
        free = self._free_teachers(day, slot)
        same = [teacher for teacher in free if teacher.speciality == slot.assignment.teacher.speciality]
        if not free:
            return None
        other = self._school.rng.choice(same or free)
        self._busy.add((day, slot.school_class.shift, slot.number, id(other)))
        return other

    def _find_room(self, day: date, slot: TimetableSlot) -> str:
        """The room of a colleague who has no lesson then; the teacher's own if there is none."""
        own = slot.assignment.teacher
        other = next(iter(self._free_teachers(day, slot)), own)
        self._busy.add((day, slot.school_class.shift, slot.number, id(other)))
        return other.room

    def _free_teachers(self, day: date, slot: TimetableSlot) -> list[Teacher]:
        shift, number = slot.school_class.shift, slot.number
        return [
            teacher
            for teacher in self._school.roster.teachers
            if self._school.timetable.is_free(teacher, shift, slot.weekday, number)
            and (day, shift, number, id(teacher)) not in self._busy
            and teacher.load  # teachers without a load of their own are specialists or on leave
        ]

    def _move(self, day: date, slot: TimetableSlot) -> bool:
        """Moves a lesson of a whole class to the end of its day; False if that can't be done."""
        school_class, timetable = slot.school_class, self._school.timetable
        same_day = (other for other in self._slots[slot.weekday] if other.school_class is school_class)
        number, teacher = max(other.number for other in same_day) + 1, slot.assignment.teacher
        key = (day, school_class.shift, number, id(teacher))
        if (
            slot.assignment.group.kind != "class"
            or number > LESSONS[school_class.shift]
            or key in self._busy
            or not timetable.is_free(teacher, school_class.shift, slot.weekday, number)
            or (day, school_class.group.id) in self._moved
        ):
            return False
        self._busy.add(key)
        self._moved.add((day, school_class.group.id))
        moved = self._add(day, slot, teacher, status="moved")
        self._add(day, msgspec.structs.replace(slot, number=number), teacher, replaces_lesson_id=moved.id)
        return True

    def _add(
        self,
        day: date,
        slot: TimetableSlot,
        teacher: Teacher,
        *,
        room: str | None = None,
        status: str | None = None,
        replaces_subject_id: str | None = None,
        replaces_staff_id: str | None = None,
        replaces_lesson_id: str | None = None,
    ) -> Lesson:
        school, school_class = self._school, slot.school_class
        room, planned_room = room or teacher.room, slot.assignment.teacher.room
        bell = school.bells.bell(school_class.shift, school_class.grade, slot.number)
        ends_at = datetime.combine(day, bell.ends, school.zone)
        online = school.rng.random() < _ONLINE and slot.subject not in ("Физическая культура",)
        lesson = Lesson(
            id=school.ids.long("lesson"),
            updated_at=min(ends_at, self.now).astimezone(UTC),
            group_id=slot.assignment.group.id,
            subject_id=school.roster.subject(slot.subject).id,
            day=day,
            starts_at=datetime.combine(day, bell.starts, school.zone),
            ends_at=ends_at,
            number=slot.number,
            kind="extra" if not _is_ordinary(slot.subject) else "lesson",
            status=status or ("held" if ends_at <= self.now else "planned"),
            room=None if online else room,
            topic=self._topic(day, slot, status),
            online=f"https://video.example/lesson/{school.rng.getrandbits(40):010x}" if online else None,
            replaces_subject_id=replaces_subject_id,
            replaces_staff_id=replaces_staff_id,
            replaces_lesson_id=replaces_lesson_id,
            replaces_room=planned_room if room != planned_room and not online else None,
        )
        self.lessons.append(ScheduledLesson(lesson, slot, teacher))
        self.lesson_teachers.append(LessonTeacher(lesson_id=lesson.id, staff_id=teacher.staff.id))
        return lesson

    def _topic(self, day: date, slot: TimetableSlot, status: str | None) -> str | None:
        """Two lessons a topic, in order; None if the lesson is too far ahead or isn't held as planned."""
        if status is not None or day > self._today + _PLANNED_AHEAD:
            return None
        key = (slot.assignment.group.id, slot.subject)
        topics = topics_of(self._school.roster.subject(slot.subject).name, slot.school_class.grade)
        lessons_before = self._topics_used[key]
        self._topics_used[key] += 1
        return topics[lessons_before // 2 % len(topics)]


def _is_ordinary(subject: str) -> bool:
    return subject not in (curriculum.TALKS, curriculum.ELECTIVE, curriculum.INDIVIDUAL)
