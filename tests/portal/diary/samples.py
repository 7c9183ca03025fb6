"""A small family for the presenters' tests: facts made by hand, without database and journal."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from myedu.contract.answers import Diary, Marks
from myedu.contract.school import DiaryLesson, Homework, Lesson, Mark, Ref
from myedu.contract.windows import week_of
from myedu.portal.app import words_of
from myedu.portal.diary.models import DiaryFacts, Family, MarksFacts, SubjectFacts
from myedu.portal.diary.page_context import PageContext
from myedu.portal.federation.models import Fresh, Outcome
from myedu.portal.people.models import Period, Student, Viewer

WORDS = words_of()
RU = WORDS["ru"]
YAKUTSK = "Asia/Yakutsk"
ZONE = ZoneInfo(YAKUTSK)
TODAY = date(2026, 9, 1)  # a Tuesday
BELLS = (("08:00", "08:45"), ("08:55", "09:40"), ("09:50", "10:35"))
QUARTER = Period("q1", "quarter", 1, "1 четверть", date(2026, 9, 1), date(2026, 10, 25))


def at(clock: str, day: date = TODAY) -> datetime:
    """An instant by the school's clock."""
    return datetime.combine(day, time.fromisoformat(clock), ZONE)


def student(number: int = 1, first_name: str = "Айсен", **other: Any) -> Student:
    facts: dict[str, Any] = {
        "child": UUID(int=number), "region": "14", "system_id": "s1", "person_id": f"p{number}",
        "relation": "guardian", "first_name": first_name, "last_name": "Алексеев", "middle_name": None,
        "birth_date": date(2011, 5, 1), "organization_id": "o1", "organization_name": "Гимназия № 3",
        "time_zone": YAKUTSK, "group_id": "g1", "group_name": "9 «Б»", "grade": 9,
    }  # fmt: skip
    return Student(**(facts | other))


def family(*students: Student, now: datetime) -> Family:
    viewer = Viewer(UUID(int=99), "1000", None, True, "PR", "Мария", "Алексеева", None)
    return Family(viewer=viewer, students=students or (student(),), now=now.astimezone(UTC))


def ref(name: str) -> Ref:
    return Ref(id=name, name=name)


def lesson(number: int, subject: str, day: date = TODAY, **other: Any) -> Lesson:
    starts, ends = BELLS[number - 1]
    facts = {"starts_at": at(starts, day), "ends_at": at(ends, day), "number": number, "room": "214"} | other
    return Lesson(id=f"{day}-{number}-{subject}", subject=ref(subject), **facts)


def entry(number: int, subject: str, day: date = TODAY, **other: Any) -> DiaryLesson:
    """A lesson with its marks, homework and attendance; `lesson`: further fields of the lesson."""
    return DiaryLesson(lesson=lesson(number, subject, day, **other.pop("lesson", {})), **other)


def task(subject: str, day: date = TODAY, **other: Any) -> Homework:
    return Homework(
        **({"id": f"h-{subject}-{day}", "subject": ref(subject), "due_on": day, "text": "§ 12"} | other)
    )


def mark(value: str, subject: str = "Алгебра", day: date = TODAY, **other: Any) -> Mark:
    return Mark(
        **({"id": f"m-{subject}-{day}-{value}", "subject": ref(subject), "day": day, "value": value} | other)
    )


def diary(*entries: DiaryLesson, homework: tuple = (), marks: tuple = ()) -> Diary:
    week = week_of(TODAY)
    return Diary(
        student_id="p1",
        time_zone=YAKUTSK,
        first_day=week.first,
        last_day=week.last,
        lessons=entries,
        homework=homework,
        marks=marks,
    )


def fresh(value: Any, fetched_at: datetime) -> Fresh[Any]:
    return Fresh(value, b"", fetched_at.astimezone(UTC))


def facts_of(
    outcome: Outcome[Diary] | Diary, *, now: datetime | None = None, who: Student | None = None, **other: Any
) -> DiaryFacts:
    """Facts of the week around TODAY; a bare diary is fresh."""
    now = now or at("09:00")
    who = who or student()
    return DiaryFacts(
        **(
            {
                "family": family(who, now=now),
                "student": who,
                "today": now.date(),
                "window": week_of(TODAY),
                "diary": fresh(outcome, now - timedelta(minutes=5))
                if isinstance(outcome, Diary)
                else outcome,
                "done": frozenset(),
            }
            | other
        )
    )


def marks_facts(*given: Mark, now: datetime | None = None, subject: str | None = None) -> Any:
    """MarksFacts of the first quarter, or SubjectFacts if a subject is given."""
    now = now or at("12:00", date(2026, 10, 24))
    answer = Marks(
        student_id="p1",
        time_zone=YAKUTSK,
        first_day=QUARTER.starts_on,
        last_day=QUARTER.ends_on,
        marks=given,
    )
    second = Period("q2", "quarter", 2, "2 четверть", date(2026, 11, 2), date(2026, 12, 27))
    common = {
        "family": family(now=now), "student": student(), "today": now.date(), "periods": (QUARTER, second),
        "period": QUARTER, "marks": fresh(answer, now),
    }  # fmt: skip
    return SubjectFacts(**common, subject_id=subject, subject=subject) if subject else MarksFacts(**common)


def scene(facts: Any, language: str = "ru") -> PageContext:
    return PageContext.of(WORDS[language], facts, "/c/1/week")
