"""Each check finds its mistake in a page that has it."""

import pytest
from playwright.async_api import Browser

from tests.browser.checks import axe, lost_focus, sideways, too_small
from tests.browser.conftest import PHONE, Town, Visit

pytestmark = pytest.mark.browser

BAD = """<!doctype html><html lang="ru"><title>Плохо</title><body><main><h1>Плохо</h1>
<p style="color: #aaa">Бледно</p><img src="data:,"><button style="width: 12px; height: 12px">×</button>
<a href="/" style="outline: none">Без рамки</a><div style="width: 900px">Широко</div>
<div style="position: relative"><a href="/x">Под доской</a>
<div style="position: absolute; inset: -9px; background: #fff"></div></div></main>"""


async def test_a_page_with_every_mistake(chromium: Browser):
    context = await chromium.new_context(viewport=PHONE)
    page = await context.new_page()
    await page.set_content(BAD)
    assert {problem.partition(":")[0] for problem in await axe(page)} >= {"color-contrast", "image-alt"}
    assert any("<button" in problem for problem in await too_small(page))
    assert any("Широко" in problem for problem in await sideways(page))
    focus = await lost_focus(page)
    assert any(problem.startswith("no ring") and "Без рамки" in problem for problem in focus)
    assert any(problem.startswith("covered") and "Под доской" in problem for problem in focus)
    await context.close()


async def test_a_violation_of_the_policy_is_noticed(town: Town, visit: Visit):
    visitor = await visit()
    page = await visitor.open("/")
    await page.evaluate(
        "document.head.append(Object.assign(document.createElement('style'), {textContent: 'p{}'}))"
    )
    await page.evaluate("console.error('own')")
    assert any("style-src" in complaint for complaint in visitor.complaints)
    assert "own" in visitor.complaints
    visitor.complaints.clear()
