"""A teacher's day and classes: for whom the school's export and ESIA agree, and for nobody else."""

from collections.abc import AsyncIterator
from datetime import date

import html5lib
import pytest
from hypothesis import given
from yarl import URL

from myedu.connector.sdk.answer_parser import parse_body
from myedu.contract.answers import TeacherSchedule
from myedu.contract.windows import week_of
from tests.portal.browser import Browser, Page
from tests.portal.conftest import NOON, Rows
from tests.portal.diary.any_answer import any_answer
from tests.portal.diary.conftest import Home, OpenHome, open_home, text_of  # noqa: F401
from tests.portal.diary.test_any_answer import FEW, answering, is_readable
from tests.portal.journal import FAULTS
from tests.portal.staff.teacher import add_teacher

WEEK = week_of(NOON.date())
TEACHER, OPERATOR = 1000300006, 1000300009
OPERATORS_ORGANISATION = "1000400002"
PAGES = ("/staff/day", "/staff/day/2026-11-24", "/staff/groups", "/staff/posts")


@pytest.fixture(scope="module")
async def the_school(open_home: OpenHome) -> AsyncIterator[Home]:  # noqa: F811
    async with open_home(operator_organisations=(OPERATORS_ORGANISATION,)) as home:
        await add_teacher(home)
        yield home


@pytest.fixture
async def school(the_school: Home) -> Home:
    the_school.near.fault = None
    return the_school


@pytest.fixture
async def teacher(school: Home) -> AsyncIterator[Browser]:
    async with school.world.signed_in(TEACHER) as (browser, _):
        yield browser


async def test_a_teacher_lands_on_the_day_and_sees_the_lessons(teacher: Browser) -> None:
    assert await teacher.location_of("/") == "/staff/day"
    page = await teacher.get("/staff/day")
    assert page.status == 200
    assert page.h1.startswith("Мой день: понедельник, 23 ноября")
    text = text_of(page)
    for words in ("Школа № 1", "Алгебра", "данные на", "Мои классы"):
        assert words in text
    tomorrow = await teacher.get("/staff/day/2026-11-24")
    assert "Сегодня" in text_of(tomorrow)


async def test_the_classes_are_those_of_the_post(teacher: Browser) -> None:
    page = await teacher.get("/staff/groups")
    text = text_of(page)
    assert "Учитель, Школа № 1" in text
    assert "5 «А»" in text
    assert "Шахматы" not in text


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"wrong student"}))
async def test_a_journal_that_fails_is_explained_in_words(school: Home, teacher: Browser, fault: str) -> None:
    school.near.fault = FAULTS[fault][0]
    page = await teacher.get("/staff/day")
    assert page.status == 200
    text = text_of(page)
    assert "журнал школы" in text.lower()
    assert FAULTS[fault][1] not in text
    assert "5 «А»" in text_of(await teacher.get("/staff/groups"))


@pytest.mark.parametrize("path", PAGES)
async def test_for_all_others_nothing_is_here(school: Home, path: str) -> None:
    async with school.world.browser() as anonymous:
        assert (await anonymous.location_of(path)).startswith("/enter")
    async with school.world.signed_in(OPERATOR) as (operator, _):
        others = (school.mother, school.pupil, school.outsider, operator)
        assert [(await browser.get(path)).status for browser in others] == [404] * len(others)


async def test_a_day_that_is_none_is_nothing(teacher: Browser) -> None:
    assert (await teacher.get("/staff/day/yesterday")).status == 404
    assert (await teacher.get("/staff/day/9999-12-31")).status == 404


async def test_without_the_post_there_is_no_page(school: Home, teacher: Browser) -> None:
    async with school.database.transaction() as conn:
        await conn.execute("UPDATE people.staff SET archived_at = %s", [NOON])
    try:
        assert (await teacher.get("/staff/day")).status == 404
        assert await teacher.location_of("/") == "/staff/posts", "a page that says what is missing"
        assert "вашей должности нет" in text_of(await teacher.get("/staff/posts"))
    finally:
        async with school.database.transaction() as conn:
            await conn.execute("UPDATE people.staff SET archived_at = NULL")


async def test_a_teacher_who_is_a_parent_chooses(school: Home, teacher: Browser) -> None:
    async with school.database.transaction() as conn:
        link = {"guardian_id": "t", "child_id": "maria", "starts_on": date(2026, 1, 1), "system_id": "near"}
        await Rows(conn).add("guardianships", id="w1", **link)
    try:
        page = await teacher.get("/")
        assert page.h1 == "Куда перейти?"
        assert 'href="/children"' in page.html
        assert 'href="/staff/day"' in page.html
        assert await school.mother.location_of("/") == "/children"
        for path in ("/staff/day", "/children", "/view", "/sessions"):
            assert _roles(await teacher.get(path)) == {"/staff/day", "/children"}
        async with school.world.signed_in(TEACHER) as (elsewhere, _):
            # The sign-in itself finds the roles: nobody has to pass the first page.
            assert _roles(await elsewhere.get("/staff/day")) == {"/staff/day", "/children"}
        assert _roles(await school.mother.get("/children")) == set()
    finally:
        async with school.database.transaction() as conn:
            await conn.execute("DELETE FROM people.guardianships WHERE id = 'w1'")
    assert await teacher.location_of("/") == "/staff/day"


async def test_the_switch_leads_only_to_pages_of_the_portal(school: Home) -> None:
    async with school.world.signed_in(TEACHER) as (browser, _):
        forged = {"homes": "https://elsewhere.example|//x|/leave|/children|/operator/packages"}
        browser.session.cookie_jar.update_cookies(forged, URL(browser.site))
        page = await browser.get("/staff/day")
        # The links open nothing by themselves: a page checks rights.
        assert _roles(page) == {"/children", "/operator/packages"}
        assert (await browser.get("/operator/packages")).status == 404


def _roles(page: Page) -> set[str | None]:
    root = html5lib.parse(page.html, namespaceHTMLElements=False)
    return {
        link.get("href") for nav in root.iter("nav") if nav.get("class") == "roles" for link in nav.iter("a")
    }


@FEW
@given(schedule=any_answer(TeacherSchedule, WEEK, teacher_id="t-1", **{"from": "@first", "to": "@last"}))
async def test_any_schedule_of_a_teacher(school: Home, teacher: Browser, schedule: bytes) -> None:
    """What decodes is shown, and what is missing in it is said."""
    school.near.fault = answering(schedule, schedule)
    page = await teacher.get("/staff/day")
    assert page.status == 200
    text = text_of(page)
    if is_readable(schedule, TeacherSchedule):
        assert "данные на" in text
        own = schedule.replace(b'"@first"', b'"2026-11-23"').replace(b'"@last"', b'"2026-11-23"')
        missing = parse_body(own, TeacherSchedule).value.left_out
        assert ("Показано не всё: " in text) == bool(missing)
    else:
        assert "журнал школы" in text.lower()
