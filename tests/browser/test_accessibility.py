"""Every page in a browser: axe-core finds nothing, nothing scrolls sideways, the focus is visible."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from playwright.async_api import Page

from myedu.demo.people import MOTHER
from tests.browser.checks import axe, lost_focus, sideways, too_small
from tests.browser.conftest import DESKTOP, PHONE, Town, Visit, Visitor

pytestmark = pytest.mark.browser

UNKNOWN_CHILD = UUID(int=0)
PAGES: dict[str, Callable[[Town], str]] = {
    "children": lambda town: "/children",
    "today": lambda town: f"{town.child('Павел')}/today",
    "week": lambda town: f"{town.child('Павел')}/week/2026-11-24",
    "week of «Сетевой город»": lambda town: f"{town.child('Мария')}/week/2026-11-24",
    "marks": lambda town: f"{town.child('Павел')}/marks",
    "subject": lambda town: f"{town.child('Павел')}/subjects/s1-subject-6",
    "homework": lambda town: f"{town.child('Павел')}/homework",
    "view": lambda town: "/view",
    "sessions": lambda town: "/sessions",
    "404": lambda town: f"/c/{UNKNOWN_CHILD}/today",
    "unavailable": lambda town: f"{town.child('Вера')}/week/2026-10-05",
    "stale": lambda town: f"{town.child('Вера')}/week/2026-11-24",
}
SCHEMES = ("dark", "hc-dark", "hc-light", "blue")
BUSY_PAGES = ("children", "today", "week", "marks", "subject", "homework")
"""Those with every tone of a mark, a tag and a banner."""


@asynccontextmanager
async def a_dead_journal(town: Town, mother: Visitor) -> AsyncIterator[None]:
    """Вера's journal has stopped answering; this week was opened five minutes ago."""
    await mother.open(PAGES["stale"](town))
    await town.age_copies()
    async with town.silent("journal-14"):
        yield


async def _problems(page: Page) -> list[str]:
    return [*await axe(page), *await too_small(page), *await sideways(page)]


async def _problems_everywhere(town: Town, mother: Visitor, names: tuple[str, ...]) -> dict[str, list[str]]:
    async with a_dead_journal(town, mother):
        found = {name: await _problems(await mother.open(PAGES[name](town))) for name in names}
    return {name: problems for name, problems in found.items() if problems}


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_every_page(town: Town, visit: Visit, viewport: dict[str, int]):
    mother = await visit(MOTHER, viewport=viewport)
    assert await _problems_everywhere(town, mother, tuple(PAGES)) == {}


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_the_landing_page(visit: Visit, viewport: dict[str, int]):
    visitor = await visit(viewport=viewport)
    assert await _problems(await visitor.open("/")) == []


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_every_scheme(town: Town, visit: Visit, scheme: str):
    mother = await visit(MOTHER, look=f"{scheme}.100.0")
    assert await _problems_everywhere(town, mother, (*BUSY_PAGES, "unavailable", "stale")) == {}
    assert await mother.page.get_attribute("html", "data-theme") == scheme


async def test_the_dark_scheme_of_the_device(town: Town, visit: Visit):
    mother = await visit(MOTHER, color_scheme="dark")
    page = await mother.open(PAGES["week"](town))
    assert await axe(page) == []
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 22, 32)"


@pytest.mark.parametrize(
    ("width", "look"),
    [(320, ""), (320, ".200.0"), (390, ".200.0"), (390, ".200.1"), (1280, ".200.0"), (1280, ".200.1")],
    ids=["320", "320 at 200 %", "390 at 200 %", "390 at 200 %, wide", "1280 at 200 %", "1280 at 200 %, wide"],
)
async def test_nothing_scrolls_sideways(town: Town, visit: Visit, width: int, look: str):
    mother = await visit(MOTHER, look=look, viewport={"width": width, "height": 800})
    async with a_dead_journal(town, mother):
        found = {name: await sideways(await mother.open(path(town))) for name, path in PAGES.items()}
    assert {name: wider for name, wider in found.items() if wider} == {}


async def test_axe_at_200_per_cent(town: Town, visit: Visit):
    mother = await visit(MOTHER, look=".200.0", viewport=DESKTOP)
    assert await _problems_everywhere(town, mother, BUSY_PAGES) == {}


@pytest.mark.parametrize("look", ["", "dark.100.0", ".200.0"], ids=["light", "dark", "200 %"])
async def test_the_focus_is_visible_and_not_covered(town: Town, visit: Visit, look: str):
    mother = await visit(MOTHER, look=look)
    for name in ("children", "today", "week", "subject", "view"):
        assert await lost_focus(await mother.open(PAGES[name](town))) == [], name


async def test_the_first_stop_leads_to_the_content(town: Town, visit: Visit):
    mother = await visit(MOTHER)
    page = await mother.open(PAGES["week"](town))
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"


async def test_forced_colours_keep_marks_distinguishable(town: Town, visit: Visit):
    mother = await visit(MOTHER, forced_colors="active")
    page = await mother.open(PAGES["marks"](town))
    borders = await page.eval_on_selector_all(
        ".mark", "marks => marks.map(mark => getComputedStyle(mark).borderTopStyle)"
    )
    assert borders
    assert "none" not in borders
