"""A head finds the school, confirms it and invites the staff; every page of it in a browser."""

import psycopg
import pytest
from playwright.async_api import Page

from myedu.demo.people import HEAD, SCHOOL
from tests.browser.checks import axe, sideways, too_small
from tests.browser.conftest import DESKTOP, PHONE, Town, Visit
from tests.browser.test_staff import acting_head

pytestmark = pytest.mark.browser

OPERATOR = 1000300009


async def problems(page: Page) -> list[str]:
    return [*await axe(page), *await too_small(page), *await sideways(page)]


@pytest.mark.parametrize(
    ("viewport", "look"),
    [(PHONE, ""), (DESKTOP, ""), (PHONE, "dark.100.0"), (DESKTOP, "hc-dark.200.0")],
    ids=["phone", "desktop", "phone, dark", "desktop, contrast, 200 %"],
)
async def test_a_head_finds_and_confirms_the_school(
    town: Town, visit: Visit, viewport: dict[str, int], look: str
) -> None:
    async with await psycopg.AsyncConnection.connect(town.database_url) as conn:
        await conn.execute("DELETE FROM people.verified_organizations WHERE esia_oid = %s", [str(SCHOOL)])
    private = await visit(None, viewport=viewport, look=look)
    await private.enter(HEAD)
    assert await problems(await private.open("/enter/organization")) == []
    head = await acting_head(town, visit, viewport=viewport, look=look)
    page = await head.open("/school")
    assert await problems(page) == []
    await page.click("main button:has-text('Это моя школа')")
    assert "Школа подтверждена" in await page.inner_text("main")
    for path in ("/school", "/school/invitation"):
        assert await problems(await head.open(path)) == [], path
    operator = await visit(None, viewport=viewport, look=look)
    await operator.enter(OPERATOR)
    assert await problems(await operator.open("/operator/schools")) == []
