"""A week's section is cached as long as it is correct, and no longer."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from markupsafe import Markup

from myedu.contract.answers import Diary
from myedu.contract.school import DiaryLesson
from myedu.contract.windows import Window
from myedu.portal.app import words_of
from myedu.portal.diary.page_context import PageContext
from myedu.portal.diary.sections import Section, SectionCache, SectionKey, correct_until
from tests.connector.sdk.school import PUPIL, ZONE, School
from tests.portal.diary.conftest import Home, text_of
from tests.portal.federation.conftest import student_of
from tests.portal.journal import FAULTS

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
WORDS = words_of()


def key(child: UUID | None = None) -> SectionKey:
    return SectionKey("ru", child or uuid4(), date(2026, 11, 23), b"")


def section(letters: int = 10, until: datetime = NOW + HOUR) -> Section:
    return Section("Неделя", Markup("а" * letters), NOW, until)


def test_a_section_is_found_while_it_is_correct():
    sections, week, cached = SectionCache(), key(), section()
    assert sections.get(week, NOW) is None
    sections.put(week, cached)
    assert sections.get(week, NOW) is cached
    assert sections.get(week, NOW + HOUR) is None, "a lesson has begun or ended"
    assert sections.get(week, NOW - HOUR) is None
    assert sections.get(key(), NOW) is None


def test_the_least_recently_used_sections_go_when_there_is_no_room():
    sections, keys = SectionCache(max_bytes=60), [key() for _ in range(4)]
    for week in keys[:3]:
        sections.put(week, section(10))
    assert sections.get(keys[0], NOW)
    sections.put(keys[3], section(10))
    assert [week for week in keys if sections.get(week, NOW)] == [keys[0], keys[2], keys[3]]
    sections.put(keys[0], section(100))
    assert not any(sections.get(week, NOW) for week in keys), "a section that doesn't fit is not cached"


@pytest.mark.parametrize(
    ("now", "until"),
    [("07:00", "08:30"), ("08:30", "09:15"), ("09:20", "09:25"), ("10:10", "00:00")],
)
async def test_a_section_is_correct_until_a_lesson_begins_or_ends(now: str, until: str):
    monday = date(2026, 11, 23)
    at = datetime.combine(monday, time.fromisoformat(now), ZONE)
    context = PageContext(WORDS["ru"], student_of("s"), ZONE, at, "/")
    schedule = await School().schedule(PUPIL, Window(first=monday, last=monday))
    lessons = tuple(DiaryLesson(lesson=lesson) for lesson in schedule.lessons)
    diary = Diary(student_id=PUPIL, first_day=monday, last_day=monday, time_zone=str(ZONE), lessons=lessons)
    changes = correct_until(context, diary).astimezone(ZONE)
    assert changes.time().isoformat("minutes") == until
    assert timedelta(0) < changes - context.now <= timedelta(days=1)


async def test_a_cached_section_is_of_this_copy_language_child_and_hour(home: Home):
    path = f"/c/{home.maria}/week/2026-11-25"
    first = await home.mother.get(path)
    assert "№ 312, 315" in text_of(await home.mother.get(path))
    assert _section(await home.mother.get(path)) == _section(first)
    brother = await home.mother.get(f"/c/{home.pavel}/week/2026-11-25")
    assert str(home.maria) not in _section(brother)
    english = await home.mother.get(path, **{"Accept-Language": "en"})
    assert "Week of" in _section(english)
    await home.change_copies("№ 312, 315", "№ 400")
    assert "№ 400" in text_of(await home.mother.get(path))
    await home.age_copies(minutes=5)
    home.near.fault, _ = FAULTS["500"]
    assert "Нет данных с" in text_of(await home.mother.get(path))
    assert "Нет данных с" not in _section(first)


def _section(page) -> str:
    return page.html.partition('id="week"')[2].partition("</main>")[0]
