"""A family whose diary is not found: asks, is answered, and finds it after the journal's next export."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from playwright.async_api import Page

from myedu.demo.people import OUTSIDER, SCHOOL
from myedu.journal.exports import export
from myedu.kit.db import Database
from myedu.portal.exports import service as exports
from myedu.portal.exports.models import LoadContext
from tests.browser.checks import axe, lost_focus, sideways, too_small
from tests.browser.conftest import DESKTOP, PHONE, Town, Visit, Visitor

pytestmark = pytest.mark.browser

HEAD, OPERATOR = 1000300012, 1000300009
SYSTEM, TIMUR, ALINA = "journal-16", "16017919155", "16017127223"
OPEN_PAGES = ("/", "/schools", "/schools?q=школа", "/help/diary-not-found")


async def problems(page: Page) -> list[str]:
    lost = [stop for stop in await lost_focus(page) if not stop.startswith('covered: <div class="scroll"')]
    return [*await axe(page), *await too_small(page), *await sideways(page), *lost]


async def checked(visitor: Visitor, name: str) -> None:
    """The page that is open is a good one; with MYEDU_PICTURES its picture is kept there."""
    if folder := os.environ.get("MYEDU_PICTURES"):
        width = (visitor.page.viewport_size or PHONE)["width"]
        await visitor.page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    assert await problems(visitor.page) == [], name


async def next_export(town: Town, folder: Path, minutes: int) -> None:
    """What the journal has now comes with a package, as every night."""
    manifest = export(
        town.journals[SYSTEM],
        folder,
        created_at=town.clock.now() + timedelta(seconds=minutes),
        export_id=uuid4(),
    )
    database = await Database.open(town.database_url, max_size=2)
    try:
        context = LoadContext(database, town.clock, folder / "spool")
        report = await exports.load_folder(context, SYSTEM, folder / str(manifest.export_id))
        assert report.state == "applied", report
    finally:
        await database.close()


def in_journal(town: Town, statement: str) -> None:
    with psycopg.connect(town.journals[SYSTEM]) as conn:
        conn.execute(statement)


@pytest.fixture
async def school(town: Town) -> str:
    """The school of Timur, confirmed by its head; its name."""
    async with await psycopg.AsyncConnection.connect(town.database_url) as conn:
        found = await conn.execute(
            "SELECT school.id, coalesce(school.short_name, school.name) FROM people.persons kid"
            " JOIN people.enrollments studies ON (studies.region, studies.system_id, studies.person_id)"
            "   = (kid.region, kid.system_id, kid.id)"
            " JOIN people.organizations school ON (school.region, school.system_id, school.id)"
            "   = (studies.region, studies.system_id, studies.organization_id) WHERE kid.snils = %s",
            [TIMUR],
        )
        id, name = (await found.fetchall())[0]
        await conn.execute(
            "INSERT INTO people.verified_organizations VALUES ('16', %s, %s, %s, now(), gen_random_uuid())"
            " ON CONFLICT DO NOTHING",
            [SYSTEM, id, str(SCHOOL)],
        )
        await conn.execute("DELETE FROM access_requests.requests")
    return str(name)


async def ask(mother: Visitor, school: str) -> None:
    page = mother.page
    await mother.open("/children")
    await page.click("main a[href='/children/missing']")
    await checked(mother, "missing")
    await page.click("main a[href='/children/missing/ask?child=kid-1']")
    await page.fill("#q", school)
    await page.press("#q", "Enter")
    await checked(mother, "search")
    await page.click(f"main li a[href*='system={SYSTEM}']")
    await page.fill("#class_name", "5 «А»")
    await page.fill("#comment", "Дочь соседей дневник видит, а я нет.")
    await checked(mother, "ask")
    await page.click("text=Отправить")
    await checked(mother, "sent")


async def answer(head: Visitor) -> None:
    page = head.page
    await head.open("/school/requests")
    await checked(head, "school-list")
    await page.click("main li a")
    await checked(head, "school-request")
    await page.check("input[value=fixed]")
    await page.fill("#words", "Вписали СНИЛС, завтра дневник появится.")
    await page.click("main button:has-text('Отправить')")
    await checked(head, "answered")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_a_diary_is_found_while_one_watches(
    town: Town, visit: Visit, school: str, viewport: dict[str, int], tmp_path: Path
) -> None:
    # The journal lost the SNILS of mother and son, as journals do.
    lose = f"UPDATE journal.persons SET snils = NULL, esia_oid = NULL WHERE snils IN ('{TIMUR}', '{ALINA}')"
    with psycopg.connect(town.journals[SYSTEM]) as conn:
        before = conn.execute(
            "SELECT id, snils, esia_oid FROM journal.persons WHERE snils = ANY(%s)", [[TIMUR, ALINA]]
        ).fetchall()
    seconds = 1 if viewport == PHONE else 3
    in_journal(town, lose)
    try:
        await next_export(town, tmp_path, seconds)
        mother = await visit(OUTSIDER, viewport=viewport)
        await ask(mother, school)
        head = await visit(None, viewport=viewport)
        await head.enter(HEAD)
        await head.open(f"/enter?organization={SCHOOL}&next=%2Fsessions")
        await head.page.click(f'button[name="oid"][value="{HEAD}"]')
        await head.page.wait_for_url(f"{town.portal}/**")
        await answer(head)
    finally:
        with psycopg.connect(town.journals[SYSTEM]) as conn:
            for id, snils, oid in before:
                conn.execute(
                    "UPDATE journal.persons SET snils = %s, esia_oid = %s WHERE id = %s", [snils, oid, id]
                )
        await next_export(town, tmp_path, seconds + 1)
    await mother.page.reload()
    await checked(mother, "found")
    await mother.page.click("main a:has-text('Открыть дневник')")
    assert "/c/" in mother.page.url
    await mother.open("/children")
    assert "Тимур" in await mother.page.inner_text("main")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("look", ["", "dark.100.0", ".200.0"], ids=["light", "dark", "200 %"])
async def test_open_pages_and_the_operators(
    town: Town, visit: Visit, viewport: dict[str, int], look: str
) -> None:
    anonymous = await visit(None, viewport=viewport, look=look)
    for number, path in enumerate(OPEN_PAGES):
        await anonymous.open(path)
        await checked(anonymous, f"open-{number}{look}")
    operator = await visit(OPERATOR, viewport=viewport, look=look)
    await operator.open("/operator/requests")
    await checked(operator, f"operator{look}")
    await operator.open("/children/missing")
    await checked(operator, f"missing-operator{look}")
    await operator.open("/children/missing/ask?child=other&region=25&system=netschool-25&organization=1")
    await checked(operator, f"ask-other{look}")
