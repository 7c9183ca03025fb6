"""The demo and the pilot: a confirmed school, one that waits, a teacher whose name differs, a lost diary."""

import re
from urllib.parse import urlencode

from myedu.demo import people
from myedu.kit.web.forms import FIELD, csrf_token
from myedu.portal.signed_in import SESSION_COOKIE
from tests.demo.conftest import RunningDemo, text_of, until
from tests.portal.browser import Browser, Page

MISSING, ASK = "/children/missing", "/children/missing/ask"


async def act_for(browser: Browser, oid: int, organisation: int) -> Page:
    """Sign in for an organisation; the head's first page."""
    page = await browser.get(f"/enter?organization={organisation}&next=%2Fschool")
    return await browser.press(page, action="/login", button=("oid", str(oid)))


async def test_the_head_has_confirmed_the_school_and_its_staff(demo: RunningDemo) -> None:
    async with demo.signed_in(people.HEAD) as (head, _):
        page = await act_for(head, people.HEAD, people.SCHOOL)
        assert "СОШ № 5" in text_of(page)
        staff = text_of(await head.get("/school/staff"))
        assert "Орлова Тамара" in staff
        differing = text_of(await head.get("/school/staff?state=differing"))
        assert "Стрежов" in differing
        assert "Стрижов" in differing


async def test_the_teacher_of_the_confirmed_school_has_a_day(demo: RunningDemo) -> None:
    async with demo.signed_in(people.TEACHER) as (_, page):
        assert page.h1.startswith("Мой день")
    async with demo.signed_in(people.PHYSICIST) as (_, page):
        assert not page.h1.startswith("Мой день")
        assert "/children" not in page.url, "who waits reads why"


async def test_another_school_waits_for_its_head(demo: RunningDemo) -> None:
    async with demo.signed_in(people.WAITING_HEAD) as (head, _):
        page = await act_for(head, people.WAITING_HEAD, people.WAITING_SCHOOL)
        assert [form.action for form in page.forms if form.action == "/school/confirm"]
    async with demo.signed_in(people.TEACHER) as (outsider, _):
        assert (await outsider.get("/school")).status == 404


async def test_a_diary_that_was_not_found_is_found(demo: RunningDemo) -> None:
    school = {"region": people.SCHOOL_REGION, "system": "journal-16", "organization": "school-1"}
    async with demo.signed_in(people.SEEKING_FATHER) as (father, page):
        assert f'href="{MISSING}"' in page.html
        assert "По этому СНИЛС портал не находит дневника" in text_of(await father.get(MISSING))
        form = await father.get(f"{ASK}?{urlencode({'child': 'kid-1', **school})}")
        sent = await father.press(form, action=ASK)
        assert "Отправлено" in text_of(sent)
        async with demo.signed_in(people.HEAD) as (head, _):
            await act_for(head, people.HEAD, people.SCHOOL)
            found = re.search(
                r'href="(/school/requests/[-0-9a-f]{36})"', (await head.get("/school/requests")).html
            )
            assert found
            assert "Зимородкова Софья" in text_of(await head.get(found[1]))
            token = csrf_token(head.cookie(SESSION_COOKIE) or "")
            answer = {FIELD: token, "answer": "fixed", "words": "Исправили СНИЛС."}
            await head.post(f"{found[1]}/answer", answer)

        async def shown() -> bool:
            return "Софья" in text_of(await father.get("/children"))

        # The secretary corrects the journal, which exports; the portal pulls.
        assert await until(shown)
        assert "Дневник найден" in text_of(await father.get(sent.url))


async def test_the_operator_sees_ten_regions_and_the_officer_one(demo: RunningDemo) -> None:
    async with demo.signed_in(people.OPERATOR_PERSON) as (operator, page):
        text = text_of(page)
        assert page.url.endswith("/pilot")
        for region in ("Приморский край", "Республика Татарстан", "Калининградская область"):
            assert region in text
        assert (await operator.get("/pilot/39")).status == 200
    async with demo.signed_in(people.OFFICER) as (officer, page):
        assert page.url.endswith("/region/25")
        assert "Приморский край" in text_of(page)
        assert "Республика Татарстан" not in text_of(page)
        assert (await officer.get("/pilot")).status == 404
        assert (await officer.get("/region/16")).status == 404
