"""A head confirms a teacher while the teacher waits; every page of it in a browser."""

from urllib.parse import urlencode

import psycopg
import pytest
from playwright.async_api import Page

from myedu.demo.people import HEAD, PHYSICIST, SCHOOL, TEACHER
from tests.browser.checks import axe, sideways, too_small
from tests.browser.conftest import DESKTOP, PHONE, Town, Visit, Visitor

pytestmark = pytest.mark.browser

SYSTEM, SNILS = "journal-16", "16013959652"
STAFF = "/school/staff"


async def problems(page: Page) -> list[str]:
    return [*await axe(page), *await too_small(page), *await sideways(page)]


@pytest.fixture
async def post(town: Town) -> str:
    """The teacher's post, whose school its head has confirmed and whose staff nobody has."""
    async with await psycopg.AsyncConnection.connect(town.database_url) as conn:
        found = await conn.execute(
            "SELECT staff_id, organization_id FROM people.posts WHERE snils = %s AND NOT archived", [SNILS]
        )
        staff_id, school = (await found.fetchall())[0]
        await conn.execute(
            "INSERT INTO people.verified_organizations VALUES ('16', %s, %s, %s, now(), gen_random_uuid())"
            " ON CONFLICT DO NOTHING",
            [SYSTEM, school, str(SCHOOL)],
        )
        await conn.execute("DELETE FROM people.verified_staff")
        await conn.execute("DELETE FROM verification.staff_declined")
    return str(staff_id)


async def acting_head(town: Town, visit: Visit, **options: object) -> Visitor:
    head = await visit(None, **options)
    await head.enter(HEAD)
    await head.open(f"/enter?organization={SCHOOL}&next=%2Fsessions")
    await head.page.click(f'button[name="oid"][value="{HEAD}"]')
    await head.page.wait_for_url(f"{town.portal}/**")
    return head


@pytest.mark.parametrize(
    ("viewport", "look"),
    [(PHONE, ""), (DESKTOP, ""), (PHONE, "dark.100.0"), (DESKTOP, "hc-dark.200.0")],
    ids=["phone", "desktop", "phone, dark", "desktop, contrast, 200 %"],
)
async def test_a_head_confirms_while_the_teacher_waits(
    town: Town, visit: Visit, post: str, viewport: dict[str, int], look: str
) -> None:
    physicist = await visit(None, viewport=viewport, look=look)
    await physicist.enter(PHYSICIST)
    teacher = await visit(None, viewport=viewport, look=look)
    await teacher.enter(TEACHER)
    assert teacher.page.url.endswith("/staff/posts")
    assert await problems(teacher.page) == []
    head = await acting_head(town, visit, viewport=viewport, look=look)
    key = urlencode({"system": SYSTEM, "post": post})
    for path in (STAFF, f"{STAFF}?state=waiting", f"{STAFF}/decline?{key}", f"{STAFF}/confirm-all"):
        assert await problems(await head.open(path)) == [], path
    page = await head.open(f"{STAFF}/confirm?{key}")
    assert await problems(page) == []
    await page.click("main button:has-text('Да, подтвердить')")
    assert "подтверждён" in await page.inner_text("main")
    await teacher.open("/")
    assert teacher.page.url.endswith("/staff/day")
