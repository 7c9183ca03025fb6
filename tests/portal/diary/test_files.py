"""Attachments: a viewer of the child may fetch files that the journal has shown of it, and no others."""

from tests.portal.browser import Browser
from tests.portal.diary.conftest import Home, OpenHome, text_of
from tests.portal.journal import FAULTS

SHOWN = '"text":"№ 312, 315"'
WITH_FILE = SHOWN + ',"attachments":[{"id":"plan.pdf","name":"План урока.pdf"}]'


async def _link(home: Home, browser: Browser | None = None, file: str = "plan.pdf") -> int | str:
    """Where the attachment is redirected to; the status if it isn't."""
    browser = browser or home.mother
    address = f"{home.world.url}/c/{home.maria}/files/{file}"
    async with browser.session.get(address, allow_redirects=False) as answer:
        return answer.headers.get("location") or answer.status


async def test_an_attachment_opens_by_the_journals_short_link(open_home: OpenHome):
    async with open_home() as home:
        await home.mother.get(f"/c/{home.maria}/week/2026-11-25")
        assert await _link(home) == 404, "the journal has it, but has not shown it of this child"
        await home.change_copies(SHOWN, WITH_FILE)
        page = await home.mother.get(f"/c/{home.maria}/week/2026-11-25")
        assert f"/c/{home.maria}/files/plan.pdf" in page.html

        link = await _link(home)
        assert isinstance(link, str)
        assert link.startswith(home.near.url)
        async with home.world.browser() as signed_out, signed_out.session.get(link) as answer:
            assert await answer.read() == b"%PDF-1.7 plan"

        assert await _link(home, home.outsider) == 404
        assert await _link(home, file="other.pdf") == 404


async def test_a_silent_journal_is_explained_in_words(open_home: OpenHome):
    async with open_home() as home:
        await home.mother.get(f"/c/{home.maria}/week/2026-11-25")
        await home.change_copies(SHOWN, WITH_FILE)
        home.near.file_fault = FAULTS["500"][0]
        page = await home.mother.get(f"/c/{home.maria}/files/plan.pdf")
        assert page.status == 200
        assert "журнал школы ответил с ошибкой" in text_of(page)
        assert page.html.count(f"/c/{home.maria}/files/plan.pdf") >= 1, "the way to try again"


async def test_pages_of_one_account_carry_its_mark_and_no_others(home: Home):
    mark = "myedu-keep"
    seen = {
        (await home.mother.get(path)).headers[mark]
        for path in ("/children", "/view", f"/c/{home.maria}/week", f"/c/{home.vera}/today")
    }
    assert len(seen) == 1
    assert (await home.outsider.get("/children")).headers[mark] not in seen
    async with home.world.browser() as signed_out:
        for path in ("/", "/view"):
            assert mark not in (await signed_out.get(path)).headers
