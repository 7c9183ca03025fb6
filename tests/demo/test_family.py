"""A family opens its week: three children in three regions on three journals, with a browser's requests."""

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

import html5lib
import pytest

from myedu.contract.answers import Diary
from myedu.contract.windows import monday_of, week_of
from myedu.demo import people
from myedu.demo.smoke_check import check_family, week_table
from myedu.kit.clock import SystemClock
from tests.demo.conftest import Child, RunningDemo, text_of
from tests.portal.browser import Browser, Page

NAMES = ("Мария", "Павел", "Вера")
PAGES = ("today", "week", "marks", "homework")
NOT_A_PUPIL = "Такого ученика здесь нет"


async def test_all_shows_three_children_on_three_journals(demo: RunningDemo, children: Mapping[str, Child]):
    async with demo.signed_in(people.MOTHER) as (_, page):
        assert (page.status, page.url) == (200, f"{demo.stack.portal}/children")
        assert [page.html.index(f"{child.path}/today") for child in _eldest_first(children)] == sorted(
            page.html.index(f"{child.path}/today") for child in children.values()
        )
        text = text_of(page)
    assert all(name in text for name in NAMES)
    assert "Нет данных" not in text
    assert {child.system_id for child in children.values()} == set(demo.stack.journals)
    for zone in ("Владивосток, МСК+7", "Москва, МСК", "Якутск, МСК+6"):
        assert f"Время школы: {zone}" in text


@pytest.mark.parametrize("name", NAMES)
async def test_every_page_of_a_child(mother: Browser, children: Mapping[str, Child], name: str):
    child = children[name]
    for page in [await mother.get(f"{child.path}/{page}") for page in PAGES]:
        text = text_of(page)
        assert page.status == 200, page.url
        assert "Нет данных" not in text
        assert "данные на " in text, "the age of the data"
        assert "Время школы: " in text
    week = await mother.get(child.week)
    subject = await mother.get(next(iter(_subjects(week))))
    assert subject.status == 200
    assert subject.h1 in text_of(week)


@pytest.mark.parametrize("name", NAMES)
async def test_the_week_is_what_the_journal_answers(
    demo: RunningDemo, mother: Browser, children: Mapping[str, Child], name: str
):
    child = children[name]
    diary = await demo.ask_journal(child.system_id, child.person_id, week_of(child.monday))
    page = await mother.get(child.week)
    assert _lessons_of_page(page) == _lessons_of_journal(diary, child)
    text = text_of(page)
    for task in (task for entry in diary.lessons for task in entry.homework if not task.none):
        assert " ".join(task.text.split())[:60] in text


async def test_times_are_in_the_time_zone_of_the_childs_school(
    mother: Browser, children: Mapping[str, Child]
):
    # The generated journals of Kazan and Yakutsk ring at the same local time: the page must not convert it.
    zones = {}
    for child in children.values():
        page = await mother.get(child.week)
        zones[child.first_name] = text_of(page).partition("Время школы: ")[2].split(" данные")[0]
        assert {time for _, time, _, _ in _lessons_of_page(page)} & {"08:00", "08:30", "09:20"}
    assert zones == {"Мария": "Владивосток, МСК+7", "Павел": "Москва, МСК", "Вера": "Якутск, МСК+6"}


async def test_a_pupil_sees_the_own_diary_only(demo: RunningDemo, children: Mapping[str, Child]):
    maria, pavel = children["Мария"], children["Павел"]
    async with demo.signed_in(people.ELDEST) as (browser, page):
        assert page.url == f"{demo.stack.portal}{maria.path}/today"
        assert (await browser.get(maria.week)).status == 200
        assert (await browser.get(pavel.week)).status == 404


async def test_a_child_account_sees_the_own_diary_only(demo: RunningDemo, children: Mapping[str, Child]):
    async with demo.signed_in(people.SECOND) as (browser, page):
        assert page.url == f"{demo.stack.portal}{children['Павел'].path}/today"
        assert (await browser.get(children["Вера"].week)).status == 404


@pytest.mark.parametrize("oid", [people.FATHER, people.TEACHER, 1000300009, people.OUTSIDER])
async def test_no_other_person_sees_the_family(demo: RunningDemo, children: Mapping[str, Child], oid: int):
    """A father whose right is revoked, a teacher of Pavel's school, an operator, another child's mother."""
    async with demo.signed_in(oid) as (browser, home):
        assert home.status == 200
        assert not any(child.path in home.html for child in children.values())
        for child in children.values():
            for page in PAGES:
                hers = await browser.get(f"{child.path}/{page}")
                nobodys = await browser.get(f"/c/{uuid4()}/{page}")
                assert hers.status == nobodys.status == 404
                assert NOT_A_PUPIL in text_of(hers)
                assert _without_address(hers) == _without_address(nobodys)


async def test_an_outsider_is_a_mother_of_her_own(demo: RunningDemo):
    async with demo.signed_in(people.OUTSIDER) as (_, page):
        assert "Тимур" in text_of(page)


async def test_an_unconfirmed_account_stays_outside(demo: RunningDemo, children: Mapping[str, Child]):
    async with demo.signed_in(people.UNCONFIRMED) as (browser, page):
        assert page.status == 403
        assert "подтвер" in text_of(page).lower(), "it says what to do at ESIA"
        assert await browser.location_of(children["Вера"].week) == _enter(children["Вера"].week)


async def test_without_a_session_a_page_leads_to_sign_in_and_back(
    demo: RunningDemo, children: Mapping[str, Child]
):
    week = children["Павел"].week
    async with demo.browser() as browser:
        assert await browser.location_of(week) == _enter(week)
        chosen = await browser.press(
            await browser.get(week), action="/login", button=("oid", str(people.MOTHER))
        )
        assert chosen.url.endswith(week)


async def test_after_sign_out_the_pages_are_closed(demo: RunningDemo, children: Mapping[str, Child]):
    week = children["Павел"].week
    async with demo.signed_in(people.MOTHER) as (browser, page):
        await browser.press(page, action="/leave")
        assert await browser.location_of(week) == _enter(week)


async def test_a_tick_stays_and_is_taken_back(
    demo: RunningDemo, mother: Browser, children: Mapping[str, Child]
):
    path = f"{children['Мария'].path}/homework"
    page = await mother.get(path)
    form = next((form for form in page.forms if form.action.endswith("/done")), None)
    if form is None:
        pytest.skip("nothing is set in these three weeks: holidays")
    for done in ("1", "0"):
        ticked = await mother.press(page, action=form.action, button=("done", done))
        assert ticked.url.endswith(path), "back on the page"
        page = await mother.get(path)
        [now] = [again for again in page.forms if again.action == form.action]
        assert now.buttons == [("done", "0" if done == "1" else "1")]


async def test_the_smoke_check_in_the_holidays(demo: RunningDemo):
    """`make demo-check` works in every week of the year."""
    new_year = date(people.academic_year_of(SystemClock().now().date()) + 1, 1, 4)
    weeks = await check_family(demo.stack.portal, people.MOTHER, monday_of(new_year))
    assert [week.child.first_name for week in weeks] == list(NAMES)
    for week in weeks:
        assert week.diary.answer.first_day <= new_year
        assert len(week_table(week).splitlines()) == 1 + len(week.diary.answer.lessons)


def _eldest_first(children: Mapping[str, Child]) -> list[Child]:
    return [children[name] for name in NAMES]


def _enter(path: str) -> str:
    return f"/enter?next={path.replace('/', '%2F')}"


def _without_address(page: Page) -> str:
    """The body without what differs for every request: the instant, the own address, the form's token."""
    address = page.url.partition("/c/")[2]
    lines = page.html.splitlines()
    return "\n".join(line.replace(address, "") for line in lines if "data-now=" not in line)


def _subjects(page: Page) -> list[str]:
    root = html5lib.parse(page.html, namespaceHTMLElements=False)
    return [link.get("href") for link in root.iter("a") if link.get("class") == "what"]


def _lessons_of_page(page: Page) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Day, beginning, subject and marks of each lesson, in order."""
    root = html5lib.parse(page.html, namespaceHTMLElements=False)
    found = []
    for day in (section for section in root.iter("section") if (section.get("id") or "").startswith("d2")):
        for row in (item for item in day.iter("li") if "lesson" in (item.get("class") or "").split()):
            subject = next(link for link in row.iter("a") if link.get("class") == "what")
            starts = next(row.iter("time")).text
            found.append((day.get("id")[1:], starts, "".join(subject.itertext()), _marks(row)))
    return sorted(found)


def _marks(row) -> tuple[str, ...]:
    values = (span for span in row.iter("span") if (span.get("class") or "").startswith("mark "))
    return tuple(sorted((next(span.iter("span")).find("span").text) for span in values))


def _lessons_of_journal(diary: Diary, child: Child) -> list[tuple[str, str, str, tuple[str, ...]]]:
    found = []
    for entry in diary.lessons:
        starts = entry.lesson.starts_at.astimezone(child.time_zone)
        marks = tuple(sorted([mark.value for mark in entry.marks] + _absences(entry.attendance)))
        found.append((str(starts.date()), starts.strftime("%H:%M"), entry.lesson.subject.name, marks))
    return sorted(found)


def _absences(attendance) -> list[str]:
    letters = {"absent": "Н", "excused": "У", "ill": "Б", "late": "О", "exempt": "Осв"}
    return [letters[absence.code] for absence in attendance]
