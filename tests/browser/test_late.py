"""A late journal in a browser: the copy at once, then the answer in its place."""

import re

import pytest
from playwright.async_api import expect

from myedu.demo.people import MOTHER
from tests.browser.checks import axe
from tests.browser.conftest import DESKTOP, PHONE, Town, Visit

pytestmark = pytest.mark.browser

JOURNAL = "journal-14"
LATE, SILENT = re.compile("журнал школы ещё отвечает"), re.compile("Нет данных с")


def week(town: Town) -> str:
    return f"{town.child('Вера')}/week/2026-11-24"


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_the_answer_takes_the_place_of_the_copy(town: Town, visit: Visit, viewport: dict[str, int]):
    mother = await visit(MOTHER, viewport=viewport)
    await mother.open(week(town))
    await town.age_copies()
    async with town.late(JOURNAL) as let_go:
        page = await mother.open(week(town))
        await expect(page.locator("#stale")).to_have_text(LATE)
        assert await axe(page) == []
        await page.focus("#following")
        await page.evaluate("scrollTo(0, 200)")
        await let_go()
        await expect(page.locator("#stale")).to_have_count(0)
    await expect(page.locator("#status")).to_have_text(re.compile("Обновлено: "))
    assert await page.evaluate("document.activeElement.id") == "following", "the focus stays"
    assert page.url.endswith("/week/2026-11-24"), "the address is still the page's own"
    assert await page.locator("h1").count() == 1
    assert await axe(page) == []


async def test_a_card_waits_alone(town: Town, visit: Visit):
    mother = await visit(MOTHER)
    await mother.open("/children")
    await town.age_copies()
    async with town.late(JOURNAL) as let_go:
        page = await mother.open("/children")
        late = page.locator(".card .banner")
        await expect(late).to_have_count(1)
        await expect(late).to_have_text(LATE)
        await let_go()
        await expect(late).to_have_count(0)
    assert await page.locator(".card").count() == 3


async def test_a_journal_that_never_answers_is_reported_once(town: Town, visit: Visit):
    mother = await visit(MOTHER)
    await mother.open(week(town))
    await town.age_copies()
    async with town.late(JOURNAL):
        page = await mother.open(week(town))
        await expect(page.locator("#stale")).to_have_text(SILENT, timeout=15_000)
        assert await page.locator("#stale[hx-get]").count() == 0, "it doesn't request itself forever"
        assert await page.locator("#status").text_content() == ""


async def test_without_javascript_a_link_waits(town: Town, visit: Visit):
    mother = await visit(MOTHER, java_script_enabled=False)
    await mother.open(week(town))
    await town.age_copies()
    async with town.late(JOURNAL) as let_go:
        page = await mother.open(week(town))
        await expect(page.locator("#stale")).to_have_text(LATE)
        await let_go()
        await page.click("#stale a")
    await expect(page.locator("#stale")).to_have_count(0)
    await expect(page.locator("#status")).to_have_text(re.compile("Обновлено: "))
