"""Rights end when ESIA no longer confirms them; families keep what they had while it is silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import psycopg
import pytest

from myedu.esia.client import esia_client
from myedu.kit.db import Database
from myedu.kit.encryption import Keyring, read_keys
from myedu.portal.identity.models import NotSignedIn, RightsUnconfirmed
from myedu.portal.identity.rights import Rights
from myedu.portal.identity.room import esia_settings
from myedu.portal.identity.settings import IdentitySettings
from myedu.portal.settings import EncryptionSettings
from tests.portal.browser import Browser, Page
from tests.portal.conftest import OpenWorld, World
from tests.portal.identity.test_sign_in import MOTHER, OUTSIDER, TEACHER, rows_of

OPERATOR, ORGANISATION, SCHOOL = 1000300009, 1000400002, 1000400001
PACKAGES = "/operator/packages"
A_DAY = timedelta(hours=24, minutes=1)
HALF_AN_HOUR = timedelta(minutes=30)
SILENT = (503, "")


@asynccontextmanager
async def operated(open_world: OpenWorld, **more: Any) -> AsyncIterator[World]:
    """A portal whose operators may be away for days, so that only ESIA's word ends their rights."""
    settings = {"operator_organisations": (str(ORGANISATION),), "operator_idle_minutes": 10080}
    async with open_world(**{**settings, **more}) as world:
        yield world


async def change_at_esia(world: World, **form: str) -> None:
    """Press a button on the sandbox's page of permissions and roles."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{world.esia_url}/sandbox/permissions", data=form) as answer,
    ):
        assert answer.status == 200


async def dismiss(world: World, oid: int, organisation: int = ORGANISATION) -> None:
    await change_at_esia(world, oid=str(oid), organisation=str(organisation))


async def withdraw(world: World, oid: int, scope: str = "openid") -> None:
    await change_at_esia(world, oid=str(oid), client_id="MYEDU", scope=scope)


@asynccontextmanager
async def rights_of(world: World) -> AsyncIterator[Rights]:
    """The same as the portal's own."""
    database = await Database.open(world.database_url, max_size=4)
    keyring = Keyring(read_keys(world.settings.of(EncryptionSettings).copy_keys))
    own = world.settings.of(IdentitySettings)
    async with esia_client(esia_settings(world.settings), world.clock) as esia:
        yield Rights(database, esia, keyring, world.clock, own)
    await database.close()


def is_there(page: Page) -> bool:
    return page.status == 200 and page.h1 == "Пакеты"


def token_of(browser: Browser) -> str:
    return browser.cookie("myedu_session") or ""


async def test_an_operator_who_was_dismissed_has_rights_for_a_day_at_most(open_world: OpenWorld) -> None:
    async with operated(open_world) as world, world.signed_in(OPERATOR) as (browser, _):
        assert is_there(await browser.get(PACKAGES))
        await dismiss(world, OPERATOR)
        assert is_there(await browser.get(PACKAGES)), "ESIA spoke today"
        world.clock.advance(A_DAY)
        assert (await browser.get(PACKAGES)).status == 404
        assert rows_of(world, "SELECT count(*) FROM identity.account_roles") == [(0,)]
        assert (await browser.get("/children")).status == 200, "the session itself goes on"
        refused = "SELECT actor_relation, detail FROM audit.lines WHERE action = 'operator.refuse'"
        assert rows_of(world, refused) == [("none", {"page": "packages"})]


async def test_one_who_was_not_works_on_without_signing_in(open_world: OpenWorld) -> None:
    async with operated(open_world) as world, world.signed_in(OPERATOR) as (browser, _):
        for _day in range(3):  # each day with the token that the day before has brought
            world.clock.advance(A_DAY)
            assert is_there(await browser.get(PACKAGES))
        confirmed = "SELECT count(*) FROM audit.lines WHERE action = 'session.confirm'"
        assert rows_of(world, confirmed) == [(3,)]


@pytest.mark.parametrize("path", ["/te", "/roles", f"/prns/{OPERATOR}"])
async def test_a_silent_esia_keeps_operators_out_after_the_day_and_says_so(
    open_world: OpenWorld, path: str
) -> None:
    now: dict[str, tuple[int, str]] = {}
    async with operated(open_world, esia_faults=now) as world, world.signed_in(OPERATOR) as (browser, _):
        now[path] = SILENT
        assert is_there(await browser.get(PACKAGES))
        world.clock.advance(A_DAY)
        page = await browser.get(PACKAGES)
        assert (page.status, page.headers["retry-after"]) == (503, "60")
        assert page.h1 == "ЕСИА не подтвердила ваши права"
        now.clear()
        assert is_there(await browser.get(PACKAGES)), "it speaks again"


async def test_the_first_page_leads_an_operator_to_the_explanation(open_world: OpenWorld) -> None:
    now: dict[str, tuple[int, str]] = {}
    async with operated(open_world, esia_faults=now) as world, world.signed_in(OPERATOR) as (browser, _):
        now["/te"] = SILENT
        world.clock.advance(A_DAY)
        page = await browser.get("/")
        assert (page.status, page.url.endswith("/pilot")) == (503, True)


@pytest.mark.parametrize("deed", ["agree", "refuse"])
async def test_a_decision_asks_esia_at_once(open_world: OpenWorld, deed: str) -> None:
    now: dict[str, tuple[int, str]] = {}
    path = f"{PACKAGES}/r25-a/00000000-0000-0000-0000-000000000001"
    async with operated(open_world, esia_faults=now) as world, world.signed_in(OPERATOR) as (browser, page):
        page = await browser.get(PACKAGES)
        csrf = next(form.fields["csrf"] for form in page.forms if form.action == "/leave")
        world.clock.advance(timedelta(minutes=1))
        now["/te"] = SILENT
        assert (await browser.post(f"{path}/{deed}", {"csrf": csrf})).status == 503
        now.clear()
        await dismiss(world, OPERATOR)
        assert (await browser.post(f"{path}/{deed}", {"csrf": csrf})).status == 404
        assert (await browser.get(PACKAGES)).status == 404, "and nothing else is open any more"


async def test_a_permission_that_was_withdrawn_leads_to_a_new_sign_in(open_world: OpenWorld) -> None:
    async with operated(open_world) as world, world.signed_in(OPERATOR) as (browser, _):
        await withdraw(world, OPERATOR)
        world.clock.advance(A_DAY)
        page = await browser.get(PACKAGES)
        assert (page.status, page.h1) == (403, "ЕСИА не подтвердила ваши права")
        assert 'href="/enter?next=%2Foperator%2Fpackages"' in page.html
        page = await browser.get("/enter?next=%2Foperator%2Fpackages")
        page = await browser.press(page, action="/login", button=("oid", str(OPERATOR)))
        assert is_there(page)


async def test_esia_that_denies_the_person_ends_the_session(open_world: OpenWorld) -> None:
    now: dict[str, tuple[int, str]] = {}
    async with operated(open_world, esia_faults=now) as world, world.signed_in(OPERATOR) as (browser, _):
        now["/te"] = (400, '{"error": "access_denied", "error_description": "ESIA-007019: noGrants"}')
        world.clock.advance(A_DAY)
        assert (await browser.get(PACKAGES)).status == 403
        assert (await browser.location_of("/children")).startswith("/enter?")


async def test_nobody_else_learns_that_there_is_something(open_world: OpenWorld) -> None:
    now = {"/te": SILENT}
    async with operated(open_world) as world, world.signed_in(OUTSIDER) as (browser, _):
        world.clock.advance(A_DAY)
        page = await browser.get(PACKAGES)
        assert (page.status, now) == (404, {"/te": SILENT})


async def test_a_key_that_was_dropped_asks_for_a_new_sign_in(open_world: OpenWorld) -> None:
    async with operated(open_world) as world, world.signed_in(OPERATOR) as (browser, _):
        with psycopg.connect(world.database_url) as conn:
            conn.execute("UPDATE identity.login_sessions SET refresh_token = '\\x01abcdef'")
        world.clock.advance(A_DAY)
        assert (await browser.get(PACKAGES)).status == 403


async def test_two_pages_at_once_ask_esia_once(open_world: OpenWorld) -> None:
    """ESIA takes a refresh token once: the second asker waits for the first."""

    async with operated(open_world) as world, world.signed_in(OPERATOR) as (browser, _):
        world.clock.advance(A_DAY)
        pages = await asyncio.gather(*(browser.get(PACKAGES) for _ in range(6)))
        assert [is_there(page) for page in pages] == [True] * 6
        confirmed = "SELECT count(*) FROM audit.lines WHERE action = 'session.confirm'"
        assert rows_of(world, confirmed) == [(1,)]


# In the background, for everybody.


async def test_children_are_asked_again_after_a_day_and_not_before(open_world: OpenWorld) -> None:
    kids = "SELECT count(*) FROM people.esia_kids"
    async with open_world() as world, world.signed_in(MOTHER) as (browser, _), rights_of(world) as rights:
        with psycopg.connect(world.database_url) as conn:
            conn.execute("DELETE FROM people.esia_kids")
        world.clock.advance(HALF_AN_HOUR)
        await browser.get("/children")
        assert await rights.confirm_due() == 0
        world.clock.advance(A_DAY)
        assert await rights.confirm_due() == 0, "nobody is there"
        await browser.get("/children")
        assert await rights.confirm_due() == 1
        assert rows_of(world, kids) == [(3,)]
        assert await rights.confirm_due() == 0


@pytest.mark.parametrize(
    "fault",
    [
        {"/te": SILENT},
        {"/te": (400, '{"error": "invalid_grant", "error_description": "ESIA-007011: expired"}')},
        {"/te": (400, '{"error": "invalid_client", "error_description": "ESIA-007053: secret"}')},
        {"/te": (200, "<html>")},
        {"/kids": SILENT},
        {f"/prns/{MOTHER}": (403, "")},
    ],
)
async def test_a_family_keeps_what_it_had_whatever_esia_says(
    open_world: OpenWorld, fault: dict[str, tuple[int, str]]
) -> None:
    now: dict[str, tuple[int, str]] = {}
    async with (
        open_world(esia_faults=now) as world,
        rights_of(world) as rights,
        world.signed_in(MOTHER) as (browser, _),
    ):
        now.update(fault)
        world.clock.advance(A_DAY)
        await browser.get("/children")
        assert await rights.confirm_due() == 1
        assert rows_of(world, "SELECT count(*) FROM people.esia_kids") == [(3,)]
        page = await browser.get("/children")
        assert (page.status, page.url.startswith(world.url)) == (200, True)
        await browser.get("/children")
        assert await rights.confirm_due() == 0, "a failure is tried again after a pause"


async def test_a_withdrawn_scope_and_a_withdrawn_permission_are_no_error(open_world: OpenWorld) -> None:
    async with open_world() as world, world.signed_in(MOTHER) as (browser, _), rights_of(world) as rights:
        await withdraw(world, MOTHER, "kid_snils")
        world.clock.advance(A_DAY)
        await browser.get("/children")
        assert await rights.confirm_due() == 1
        assert rows_of(world, "SELECT count(*) FROM people.esia_kids") == [(0,)], "none without SNILS"
        await withdraw(world, MOTHER)
        world.clock.advance(A_DAY)
        await browser.get("/children")
        assert await rights.confirm_due() == 1
        assert (await browser.get("/children")).status == 200


async def test_a_session_that_nobody_uses_ends(open_world: OpenWorld) -> None:
    async with open_world(session_idle_days=2) as world, world.signed_in(MOTHER) as (browser, _):
        for _ in range(3):
            world.clock.advance(timedelta(days=1, hours=23))
            assert (await browser.get("/children")).url.startswith(world.url)
        world.clock.advance(timedelta(days=2, minutes=1))
        assert (await browser.location_of("/children")).startswith("/enter?")
        async with rights_of(world) as rights:
            await rights.confirm_due()
        tokens = "SELECT count(refresh_token) FROM identity.login_sessions"
        assert rows_of(world, tokens) == [(0,)], "what could ask ESIA is gone too"


async def test_a_days_page_counts_as_use(open_world: OpenWorld) -> None:
    """Every page of a child is one statement; it notes the use too."""
    async with open_world(session_idle_days=1) as world, world.signed_in(MOTHER) as (browser, _):
        seen = "SELECT seen_at FROM identity.login_sessions"
        ((before,),) = rows_of(world, seen)
        await browser.get("/children")
        assert rows_of(world, seen) == [(before,)], "not each page is written down"
        world.clock.advance(timedelta(hours=1))
        await browser.get("/children")
        assert rows_of(world, seen) == [(world.clock.now(),)]


async def test_an_operators_session_ends_within_the_hour(open_world: OpenWorld) -> None:
    async with open_world(operator_organisations=(str(ORGANISATION),)) as world:
        async with world.signed_in(OPERATOR) as (browser, _):
            world.clock.advance(timedelta(minutes=61))
            assert (await browser.location_of(PACKAGES)).startswith("/enter?")
        async with world.signed_in(MOTHER) as (browser, _):
            world.clock.advance(timedelta(minutes=61))
            assert (await browser.get("/children")).url.startswith(world.url)


async def test_the_refresh_token_lies_encrypted_in_the_table_and_in_no_log(
    open_world: OpenWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with operated(open_world) as world, world.signed_in(OPERATOR) as (browser, _):
        ((stored,),) = rows_of(world, "SELECT refresh_token FROM identity.login_sessions")
        keyring = Keyring(read_keys(world.settings.of(EncryptionSettings).copy_keys))
        ((token_sha256,),) = rows_of(world, "SELECT token_sha256 FROM identity.login_sessions")
        token = keyring.decrypt(stored, b"identity refresh token\0" + token_sha256).decode()
        assert len(token) == 36
        world.clock.advance(A_DAY)
        assert is_there(await browser.get(PACKAGES))
        assert token not in caplog.text
        ((new,),) = rows_of(world, "SELECT refresh_token FROM identity.login_sessions")
        assert new != stored
        await browser.get("/view")
        page = await browser.get(PACKAGES)
        await browser.press(page, action="/leave")
        assert rows_of(world, "SELECT refresh_token FROM identity.login_sessions") == [(None,)]


async def test_staff_come_with_the_organisations_that_esia_confirms(open_world: OpenWorld) -> None:
    async with open_world() as world, world.signed_in(TEACHER) as (browser, _), rights_of(world) as rights:
        staff = await rights.staff(token_of(browser))
        assert [membership.oid for membership in staff.memberships] == [str(SCHOOL)]
        await dismiss(world, TEACHER, SCHOOL)
        world.clock.advance(A_DAY)
        assert (await rights.staff(token_of(browser))).memberships == ()
        with pytest.raises(NotSignedIn):
            await rights.staff("no session")
        async with world.signed_in(OUTSIDER) as (other, _):
            assert (await rights.staff(token_of(other))).memberships == ()


async def test_staff_of_whom_esia_is_silent_act_for_nobody(open_world: OpenWorld) -> None:
    now: dict[str, tuple[int, str]] = {}
    async with (
        open_world(esia_faults=now) as world,
        rights_of(world) as rights,
        world.signed_in(TEACHER) as (browser, _),
    ):
        now["/te"] = SILENT
        assert (await rights.staff(token_of(browser))).memberships != ()
        world.clock.advance(A_DAY)
        with pytest.raises(RightsUnconfirmed):
            await rights.staff(token_of(browser))
