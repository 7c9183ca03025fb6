"""«Сеансы»: a person sees where they are signed in, and closes what is not theirs to leave open."""

from datetime import timedelta

import psycopg
import pytest

from myedu.portal.identity.devices import device_of
from tests.portal.browser import Browser, Page
from tests.portal.conftest import World, sign_in
from tests.portal.identity.test_sign_in import MOTHER, OUTSIDER, rows_of

SESSIONS = "/sessions"
CLOSE = "/sessions/close"
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 "
    "YaBrowser/24.10.1.1 Mobile Safari/537.36"
)


def keys_of(page: Page) -> list[str]:
    return [form.fields["session"] for form in page.forms if "session" in form.fields]


@pytest.fixture(autouse=True)
def _no_other_sessions(world: World) -> None:
    """Those of other tests are over: their browsers are gone."""
    with psycopg.connect(world.database_url) as conn:
        conn.execute("DELETE FROM identity.login_sessions")


async def is_open(browser: Browser) -> bool:
    """Without a way over ESIA, which would sign its person in again."""
    async with browser.session.get(f"{browser.site}/children", allow_redirects=False) as answer:
        return answer.status == 200


async def test_one_session_is_closed_and_the_others_go_on(world: World) -> None:
    async with world.browser() as phone, world.browser() as library, world.signed_in(MOTHER) as (home, _):
        phone.session.headers["User-Agent"] = PHONE
        await sign_in(phone, MOTHER)
        world.clock.advance(timedelta(hours=3))
        await sign_in(library, MOTHER)
        page = await home.get("/children")
        assert f'href="{SESSIONS}"' in page.html, "where «Выйти» is"
        page = await home.get(SESSIONS)
        assert (page.status, page.h1) == (200, "Сеансы")
        for words in ("Yandex Browser, Android", "Неизвестное устройство", "12:00", "Это сеанс"):
            assert words in page.html
        assert len(keys_of(page)) == 2
        chosen = [form for form in page.forms if form.fields.get("session") == keys_of(page)[-1]]
        page = await home.post(CLOSE, chosen[0].fields)
        assert "Закрыто" in page.html
        assert len(keys_of(page)) == 1
        assert [await is_open(one) for one in (phone, library, home)] == [False, True, True]


async def test_all_others_are_closed_at_once(world: World) -> None:
    async with world.browser() as phone, world.browser() as library, world.signed_in(MOTHER) as (home, _):
        await sign_in(phone, MOTHER)
        await sign_in(library, MOTHER)
        page = await home.get(SESSIONS)
        (everywhere,) = [form for form in page.forms if "others" in form.fields]
        page = await home.post(CLOSE, everywhere.fields)
        assert keys_of(page) == []
        assert not any("others" in form.fields for form in page.forms)
        assert [await is_open(one) for one in (phone, library, home)] == [False, False, True]
        lines = "SELECT max((detail->>'closed')::int) FROM audit.lines WHERE action = 'session.close'"
        ((closed,),) = rows_of(world, lines)
        assert closed >= 2


async def test_an_outsider_closes_nobodys_session(world: World) -> None:
    async with world.browser() as phone, world.signed_in(MOTHER) as (home, _):
        await sign_in(phone, MOTHER)
        keys = keys_of(await home.get(SESSIONS))
        async with world.signed_in(OUTSIDER) as (outsider, _):
            page = await outsider.get(SESSIONS)
            assert not set(keys) & set(keys_of(page))
            csrf = next(form.fields["csrf"] for form in page.forms if form.action == "/leave")
            for key in (*keys, "", "0" * 32, "'; --"):
                page = await outsider.post(CLOSE, {"csrf": csrf, "session": key})
                assert (page.status, "Закрыто" in page.html) == (200, False)
            await outsider.post(CLOSE, {"csrf": csrf, "others": "1"})
        assert [await is_open(one) for one in (phone, home)] == [True, True]


@pytest.mark.parametrize("csrf", ["", "0" * 43, None])
async def test_a_foreign_site_can_not_close_sessions(world: World, csrf: str | None) -> None:
    async with world.browser() as phone, world.signed_in(MOTHER) as (home, _):
        await sign_in(phone, MOTHER)
        page = await home.post(CLOSE, {"others": "1"} | ({} if csrf is None else {"csrf": csrf}))
        assert page.status == 403
        assert await is_open(phone)


async def test_without_a_session_there_is_no_list(world: World) -> None:
    async with world.browser() as browser:
        assert (await browser.location_of(SESSIONS)) == "/enter?next=%2Fsessions"
        assert (await browser.post(CLOSE, {"others": "1"})).status == 401


@pytest.mark.parametrize("language", ["ru", "en", "tt", "sah"])
async def test_in_every_language(world: World, language: str) -> None:
    async with world.signed_in(MOTHER) as (browser, _):
        page = await browser.get(SESSIONS, **{"Accept-Language": language})
        assert (page.status, f'<html lang="{language}"' in page.html) == (200, True)


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (PHONE, "Yandex Browser, Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
            " Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/128.0.0.0 Safari/537.36 Edg/128.0.0.0",
            "Edge, Windows",
        ),
        ("curl/8.5.0", ""),
        ("", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_device_in_two_words(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device
