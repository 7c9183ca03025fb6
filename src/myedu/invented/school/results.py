"""The results of lessons: attendance, marks, homework, final marks."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from myedu.contract.tables import Person
from myedu.invented import curriculum
from myedu.invented.school import texts
from myedu.invented.school.final_marks import final_marks
from myedu.invented.school.lessons import LessonGenerator, ScheduledLesson
from myedu.invented.school.school import School
from myedu.records import Attendance, File, FinalMark, Homework, HomeworkFile, HomeworkLink, Mark

_ABSENCE_CODES = frozenset({"absent", "excused", "ill"})
# Shares of a pupil's lessons.
_ABSENT, _EXCUSED, _LATE = 0.006, 0.006, 0.012
_ILL_STARTS = 0.008  # share of school days on which an illness begins: about one and a half a year
_EXEMPT_FROM_SPORT = 0.02

_WEIGHTS = {
    "control": 3.0,
    "dictation": 3.0,
    "test": 2.0,
    "essay": 2.0,
    "independent": 2.0,
    "laboratory": 1.5,
    "practical": 1.5,
    "homework": 1.0,
    "answer": 1.0,
}
_WORKS = {
    "русский язык и литература": ("dictation", "test", "essay", "independent"),
    "математика": ("control", "independent", "test"),
    "физика": ("laboratory", "control", "test"),
    "химия и биология": ("laboratory", "test", "practical"),
    "география": ("practical", "test"),
    "информатика": ("practical", "test"),
}
_USUAL_WORKS = ("test", "independent")
_READING_WORKS = ("essay", "test")  # the same teacher as Russian, and no dictations
_TWO_PART = frozenset({"dictation", "essay"})  # «5/4»: for content and for spelling
_WORK_EVERY = 7  # every seventh lesson of a subject has a written work of the whole group
_MARKED_ANSWER = 0.17  # a pupil's chance of a mark at any other lesson
_PRACTICAL_SUBJECTS = (
    "Музыка",
    "Изобразительное искусство",
    "Труд (технология)",
    "Физическая культура",
    "ОБЗР",
)

_FILLED_IN, _NONE_SET = 0.93, 0.06
_INDIVIDUAL, _LINKED, _WITH_FILE = 0.01, 0.05, 0.01


class ResultGenerator:
    """Goes through the lessons in the order of their starts; read the lists after `generate`."""

    def __init__(self, school: School, lessons: LessonGenerator, today: date) -> None:
        self._school, self._lessons, self._today = school, lessons, today
        self._rng = school.rng
        self.attendance: list[Attendance] = []
        self.marks: list[Mark] = []
        self.homework: list[Homework] = []
        self.links: list[HomeworkLink] = []
        self.files: list[File] = []
        self.homework_files: list[HomeworkFile] = []
        self.final_marks: list[FinalMark] = []
        self._ability = {
            pupil.id: self._rng.gauss(4.05, 0.5)
            for school_class in school.roster.classes
            for pupil in school_class.pupils
        }  # person → mean of the marks
        self._exempt = {pupil for pupil in self._ability if self._rng.random() < _EXEMPT_FROM_SPORT}
        self._sick_days = self._illnesses()
        self._previous: dict[tuple[str, str], ScheduledLesson] = {}  # (group, subject) → last lesson
        self._lesson_counts: dict[tuple[str, str], int] = defaultdict(int)

    def generate(self) -> None:
        """Makes all results up to `today`. Call it once."""
        for scheduled in sorted(self._lessons.lessons, key=lambda scheduled: scheduled.row.starts_at):
            if scheduled.row.status in ("cancelled", "moved"):
                continue
            self._add_homework(scheduled)
            if scheduled.row.status == "held":
                present = self._take_attendance(scheduled)
                self._add_marks(scheduled, present)
        self.final_marks += final_marks(self._school, self.marks, self._today)

    # -- attendance --------------------------------------------------------

    def _illnesses(self) -> dict[str, set[date]]:
        """Person → days of illness, holidays and weekends included."""
        days = [day for day in self._school.year.school_days() if day <= self._today]
        sick_days: dict[str, set[date]] = defaultdict(set)
        for pupil in self._ability:
            for day in days:
                if self._rng.random() < _ILL_STARTS:
                    sick_days[pupil].update(day + timedelta(days=n) for n in range(self._rng.randint(2, 9)))
        return sick_days

    def _take_attendance(self, scheduled: ScheduledLesson) -> list[Person]:
        """The pupils who are present."""
        present = []
        for pupil in self._school.roster.members[scheduled.slot.assignment.group.id]:
            note = self._absence(scheduled, pupil)
            if note is not None:
                self.attendance.append(note)
            if note is None or note.code not in _ABSENCE_CODES:
                present.append(pupil)
        return present

    def _absence(self, scheduled: ScheduledLesson, pupil: Person) -> Attendance | None:
        rng, chance = self._rng, self._rng.random()
        if scheduled.row.day in self._sick_days[pupil.id]:
            code = "ill"
        elif scheduled.slot.subject == "Физическая культура" and pupil.id in self._exempt:
            code = "exempt"
        elif chance < _ABSENT:
            code = "absent"
        elif chance < _ABSENT + _EXCUSED:
            code = "excused"
        elif chance < _ABSENT + _EXCUSED + _LATE:
            code = "late"
        else:
            return None
        return Attendance(
            person_id=pupil.id,
            lesson_id=scheduled.row.id,
            day=scheduled.row.day,
            code=code,
            reason=texts.absence_reason(code, rng) if rng.random() < 0.6 else None,
            minutes=rng.randint(2, 20) if code == "late" else None,
        )

    # -- marks -------------------------------------------------------------

    def _add_marks(self, scheduled: ScheduledLesson, present: list[Person]) -> None:
        subject, grade = scheduled.slot.subject, scheduled.slot.school_class.grade
        if grade == 1 or not curriculum.SUBJECTS[subject].graded:
            return
        key = (scheduled.slot.assignment.group.id, subject)
        self._lesson_counts[key] += 1
        number = self._lesson_counts[key]
        if number % _WORK_EVERY == 0 and subject not in _PRACTICAL_SUBJECTS:
            self._add_work(scheduled, present, number // _WORK_EVERY)
            return
        for pupil in present:
            chance = self._rng.random()
            if chance < _MARKED_ANSWER:
                self._add_mark(
                    scheduled, pupil, "homework" if chance < _MARKED_ANSWER / 4 else "answer", None
                )

    def _add_work(self, scheduled: ScheduledLesson, present: list[Person], number: int) -> None:
        subject = scheduled.slot.subject
        kinds = _WORKS.get(curriculum.SUBJECTS[subject].speciality, _USUAL_WORKS)
        if subject.startswith("Литератур"):
            kinds = _READING_WORKS
        kind = kinds[number % len(kinds)]
        name = texts.work_name(kind, number, scheduled.row.topic, self._rng)
        for pupil in present:
            self._add_mark(scheduled, pupil, kind, name)
            if kind in _TWO_PART:
                self._add_mark(scheduled, pupil, kind, name, position=2)

    def _add_mark(
        self, scheduled: ScheduledLesson, pupil: Person, kind: str, name: str | None, position: int = 1
    ) -> None:
        rng, lesson = self._rng, scheduled.row
        value = str(max(2, min(5, round(rng.gauss(self._ability[pupil.id], 0.75)))))
        counts = True
        if name and position == 1 and rng.random() < 0.01:
            value, counts = "н/а", False
        set_at = self._moment_after(lesson.ends_at)
        self.marks.append(
            Mark(
                id=self._school.ids.long("mark"),
                updated_at=set_at,
                person_id=pupil.id,
                subject_id=lesson.subject_id,
                day=lesson.day,
                value=value,
                weight=_WEIGHTS[kind],
                lesson_id=lesson.id,
                work_kind=kind,
                work_name=name,
                position=position,
                comment=texts.mark_comment(rng) if rng.random() < 0.03 else None,
                counts=counts,
                set_at=set_at,
            )
        )

    def _moment_after(self, moment: datetime) -> datetime:
        """When a teacher enters it: by the same evening, but not in the future."""
        later = moment + timedelta(minutes=self._rng.randint(1, 420))
        return max(moment, min(later, self._lessons.now)).astimezone(UTC)

    # -- homework ----------------------------------------------------------

    def _add_homework(self, scheduled: ScheduledLesson) -> None:
        """Set at the lesson before, due at this one. Nothing is set in the first grade."""
        subject, lesson = scheduled.slot.subject, scheduled.row
        key = (scheduled.slot.assignment.group.id, subject)
        previous, self._previous[key] = self._previous.get(key), scheduled
        share = curriculum.SUBJECTS[subject].homework
        if previous is None or previous.row.status != "held" or scheduled.slot.school_class.grade == 1:
            return
        rng = self._rng
        if not share or rng.random() > _FILLED_IN:
            return
        none = rng.random() > share or rng.random() < _NONE_SET
        name = self._school.roster.subject(subject).name
        self._append_homework(scheduled, previous, "" if none else texts.homework_text(name, rng), None)
        members = self._school.roster.members[lesson.group_id]
        if rng.random() < _INDIVIDUAL and members:
            self._append_homework(scheduled, previous, texts.individual_task(rng), rng.choice(members))

    def _append_homework(
        self, scheduled: ScheduledLesson, previous: ScheduledLesson, text: str, pupil: Person | None
    ) -> None:
        rng, lesson = self._rng, scheduled.row
        homework = Homework(
            id=self._school.ids.long("homework"),
            updated_at=self._moment_after(previous.row.ends_at),
            group_id=lesson.group_id,
            subject_id=lesson.subject_id,
            due_on=lesson.day,
            lesson_id=lesson.id,
            set_lesson_id=previous.row.id,
            set_on=previous.row.day,
            text=text,
            none=not text,
            person_id=pupil.id if pupil else None,
            minutes=rng.choice((15, 20, 30, 40)) if text and rng.random() < 0.3 else None,
        )
        self.homework.append(homework)
        if text and rng.random() < _LINKED:
            self.links.append(
                HomeworkLink(
                    homework_id=homework.id,
                    position=1,
                    name="Видеоурок по теме",
                    url=f"https://video.example/{rng.getrandbits(32):08x}",
                )
            )
        if text and rng.random() < _WITH_FILE:
            self._attach(homework)

    def _attach(self, homework: Homework) -> None:
        file = File(
            id=self._school.ids.short("file"),
            name="Карточка с заданием.txt",
            media_type="text/plain; charset=utf-8",
            content=f"Карточка с заданием\n\n{homework.text}\n".encode(),
        )
        self.files.append(file)
        self.homework_files.append(HomeworkFile(homework_id=homework.id, file_id=file.id))
