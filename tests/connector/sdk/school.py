"""A small correct school system in memory: the example of what a vendor writes, with every function."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from myedu.connector.sdk.system import FileContent
from myedu.contract.answers import (
    CAPABILITIES,
    PROFILES,
    AttendanceList,
    Change,
    Changes,
    Diary,
    FinalMarks,
    HomeworkList,
    Limits,
    Marks,
    Schedule,
    SystemDescription,
    SystemInfo,
    TeacherSchedule,
)
from myedu.contract.meetings import Meeting, Presence
from myedu.contract.problems import ContractError, problem
from myedu.contract.school import Attendance, FinalMark, Homework, Lesson, Mark, Ref, Replacement, Work
from myedu.contract.windows import Window

ZONE = ZoneInfo("Asia/Vladivostok")
SYSTEM = SystemInfo(vendor="Пример", product="Школа в памяти", version="1.0")
SCHOOL = Ref(id="org-1", name="Школа № 7 посёлка Лазурный")
CLASS = Ref(id="9b", name="9 «Б»")
MATHS = Ref(id="maths", name="Алгебра")
RUSSIAN = Ref(id="rus", name="Русский язык")
TEACHER = Ref(id="t-1", name="Светлова Анна Павловна")

PUPIL = "9007199254740993"  # past 2**53: a reader that makes numbers of ids loses it
STRANGE_PUPIL = "a/b?c=%2F#é".replace("é", "e")
OIDS = {"1563978": PUPIL}
TEACHER_OID = "1563979"


class School:
    """Two lessons a day; everything else is computed from the day, so any window has an answer."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.declared: tuple[str, ...] = tuple(name for name in CAPABILITIES if name != "exports")
        self.profiles = PROFILES
        self.pupils = {PUPIL, STRANGE_PUPIL}
        self.files = {"plan.pdf": FileContent("План урока.pdf", "application/pdf", b"%PDF-1.7 plan")}
        self.meetings: dict[str, Meeting] = {}
        self.presence: dict[str, Presence] = {}
        self.requests = 0

    def capabilities(self) -> SystemDescription:
        return SystemDescription(
            system=SYSTEM, capabilities=self.declared, profiles=self.profiles, limits=self.limits
        )

    def today(self) -> date:
        return date(2026, 11, 24)

    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        self.requests += 1
        if student_id not in self.pupils:
            return None
        return Schedule(**_about(student_id, window), lessons=tuple(_lessons(window)))

    async def homework(self, student_id: str, window: Window) -> HomeworkList | None:
        if student_id not in self.pupils:
            return None
        return HomeworkList(**_about(student_id, window), homework=tuple(_homework(window)))

    def marks(self, student_id: str, window: Window) -> Marks | None:
        """A plain function: the server runs it in a thread."""
        if student_id not in self.pupils:
            return None
        return Marks(**_about(student_id, window), marks=tuple(_marks(window)))

    async def attendance(self, student_id: str, window: Window) -> AttendanceList | None:
        if student_id not in self.pupils:
            return None
        late = tuple(
            Attendance(lesson_id=f"{day}-2", code="late", day=day, minutes=5)
            for day in _school_days(window)
            if day.weekday() == 1
        )
        return AttendanceList(**_about(student_id, window), attendance=late)

    async def final_marks(self, student_id: str, academic_year: int) -> FinalMarks | None:
        if student_id not in self.pupils:
            return None
        mark = FinalMark(id="f-1", subject=MATHS, kind="period", value="5", average=4.62)
        return FinalMarks(student_id=student_id, academic_year=academic_year, final_marks=(mark,))

    async def teacher_schedule(self, teacher_id: str, window: Window) -> TeacherSchedule | None:
        if teacher_id != TEACHER.id:
            return None
        return TeacherSchedule(
            teacher_id=teacher_id,
            first_day=window.first,
            last_day=window.last,
            time_zone=str(ZONE),
            lessons=tuple(_lessons(window)),
        )

    async def file(self, file_id: str) -> FileContent | None:
        return self.files.get(file_id)

    async def changes(self, since: str | None) -> Changes:
        if since == "too-old":
            raise ContractError(problem("cursor-gone"))
        changed = () if since is None else (Change(student_id=PUPIL, what=("marks",)),)
        return Changes(cursor="c-2", changes=changed)

    async def put_meeting(self, lesson_id: str, meeting: Meeting) -> bool:
        known = lesson_id.startswith("2026-")
        if known:
            self.meetings[lesson_id] = meeting
        return known

    async def put_presence(self, lesson_id: str, presence: Presence) -> bool:
        known = lesson_id in self.meetings
        if known:
            self.presence[lesson_id] = presence
        return known

    async def student_by_esia_oid(self, oid: str) -> str | None:
        return OIDS.get(oid)

    async def teacher_by_esia_oid(self, oid: str) -> str | None:
        return TEACHER.id if oid == TEACHER_OID else None


class OwnDiary(School):
    """A system whose diary is a function of its own and not composed by the SDK."""

    async def diary(self, student_id: str, window: Window) -> Diary | None:
        return Diary(**_about(student_id, window), lessons=()) if student_id in self.pupils else None


def _about(student_id: str, window: Window) -> dict[str, object]:
    return {
        "student_id": student_id,
        "first_day": window.first,
        "last_day": window.last,
        "time_zone": str(ZONE),
        "organization": SCHOOL,
        "group": CLASS,
    }


def _school_days(window: Window) -> Iterator[date]:
    days = (window.first + timedelta(days=n) for n in range(window.days))
    return (day for day in days if day.weekday() < 5)


def _lessons(window: Window) -> Iterator[Lesson]:
    for day in _school_days(window):
        for number, subject, begins in ((1, MATHS, time(8, 30)), (2, RUSSIAN, time(9, 25))):
            starts = datetime.combine(day, begins, ZONE)
            substituted = number == 2 and day.weekday() == 2
            yield Lesson(
                id=f"{day}-{number}",
                subject=subject,
                starts_at=starts,
                ends_at=starts + timedelta(minutes=45),
                number=number,
                room="204",
                topic="Степень с целым показателем" if number == 1 else None,
                teachers=(TEACHER,),
                replaces=Replacement(subject=MATHS) if substituted else None,
            )


def _homework(window: Window) -> Iterator[Homework]:
    for day in _school_days(window):
        yield Homework(id=f"h-{day}", subject=MATHS, due_on=day, lesson_id=f"{day}-1", text="№ 312, 315")
        yield Homework(id=f"n-{day}", subject=RUSSIAN, due_on=day, lesson_id=f"{day}-2", none=True)


def _marks(window: Window) -> Iterator[Mark]:
    for day in _school_days(window):
        if day.weekday() == 3:
            work = Work(kind="dictation")
            lesson = f"{day}-2"
            yield Mark(id=f"m-{day}", subject=RUSSIAN, day=day, value="5", work=work, lesson_id=lesson)
            yield Mark(
                id=f"m2-{day}", subject=RUSSIAN, day=day, value="4", work=work, lesson_id=lesson, position=2
            )
