"""/pilot: the operator's first page, a region's page and card."""

import csv
import io
from datetime import timedelta

import pytest

from myedu.portal.pilot.service import count_day
from tests.portal.conftest import NOON
from tests.portal.pilot.conftest import (
    AUTHORITY,
    HEAD,
    MOTHER,
    OFFICER,
    OPERATOR,
    TEACHER,
    PilotPortal,
    applied,
    judged,
)

PAGES = (
    "/pilot",
    "/pilot/25",
    "/pilot/25/schools",
    "/pilot/25/teachers",
    "/pilot/25/card",
    "/pilot/25/contacts",
)
FILES = ("/pilot/25/schools.csv", "/pilot/25/teachers.csv")


async def test_the_pilot_is_the_operators_home_with_all_ten_regions(pilot: PilotPortal) -> None:
    async with pilot.world.signed_in(OPERATOR) as (browser, page):
        assert page.h1 == "Пилот"
        assert page.url.endswith("/pilot")
        assert page.html.count('<th scope="row">') == 10
        assert "Республика Саха (Якутия)" in page.html
        assert "2 школы без учётной записи ЕСИА" in page.html
        assert "отчёта о соответствии нет" in page.html
        assert "1 из 3" in page.html
        found = await browser.get("/pilot?q=примор")
        assert found.html.count('<th scope="row">') == 1
        assert "Ни в одном названии" in (await browser.get("/pilot?q=%3Cb%3E")).html


async def test_a_region_that_needs_a_deed_says_why(pilot: PilotPortal) -> None:
    await applied(pilot, days_ago=3)
    await judged(pilot, passed=False)
    async with pilot.world.signed_in(OPERATOR) as (browser, page):
        attention = page.html[page.html.index("Требуют действия") : page.html.index("Все регионы")]
        assert "нет выгрузки 3 дня" in attention
        assert "отчёт о соответствии не пройден" in attention
        assert "Республика Татарстан" not in attention  # it hasn't begun
        region = await browser.get("/pilot/25")
        assert region.h1 == "Приморский край"
        assert "Asia/Vladivostok" in region.html
        assert "не пройден 22.11.2026" in region.html


async def test_a_ready_region_needs_nothing(pilot: PilotPortal) -> None:
    await applied(pilot, days_ago=0, system="r14-a")
    await judged(pilot, passed=True, system="r14-a")
    await pilot.run("UPDATE pilot.regions SET state = 'connected', authority_oids = '{1}' WHERE code = '14'")
    async with pilot.world.signed_in(OPERATOR) as (browser, _):
        assert "Действий не требуется" in (await browser.get("/pilot/14")).html


async def test_the_trend_is_what_the_nights_have_counted(pilot: PilotPortal) -> None:
    for day in range(3):
        pilot.world.clock.set(NOON.replace(day=20 + day))
        assert await count_day(pilot.database, pilot.world.clock.now()) == 10
    pilot.world.clock.set(NOON)
    assert await pilot.run("SELECT count(*) FROM pilot.readiness_days") == [(30,)]
    async with pilot.world.signed_in(OPERATOR) as (browser, page):
        assert 'aria-label="с 33 % до 33 % за дней: 4"' in page.html
        assert "20.11.2026" in (await browser.get("/pilot/25")).html


async def test_posts_are_counted_once_a_minute_and_the_page_says_when(pilot: PilotPortal) -> None:
    state = "UPDATE verification.staff_matches SET state = %s"
    async with pilot.world.signed_in(OPERATOR) as (browser, page):
        assert "1 сотрудник не подтверждён" in page.html
        await pilot.run(state, "verified")
        pilot.world.clock.advance(timedelta(seconds=59))
        again = await browser.get("/pilot")
        assert "1 сотрудник не подтверждён" in again.html
        assert "Сосчитано 23.11.2026 12:00" in again.html
        assert "сотрудник не подтверждён" not in (await browser.get("/pilot/25")).html
        pilot.world.clock.advance(timedelta(seconds=2))
        assert "сотрудник не подтверждён" not in (await browser.get("/pilot")).html
    await pilot.run(state, "waiting")


async def test_the_card_is_edited_and_the_audit_says_so(pilot: PilotPortal) -> None:
    async with pilot.world.signed_in(OPERATOR) as (browser, _):
        page = await browser.get("/pilot/25/card")
        form = next(one for one in page.forms if one.action == "/pilot/25/card")
        fields = {**form.fields, "state": "connected", "notes": "Ждём <школы>"}
        done = await browser.post("/pilot/25/card", {**fields, "joined_on": "2026-12-01", "export_days": "2"})
        assert done.url.endswith("/pilot/25")
        assert "01.12.2026" in done.html
        assert "Ждём &lt;школы&gt;" in done.html
        wrong = await browser.post("/pilot/25/card", {**fields, "joined_on": "завтра", "export_days": "1"})
        assert (wrong.status, "Такой даты нет" in wrong.html) == (422, True)
        assert 'value="завтра"' in wrong.html
        assert (
            await browser.post("/pilot/25/card", {**fields, "csrf": "", "export_days": "1"})
        ).status == 403
    lines = await pilot.run(
        "SELECT actor_relation, detail ->> 'fields' FROM audit.lines WHERE action = 'region.change'"
    )
    assert lines[-1] == ("operator", "state,joined_on,export_days,notes")
    assert await pilot.run("SELECT authority_oids FROM pilot.regions WHERE code = '25'") == [([AUTHORITY],)]


@pytest.mark.parametrize("path", FILES)
async def test_who_is_missing_is_a_file_for_a_spreadsheet(pilot: PilotPortal, path: str) -> None:
    async with pilot.world.signed_in(OPERATOR) as (browser, _):
        answer = await browser.session.get(f"{pilot.world.url}{path}")
        raw = await answer.read()
    assert answer.headers["content-type"].startswith("text/csv")
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    if "schools" in path:
        assert [row[0] for row in rows] == ["Школа", '\'=HYPERLINK("http://bad.example")', "Школа № 2"]
        assert rows[2][6] == "'+7 423 200-00-00"
    else:
        assert rows[1][4:6] == ["Орлова", "Тамара"]
        assert "not-signed-in" in rows[1]
    lines = await pilot.run(
        "SELECT region, detail ->> 'page' FROM audit.lines WHERE action = 'operator.read'"
    )
    assert ("25", path.rpartition("/")[2]) in lines


@pytest.mark.parametrize("oid", [MOTHER, TEACHER, HEAD, OFFICER])
async def test_for_others_nothing_is_here(pilot: PilotPortal, oid: int) -> None:
    async with pilot.world.signed_in(oid) as (browser, _):
        for path in (*PAGES, *FILES):
            assert (await browser.get(path)).status == 404, path
        assert (await browser.post("/pilot/25/card", {})).status == 404
        assert (await browser.post("/pilot/25/contacts", {})).status == 404
    async with pilot.world.browser() as browser:
        assert (await browser.location_of("/pilot")).startswith("/enter?")


async def test_a_region_that_is_none_is_nothing(pilot: PilotPortal) -> None:
    async with pilot.world.signed_in(OPERATOR) as (browser, _):
        for path in ("/pilot/77", "/pilot/77/schools.csv", "/pilot/%00", "/pilot/25/contacts/7"):
            assert (await browser.get(path)).status in (400, 404, 405), path
