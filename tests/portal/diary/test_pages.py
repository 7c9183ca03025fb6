"""Every page for the mother, the pupil and the outsider. The browser checks that each is a good page."""

import asyncio
import re
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.portal.diary.conftest import Home, OpenHome, text_of
from tests.portal.journal import FAULTS

CHILD_PAGES = (
    "today",
    "week",
    "week/2026-11-25",
    "homework",
    "marks",
    "subjects/maths",
    "subjects/rus?period=q2",
)
API_PAGES = ("today", "week/2026-11-25", "homework", "marks", "subjects/rus")


@pytest.mark.parametrize("address", CHILD_PAGES)
async def test_an_outsider_gets_the_404_of_a_child_that_does_not_exist(home: Home, address: str):
    mine = await home.mother.get(f"/c/{home.maria}/{address}")
    assert mine.status == 200
    assert mine.headers["cache-control"] == "no-store"
    home.near.asked.clear()
    outsiders = await home.outsider.get(f"/c/{home.maria}/{address}")
    absent = await home.outsider.get(f"/c/{uuid4()}/{address}")
    assert outsiders.status == absent.status == 404
    assert _without_address(outsiders.html) == _without_address(absent.html)
    assert not home.near.asked, "access is checked before the journal is asked"


@pytest.mark.parametrize("address", API_PAGES)
async def test_an_outsider_gets_the_same_404_from_the_api(home: Home, address: str):
    status, mine = await home.api(home.mother, f"/api/c/{home.maria}/{address}")
    assert status == 200
    assert mine["child"]["first_name"] == "Мария"
    home.near.asked.clear()
    outsiders = await home.api(home.outsider, f"/api/c/{home.maria}/{address}")
    assert outsiders == await home.api(home.outsider, f"/api/c/{uuid4()}/{address}")
    assert outsiders[0] == 404
    assert outsiders[1]["code"] == "not-found"
    assert not home.near.asked


@pytest.mark.parametrize("address", ["/children", "/c/{maria}/today", "/c/{maria}/week/2026-11-25"])
async def test_without_a_session_pages_lead_to_enter_and_back(home: Home, address: str):
    path = address.format(maria=home.maria)
    async with home.world.browser() as signed_out:
        assert await signed_out.location_of(path) == f"/enter?next={path.replace('/', '%2F')}"
        status, problem = await home.api(signed_out, f"/api{path}" if "week" in path else "/api/children")
    assert (status, problem["code"]) == (401, "unauthorized")


async def test_the_week_from_the_journal(home: Home):
    page = await home.mother.get(f"/c/{home.maria}/week/2026-11-25")
    text = text_of(page)
    assert "Неделя 23–28 ноября" in page.h1
    assert "Алгебра" in text
    assert "08:30" in text, "by the school's clock"
    assert "№ 312, 315" in text
    assert "данные на 19:00" in text, "the age of the data, by the school's clock"
    assert page.html.count('class="lesson') >= 10


async def test_any_day_leads_to_its_week(home: Home):
    monday = await home.mother.get(f"/c/{home.maria}/week/2026-11-23")
    sunday = await home.mother.get(f"/c/{home.maria}/week/2026-11-29")
    assert monday.h1 == sunday.h1
    assert home.near.asked["diary"] == 1


@pytest.mark.parametrize(
    "day", ["9999-01-01", "1999-12-31", "2026-02-30", "20261125", "tomorrow", "2026-11-25T00"]
)
async def test_an_invalid_day_is_explained_in_words(home: Home, day: str):
    page = await home.mother.get(f"/c/{home.maria}/week/{day}")
    assert page.status == 400
    status, problem = await home.api(home.mother, f"/api/c/{home.maria}/week/{day}")
    assert (status, problem["status"]) == (400, 400)
    assert not home.near.asked


async def test_htmx_gets_the_part_that_changes(home: Home):
    path = f"/c/{home.maria}/week/2026-11-25"
    whole = await home.mother.get(path)
    async with home.mother.session.get(home.world.url + path, headers={"HX-Request": "true"}) as answer:
        part = await answer.text()
        assert answer.headers["vary"] == whole.headers["vary"] == "HX-Request,Accept-Encoding"
    title, _, section = part.partition("</title>")
    assert title.startswith("<title>Неделя 23–28 ноября")
    assert section.strip().startswith('<section class="block" id="week"')
    week, _, rest = section.strip().partition('<p id="status">')
    assert week.strip() in whole.html
    assert '<span id="age">данные на' in rest, "what stands elsewhere in the page is swapped with it"


async def test_a_silent_journal_without_a_copy(home: Home):
    home.near.fault, _ = FAULTS["500"]
    page = await home.mother.get(f"/c/{home.maria}/week/2026-11-25")
    assert page.status == 200
    assert "Нет данных" in text_of(page)
    status, answer = await home.api(home.mother, f"/api/c/{home.maria}/week/2026-11-25")
    assert status == 200
    assert answer["diary"] == {
        "state": "unavailable",
        "reason": "failed",
        "failed_at": "2026-11-23T09:00:00Z",
    }


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_copy_is_shown_with_its_age_and_why(home: Home, fault: str):
    path = f"/c/{home.maria}/week/2026-11-25"
    await home.mother.get(path)
    await home.age_copies(minutes=5)
    home.near.fault, reason = FAULTS[fault]
    page = await home.mother.get(f"{path}?wait=1")
    assert page.status == 200
    text = text_of(page)
    assert "№ 312, 315" in text
    assert "Нет данных с 19:00" in text
    assert "18:55" in text
    assert "копия" in text
    _, answer = await home.api(home.mother, f"/api{path}")
    assert answer["diary"]["state"] == "stale"
    assert answer["diary"]["reason"] in (reason, "slow")
    assert len(answer["diary"]["answer"]["lessons"]) == 10


async def test_today(home: Home):
    page = await home.mother.get(f"/c/{home.maria}/today")
    text = text_of(page)
    assert page.h1 == "Сегодня, понедельник, 23 ноября"
    assert "Уроки на сегодня закончились" in text
    assert "На завтра 1 задание, готово: 0" in text
    assert await home.mother.location_of(f"/c/{home.maria}") == f"/c/{home.maria}/today"


async def test_marks_are_new_until_the_next_visit(open_home: OpenHome):
    async with open_home() as home:
        path = f"/c/{home.maria}/today"
        home.world.clock.advance(timedelta(days=4))  # two marks were set on Thursday
        assert _new_marks(await home.mother.get(path)) == 2
        assert _new_marks(await home.mother.get(path)) == 2, "still the same visit"
        home.world.clock.advance(timedelta(days=1))
        assert _new_marks(await home.mother.get(path)) == 0
        assert _new_marks(await home.pupil.get(path)) == 2, "each account has its own visits"


async def test_all_children_and_a_dead_journal(home: Home):
    home.far.pause = 30
    page = await home.mother.get("/children")
    text = text_of(page)
    assert page.html.count("<section") == 3
    assert text.index("Мария") < text.index("Павел") < text.index("Вера")
    assert text.count("Нет данных") == 1
    assert "МСК+7" in text, "the children live by different clocks"
    status, answer = await home.api(home.mother, "/api/children")
    assert status == 200
    states = {child["child"]["first_name"]: child["diary"]["state"] for child in answer["children"]}
    assert states == {"Мария": "fresh", "Павел": "fresh", "Вера": "unavailable"}
    assert (await home.api(home.outsider, "/api/children"))[1] == {"children": []}


async def test_the_first_page_leads_home(home: Home):
    assert await home.mother.location_of("/") == "/children"
    assert await home.pupil.location_of("/") == f"/c/{home.maria}/today"
    async with home.world.browser() as signed_out:
        page = await signed_out.get("/")
    assert page.status == 200
    assert 'href="/enter"' in page.html


async def test_a_pupil_sees_the_own_diary_and_no_brother(home: Home):
    assert (await home.pupil.get(f"/c/{home.maria}/week")).status == 200
    assert (await home.pupil.get(f"/c/{home.pavel}/week")).status == 404


async def test_marks_of_a_period(home: Home):
    running = await home.mother.get(f"/c/{home.maria}/marks")
    assert "2 четверть" in text_of(running)
    first = text_of(await home.mother.get(f"/c/{home.maria}/marks?period=q1"))
    assert "Русский язык" in first
    assert "4,50" in first
    future = text_of(await home.mother.get(f"/c/{home.maria}/marks?period=q3"))
    assert "3 четверть" in future


async def test_a_school_without_periods_has_its_year(home: Home):
    page = await home.mother.get(f"/c/{home.vera}/marks")
    assert page.status == 200
    assert "2026/27" in text_of(page)
    assert home.far.asked["marks"] == 4, "the year is longer than a journal answers at once"


async def test_one_subject_and_what_if(home: Home):
    path = f"/c/{home.maria}/subjects/rus?period=q2"
    plain = await home.mother.get(path)
    assert plain.h1 == "Русский язык"
    assert "4,50" in text_of(plain)
    answered = await home.mother.get(f"{path}&value=5&weight=2")
    assert "4,63" in text_of(answered)


@pytest.mark.parametrize(
    "what_if",
    ["value=6&weight=1", "value=5&weight=0", "value=5&weight=nan", "value=x&weight=1", "value=5&weight=1e99"],
)
async def test_an_impossible_mark_is_explained_in_words(home: Home, what_if: str):
    assert (await home.mother.get(f"/c/{home.maria}/subjects/rus?{what_if}")).status == 400


async def test_a_subject_without_marks_has_its_name_from_the_timetable(home: Home):
    page = await home.mother.get(f"/c/{home.maria}/subjects/maths")
    assert (page.status, page.h1) == (200, "Алгебра")
    assert (await home.mother.get(f"/c/{home.maria}/subjects/nothing")).status == 404


async def test_a_subject_is_opened_in_the_period_of_its_lesson(home: Home):
    """On the first days of a quarter a subject of the quarter before may have neither marks nor lessons."""
    week = await home.mother.get(f"/c/{home.maria}/week/2026-10-14")
    (link, *_) = re.findall(rf'href="(/c/{home.maria}/subjects/maths[^"]*)"', week.html)
    home.near.asked.clear()
    page = await home.mother.get(link)
    assert (page.status, page.h1) == (200, "Алгебра")
    assert re.search(r"<option[^>]* selected>1 четверть<", page.html)
    assert home.near.asked["marks"] == 1
    assert (await home.mother.get(f"/c/{home.maria}/subjects/maths?day=2026-13-01")).status == 400


@pytest.mark.parametrize("address", CHILD_PAGES)
async def test_every_page_without_a_journal(home: Home, address: str):
    home.near.fault, _ = FAULTS["html"]
    answer = await home.mother.get(f"/c/{home.maria}/{address}")
    assert answer.status == 200
    assert "Нет данных" in text_of(answer)


async def test_every_opened_diary_is_in_the_audit(home: Home):
    before = await _lines(home)
    await home.mother.get(f"/c/{home.maria}/week/2026-11-25")
    await home.outsider.get(f"/c/{home.maria}/week/2026-11-25")
    await home.mother.get("/children")
    lines = (await _lines(home))[len(before) :]
    refused = [detail for relation, _, detail in lines if relation == "none"]
    lines = [line for line in lines if line[0] != "none"]
    assert refused == [
        {"page": "week", "from": "2026-11-23", "to": "2026-11-29", "child": str(home.maria)}
    ], "the outsider's attempt"
    assert sorted((detail["page"], person, relation) for relation, person, detail in lines) == [
        ("children", "maria", "guardian"),
        ("children", "pavel", "guardian"),
        ("children", "vera", "guardian"),
        ("week", "maria", "guardian"),
    ]
    assert lines[0][2] == {"page": "week", "from": "2026-11-23", "to": "2026-11-29"}


async def test_every_refusal_is_in_the_audit_once(home: Home):
    """Of those who have signed in: for a child of others, and for none that exists."""

    async def refusals() -> list[tuple[str, str]]:
        lines = [detail for relation, _, detail in await _lines(home) if relation == "none"]
        return [(detail["page"], detail["child"]) for detail in lines]

    before, nobody = len(await refusals()), uuid4()
    csrf = next(form.fields["csrf"] for form in (await home.outsider.get("/children")).forms)
    await home.outsider.get(f"/c/{home.maria}/today")
    await home.outsider.get(f"/c/{nobody}/marks")
    await home.api(home.outsider, f"/api/c/{home.pavel}/week/2026-11-25")
    await home.pupil.get(f"/c/{home.pavel}/homework")
    page = await home.outsider.post(f"/c/{home.maria}/homework/h1/done", {"csrf": csrf, "done": "1"})
    assert page.status == 404
    async with home.world.browser() as anonymous:
        await anonymous.get(f"/c/{home.maria}/today")
    await home.mother.get(f"/c/{home.maria}/today")
    assert (await refusals())[before:] == [
        ("today", str(home.maria)),
        ("marks", str(nobody)),
        ("week", str(home.pavel)),
        ("homework", str(home.pavel)),
        ("tick", str(home.maria)),
    ]


async def test_english(home: Home):
    async with home.mother.session.get(
        f"{home.world.url}/c/{home.maria}/week/2026-11-25", headers={"Accept-Language": "en"}
    ) as answer:
        html = await answer.text()
    assert '<html lang="en"' in html
    assert "Week of 23–28 November" in html


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("week/2026-11-25", 1),
        ("today", 2),
        ("homework", 1),
        ("marks", 4),
        ("subjects/rus", 3),
        ("subjects/maths", 4),
    ],
)
async def test_the_number_of_statements_of_a_page_from_a_copy(
    home: Home, statements: list[str], address: str, most: int
):
    path = f"/c/{home.maria}/{address}"
    await home.mother.get(path)
    statements.clear()
    await home.mother.get(path)
    assert len(statements) <= most, statements


async def test_the_number_of_statements_of_all_children(home: Home, statements: list[str]):
    await home.mother.get("/children")
    statements.clear()
    await home.mother.get("/children")
    assert len(statements) == 2, "opening with the copies of all children, the visit"


async def test_an_outsider_costs_what_a_child_that_does_not_exist_costs(home: Home, statements: list[str]):
    await home.outsider.get(f"/c/{home.maria}/week/2026-11-25")
    assert len(statements) == 2, "opening, the line about the refusal"
    refused = list(statements)
    statements.clear()
    await home.outsider.get(f"/c/{uuid4()}/week/2026-11-25")
    assert statements == refused


async def test_pages_opened_together_are_those_opened_alone(home: Home):
    """The mother's, the outsider's and another child's in the same statements: nobody gets another's."""
    mine, strangers = f"/c/{home.maria}/week/2026-11-25", f"/c/{uuid4()}/week/2026-11-25"
    alone = text_of(await home.mother.get(mine))
    asked = [home.mother.get(mine), home.outsider.get(mine), home.mother.get(strangers)] * 20
    pages = await asyncio.gather(*asked)
    assert {page.status for page in pages[0::3]} == {200}
    assert {text_of(page) for page in pages[0::3]} == {alone}
    assert {page.status for page in pages[1::3]} == {404}
    assert {page.status for page in pages[2::3]} == {404}


async def test_many_equal_pages_are_one_call(home: Home):
    home.near.pause = 0.1
    pages = await asyncio.gather(*(home.mother.get(f"/c/{home.maria}/week/2026-11-25") for _ in range(8)))
    assert {page.status for page in pages} == {200}
    assert home.near.asked["diary"] == 1


def _without_address(html: str) -> str:
    return re.sub(r'data-now="[^"]*"|/c(?:/|%2F)[^"]*"', "", html)


def _new_marks(page) -> int:
    block = page.html.partition('id="new-marks"')[2].partition("</section>")[0]
    return block.count("<li>")


async def _lines(home: Home) -> list[tuple]:
    return await home.statements_of(
        "SELECT actor_relation, person_id, detail FROM audit.lines"
        " WHERE starts_with(action, 'diary.') ORDER BY id"
    )
