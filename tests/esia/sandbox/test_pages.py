"""The pages of the sandbox. The browser of these tests checks every page that it opens (kit.page_checks)."""

from datetime import timedelta

import pytest

from myedu.esia.parameters import new_code_verifier, new_state
from myedu.esia.sandbox import default_people
from myedu.kit.web.headers import content_policy, security_headers
from tests.esia.conftest import MNEMONIC, MOTHER, Open, Page, Stand, query_of


async def choice(stand: Stand) -> Page:
    page = await stand.browser.get(await stand.client.authorization_url(new_state(), new_code_verifier()))
    assert isinstance(page, Page)
    return page


async def test_the_people_to_choose_have_an_account(open_stand: Open) -> None:
    async with open_stand() as stand:
        page = await choice(stand)
        assert (page.status, "Кто входит?" in page.html) == (200, True)
        accounts = {str(person.oid) for person in default_people().with_accounts()}
        assert {value for name, value in page.buttons if name == "oid"} == accounts
        for words in ("Синицына Ольга Викторовна", "мать троих детей", "СНИЛС", "Песочница", MNEMONIC):
            assert words in page.html
        assert "Синицына Вера" not in page.html  # a child without an account


async def test_the_form_may_lead_only_to_the_client(open_stand: Open) -> None:
    async with open_stand() as stand:
        page = await choice(stand)
        async with stand.session.get(page.url) as answer:
            policy = answer.headers["Content-Security-Policy"]
        assert "form-action 'self' http://portal.example:8000" in policy


async def test_every_page_has_the_headers_of_the_kit(open_stand: Open) -> None:
    async with open_stand() as stand, stand.session.get(f"{stand.url}/nothing") as answer:
        policy = content_policy(style_src="'self'")
        expected = security_headers(policy, secure=False, referrer="no-referrer")
        assert expected.items() <= {name.lower(): value for name, value in answer.headers.items()}.items()
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/nothing", "/login", "/login?request=nonsense"])
async def test_other_pages(open_stand: Open, path: str) -> None:
    async with open_stand() as stand:
        page = await stand.browser.get(f"{stand.url}{path}")
        assert isinstance(page, Page)
        assert page.status == {"/": 200, "/nothing": 404}.get(path, 400)


async def test_the_page_of_choice_expires(open_stand: Open) -> None:
    async with open_stand() as stand:
        page = await choice(stand)
        stand.clock.advance(timedelta(minutes=29))
        assert "code" in query_of(await stand.browser.choose(page, MOTHER))
        stand.clock.advance(timedelta(minutes=1))
        form = {**page.fields, "oid": str(MOTHER)}
        async with stand.session.post(f"{stand.url}/login", data=form) as answer:
            assert answer.status == 400
            assert "Страница устарела" in await answer.text()


@pytest.mark.parametrize("oid", ["", "1", "1000300005", "мама", "9" * 5000])
async def test_a_person_without_an_account_cannot_be_chosen(open_stand: Open, oid: str) -> None:
    async with open_stand() as stand:
        page = await choice(stand)
        form = {**page.fields, "oid": oid}
        async with stand.session.post(f"{stand.url}/login", data=form, allow_redirects=False) as answer:
            assert answer.status == 400
            assert "ESIA_SESSION" not in answer.cookies


async def test_a_code_or_a_session_does_not_open_the_page(open_stand: Open) -> None:
    async with open_stand() as stand:
        code = await stand.code(MOTHER, new_code_verifier())
        (session,) = [cookie.value for cookie in stand.session.cookie_jar if cookie.key == "ESIA_SESSION"]
        for wrong in (code, session):
            stand.session.cookie_jar.clear()
            stand.session.cookie_jar.update_cookies({"ESIA_LOGIN": wrong})
            page = await stand.browser.get(f"{stand.url}/login")
            assert isinstance(page, Page)
            assert page.status == 400


async def test_the_style_is_a_file(open_stand: Open) -> None:
    async with open_stand() as stand, stand.session.get(f"{stand.url}/static/sandbox.css") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/css"


async def test_a_foreign_cookie_is_no_session(open_stand: Open) -> None:
    async with open_stand() as stand:
        stand.session.cookie_jar.update_cookies({"ESIA_SESSION": "nonsense"})
        assert (await choice(stand)).status == 200
