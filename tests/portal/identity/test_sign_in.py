"""Signing in through a real ESIA sandbox as a browser does, and every way in which it fails."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import psycopg
import pytest

from tests.portal.browser import Browser, Page
from tests.portal.conftest import OpenWorld, World, sign_in

MOTHER, PUPIL, CHILD, TEACHER, UNCONFIRMED = 1000300001, 1000300003, 1000300004, 1000300006, 1000300007
OUTSIDER = 1000300010


def rows_of(world: World, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(world.database_url) as conn:
        return conn.execute(statement, parameters).fetchall()


def open_sessions(world: World) -> int:
    return rows_of(world, "SELECT count(*) FROM identity.login_sessions WHERE closed_at IS NULL")[0][0]


def is_signed_in(page: Page) -> bool:
    return any(form.action == "/leave" for form in page.forms)


async def way_back(browser: Browser, oid: int) -> str:
    """The address to which ESIA sends the browser after a person was chosen; not opened yet."""
    page = await browser.get("/enter")
    form = page.forms[0]
    async with browser.session.post(
        f"{page.url.partition('/login')[0]}/login",
        data={**form.fields, "oid": str(oid)},
        allow_redirects=False,
    ) as answer:
        return answer.headers["location"]


async def test_a_mother_signs_in_and_out(world: World) -> None:
    async with world.signed_in(MOTHER) as (browser, page):
        assert page.status == 200
        assert page.url == f"{world.url}/children"
        assert is_signed_in(page)
        assert page.headers["cache-control"] == "no-store"
        token = browser.cookie("myedu_session")
        kids = rows_of(world, "SELECT kid_snils FROM people.esia_kids WHERE parent_oid = %s", str(MOTHER))
        assert len(kids) == 3
        before = open_sessions(world)

        left = await browser.press(page, action="/leave")
        assert left.url == f"{world.url}/"
        assert not is_signed_in(left)
        assert browser.cookie("myedu_session") is None
        assert open_sessions(world) == before - 1

        browser.session.cookie_jar.update_cookies({"myedu_session": token})
        assert not is_signed_in(await browser.get("/"))
        # ESIA's own session is over too: the next person on this computer has to sign in.
        assert "oid" in {name for form in (await browser.get("/enter")).forms for name, _ in form.buttons}
    actions = rows_of(
        world,
        "SELECT line.action FROM audit.lines line JOIN identity.accounts a ON a.id = line.actor_account"
        " WHERE a.esia_oid = %s AND line.action LIKE 'session.%%' ORDER BY line.id DESC LIMIT 2",
        str(MOTHER),
    )
    assert actions == [("session.sign-out",), ("session.sign-in",)]


async def test_an_account_keeps_its_id_and_secrets_are_stored_as_hashes(world: World) -> None:
    accounts = set()
    for _ in range(2):
        async with world.signed_in(OUTSIDER) as (browser, _page):
            accounts |= set(
                rows_of(world, "SELECT id FROM identity.accounts WHERE esia_oid = %s", str(OUTSIDER))
            )
            token = browser.cookie("myedu_session") or ""
    assert len(accounts) == 1
    found = rows_of(
        world,
        "SELECT account_id FROM identity.login_sessions WHERE token_sha256 = sha256(%s)",
        token.encode(),
    )
    assert set(found) == accounts


async def test_the_browser_is_led_to_the_page_that_it_requested(world: World) -> None:
    async with world.browser() as browser:
        page = await sign_in(browser, MOTHER, "/children?from=link")
        assert page.url == f"{world.url}/children?from=link"


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/a\nb"]
)
async def test_the_browser_is_never_led_to_another_site(world: World, address: str) -> None:
    async with world.browser() as browser:
        page = await sign_in(browser, MOTHER, f"/enter?{urlencode({'next': address})}")
        assert page.url == f"{world.url}/children"


async def test_a_new_sign_in_closes_the_session_of_the_same_browser(world: World) -> None:
    async with world.signed_in(MOTHER) as (browser, _):
        before = open_sessions(world)
        await browser.get("/enter")  # ESIA remembers the mother and does not ask again
        assert open_sessions(world) == before


async def test_a_session_ends_after_its_days_however_much_it_is_used(world: World) -> None:
    async with world.signed_in(MOTHER) as (browser, _):
        for _ in range(2):
            world.clock.advance(timedelta(days=10))
            assert is_signed_in(await browser.get("/children"))
        world.clock.advance(timedelta(days=10) - timedelta(seconds=1))
        assert is_signed_in(await browser.get("/children"))
        world.clock.advance(timedelta(seconds=1))
        async with browser.session.get(f"{world.url}/children", allow_redirects=False) as answer:
            assert answer.status == 303
            assert answer.headers["location"] == "/enter?next=%2Fchildren"


async def test_a_teacher_has_roles_and_no_children(world: World) -> None:
    async with world.signed_in(TEACHER) as (_, page):
        assert is_signed_in(page)
    roles = rows_of(
        world,
        "SELECT role.organization_oid FROM identity.account_roles role"
        " JOIN identity.accounts account ON account.id = role.account_id WHERE account.esia_oid = %s",
        str(TEACHER),
    )
    assert roles == [("1000400001",)]


async def test_a_childs_account_signs_in_and_has_no_children(world: World) -> None:
    async with world.signed_in(CHILD) as (_, page):
        assert is_signed_in(page)
    account = rows_of(world, "SELECT level, trusted FROM identity.accounts WHERE esia_oid = %s", str(CHILD))
    assert account == [("KD", True)]
    assert rows_of(world, "SELECT * FROM people.esia_kids WHERE parent_oid = %s", str(CHILD)) == []


async def test_an_unconfirmed_account_sees_what_to_do(world: World) -> None:
    before = open_sessions(world)
    async with world.signed_in(UNCONFIRMED) as (browser, page):
        assert page.status == 403
        assert page.h1 == "Подтвердите учётную запись ЕСИА"
        assert browser.cookie("myedu_session") is None
        assert "/idp/ext/Logout" in page.html
    assert open_sessions(world) == before
    kids = rows_of(world, "SELECT * FROM people.esia_kids WHERE parent_oid = %s", str(UNCONFIRMED))
    assert kids == []


async def test_a_state_is_used_once(world: World) -> None:
    async with world.browser() as browser:
        back = await way_back(browser, MOTHER)
        assert is_signed_in(await browser.get(back))
        page = await browser.get(back)
        assert page.status == 400
        assert "уже" in page.html
        assert "state=" not in page.html


async def test_a_state_of_another_browser_opens_no_session(world: World) -> None:
    async with world.browser() as attacker, world.browser() as victim:
        back = await way_back(attacker, OUTSIDER)
        page = await victim.get(back)
        assert page.status == 400
        assert victim.cookie("myedu_session") is None
        await way_back(victim, MOTHER)  # a browser with a cookie of its own attempt is refused as well
        assert (await victim.get(back)).status == 400
        assert victim.cookie("myedu_session") is None


async def test_a_stolen_code_opens_no_session_in_the_thiefs_sign_in(world: World) -> None:
    """Version 1 has no PKCE; the code itself says for which state ESIA gave it."""
    async with world.browser() as victim, world.browser() as thief:
        stolen = parse_qs(urlsplit(await way_back(victim, MOTHER)).query)["code"][0]
        own = parse_qs(urlsplit(await way_back(thief, OUTSIDER)).query)["state"][0]
        page = await thief.get(f"/enter/back?{urlencode({'code': stolen, 'state': own})}")
        assert (page.status, page.h1) == (400, "Вход не завершён")
        assert thief.cookie("myedu_session") is None


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?code=x&state=%00", "?code=&state=ы", "?error=x"]
)
async def test_a_return_without_an_attempt(world: World, query: str) -> None:
    async with world.browser() as browser:
        page = await browser.get(f"/enter/back{query}")
        assert page.status == 400
        assert page.h1 == "Вход не завершён"


async def test_two_tabs_of_one_browser_both_arrive(world: World) -> None:
    async with world.browser() as browser:
        first, second = await way_back(browser, MOTHER), await browser.location_of("/enter")
        second = await browser.location_of(second)  # ESIA remembers the person now
        assert is_signed_in(await browser.get(first))
        assert is_signed_in(await browser.get(second))


async def test_a_sign_in_that_took_too_long(world: World) -> None:
    async with world.browser() as browser:
        back = await way_back(browser, MOTHER)
        world.clock.advance(timedelta(minutes=15))
        page = await browser.get(back)
        assert page.status == 400
        assert "слишком много времени" in page.html


async def test_a_code_that_expired(world: World) -> None:
    async with world.browser() as browser:
        back = await way_back(browser, MOTHER)
        world.clock.advance(timedelta(minutes=5))  # a code lives for four
        page = await browser.get(back)
        assert page.status == 403
        assert page.h1 == "ЕСИА отказала во входе"
        assert "Начните" in page.html
        assert browser.cookie("myedu_session") is None


async def test_a_person_declines_at_esia(world: World) -> None:
    async with world.browser() as browser:
        page = await browser.get("/enter")
        declined = await browser.press(page, action="/login", button=("decline", "1"))
        assert declined.status == 403
        assert "отказались" in declined.html
        assert browser.cookie("myedu_session") is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"error": "invalid_scope", "error_description": "ESIA-007006: kid_x"}, "ESIA-007006"),
        ({"error": "invalid_scope"}, "invalid_scope"),
        (
            {"error": "access_denied", "error_description": "ESIA-007019: noGrants"},
            "ESIA-007019",
        ),
    ],
)
async def test_esia_does_not_grant_what_the_portal_asks_for(
    world: World, answer: dict[str, str], code: str
) -> None:
    async with world.browser() as browser:
        away = await browser.location_of("/enter")
        state = parse_qs(urlsplit(away).query)["state"][0]
        page = await browser.get(f"/enter/back?{urlencode({**answer, 'state': state})}")
        assert (page.status, page.h1) == (403, "ЕСИА отказала во входе")
        for words in ("области доступа", "Вы всё сделали верно", code):
            assert words in page.html


async def test_esia_does_not_answer(open_world: OpenWorld) -> None:
    async with open_world(esia_url="http://127.0.0.1:9") as world, world.browser() as browser:
        away = await browser.location_of("/enter")
        state = parse_qs(urlsplit(away).query)["state"][0]
        page = await browser.get(f"/enter/back?{urlencode({'code': 'x', 'state': state})}")
        assert page.status == 503
        assert page.headers["retry-after"] == "60"
        assert page.h1 == "ЕСИА не отвечает"


REFUSED = (403, '{"code": "ESIA-005029", "message": "SecurityErrorEnum.scopeNotAllowed"}')


@pytest.mark.parametrize(
    "faults",
    [
        {"/roles": REFUSED},
        {"/roles": (500, "<html>oops</html>")},
        {"/roles": (200, '{"elements": [{"oid": null}, 5]}')},
        {"/kids": REFUSED},
        {"/kids": (200, '{"elements": ["https://esia.example/rs/prns/1/kids/77"]}')},
        {"/kids": (503, ""), "/roles": (204, "")},
    ],
)
async def test_a_mother_gets_in_to_her_children_whatever_kids_and_roles_do(
    open_world: OpenWorld, faults: dict[str, tuple[int, str]]
) -> None:
    now: dict[str, tuple[int, str]] = {}
    kids = "SELECT count(*) FROM people.esia_kids"
    async with open_world(esia_faults=now) as world:
        async with world.signed_in(MOTHER):
            assert rows_of(world, kids) == [(3,)]
        now.update(faults)
        async with world.signed_in(MOTHER) as (_, page):
            assert (page.status, is_signed_in(page)) == (200, True)
            assert rows_of(world, kids) == [(3,)], "those of the last sign-in stay"


async def test_roles_that_esia_does_not_confirm_open_nothing(open_world: OpenWorld) -> None:
    now: dict[str, tuple[int, str]] = {}
    roles = "SELECT count(*) FROM identity.account_roles"
    async with open_world(esia_faults=now) as world:
        async with world.signed_in(TEACHER):
            assert rows_of(world, roles) != [(0,)]
        now["/roles"] = REFUSED
        async with world.signed_in(TEACHER) as (_, page):
            assert is_signed_in(page)
            assert rows_of(world, roles) == [(0,)]


async def test_a_person_whom_esia_does_not_name_stays_outside(open_world: OpenWorld) -> None:
    faults = {f"/prns/{MOTHER}": (500, "")}
    async with open_world(esia_faults=faults) as world, world.signed_in(MOTHER) as (_, page):
        assert (page.status, is_signed_in(page)) == (503, False)


async def test_a_token_that_esia_did_not_sign(open_world: OpenWorld, portal_keys: Any) -> None:
    async with open_world(esia_token_keys=(portal_keys.foreign.certificate,)) as world:
        async with world.signed_in(MOTHER) as (browser, page):
            assert page.status == 403
            assert page.h1 == "Вход не завершён"
            assert browser.cookie("myedu_session") is None
        assert open_sessions(world) == 0


async def test_esia_does_not_know_the_portals_key(open_world: OpenWorld, portal_keys: Any) -> None:
    foreign = {"esia_key": portal_keys.foreign.key, "esia_certificate": portal_keys.foreign.certificate}
    async with open_world(**foreign) as world, world.browser() as browser:
        page = await browser.get("/enter")
        assert page.status == 403
        assert "ESIA-007053" in page.html


@pytest.mark.parametrize("csrf", ["", "0" * 43, None])
async def test_a_foreign_site_can_not_sign_a_viewer_out(world: World, csrf: str | None) -> None:
    async with world.signed_in(MOTHER) as (browser, _):
        page = await browser.post("/leave", {} if csrf is None else {"csrf": csrf})
        assert page.status == 403
        assert is_signed_in(await browser.get("/children"))
