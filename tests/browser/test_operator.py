"""The operator's pages in a browser: as accessible as the families'."""

import pytest
from playwright.async_api import Page

from myedu.demo.people import MOTHER
from tests.browser.checks import axe, lost_focus, sideways, too_small
from tests.browser.conftest import DESKTOP, PHONE, Town, Visit, Visitor

pytestmark = pytest.mark.browser

OPERATOR = 1000300009
PACKAGES, JOURNALS = "/operator/packages", "/operator/journals"
RUNBOOKS = ("/operator/runbooks", "/operator/runbooks/region-down", "/operator/runbooks/connect-region")

COVERED = ('covered: <div class="scroll"', 'covered: <pre class="scroll"')


async def _problems(page: Page) -> list[str]:
    # A scrolling table takes the focus itself. If it is higher than the screen, the bar covers a part of it,
    # which WCAG 2.4.11 allows.
    lost = [stop for stop in await lost_focus(page) if not stop.startswith(COVERED)]
    return [*await axe(page), *await too_small(page), *await sideways(page), *lost]


async def _every_page(town: Town, operator: Visitor) -> dict[str, list[str]]:
    packages = await operator.open(PACKAGES)
    package = await packages.locator("main a[href^='/operator/packages/']").first.get_attribute("href")
    assert package
    journals = await operator.open(JOURNALS)
    journal = await journals.locator("main th a").first.get_attribute("href")
    assert journal
    pages = (PACKAGES, package, JOURNALS, journal, f"{journal}?span=month", f"{journal}/pause", *RUNBOOKS)
    found = {path: await _problems(await operator.open(path)) for path in pages}
    return {path: problems for path, problems in found.items() if problems}


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("look", ["", "dark.100.0", ".200.0"], ids=["light", "dark", "200 %"])
async def test_every_page(town: Town, visit: Visit, viewport: dict[str, int], look: str):
    mother = await visit(MOTHER)
    await mother.open("/children")  # so that the journals are called
    operator = await visit(OPERATOR, viewport=viewport, look=look)
    assert await _every_page(town, operator) == {}
