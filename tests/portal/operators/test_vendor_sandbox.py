"""The vendors' sandbox: only in the sandbox, only for an operator; registering, pulling, making accounts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import msgspec
import pytest

from myedu.connector.sdk.signing import load_public_key
from myedu.kit.db import Database
from myedu.kit.settings import SettingsError
from myedu.kit.web.forms import csrf_token
from myedu.portal.app import build_portal
from myedu.portal.operators import links
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system
from myedu.portal.settings import is_sandbox
from myedu.portal.signed_in import SESSION_COOKIE
from tests.portal.browser import Browser, Page
from tests.portal.conftest import NOON, OpenWorld, Rows, World
from tests.portal.operators.conftest import MOTHER, OPERATOR, ORGANISATION

GOOD = {
    "system": "r25-a",
    "region": "25",
    "name": "Школьный журнал",
    "base_url": "http://127.0.0.1:9",
    "client_id": "portal",
    "public_key": "",
}
SNILS = "11223344595"


class Sandbox(msgspec.Struct, frozen=True):
    world: World
    database: Database

    @asynccontextmanager
    async def operator(self) -> AsyncIterator[Browser]:
        async with self.world.signed_in(OPERATOR) as (browser, _):
            yield browser

    async def ask(self, statement: str, *parameters: object) -> list[Any]:
        async with self.database.connection() as conn:
            return await (await conn.execute(statement, parameters)).fetchall()


@pytest.fixture(scope="module")
async def the_sandbox(
    open_world: OpenWorld, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Sandbox]:
    settings = {
        "spool": tmp_path_factory.mktemp("spool"),
        "operator_organisations": (ORGANISATION,),
        "sandbox": True,
    }
    async with open_world(sandbox_invites=True, **settings) as world:
        database = await Database.open(world.database_url, max_size=2)
        yield Sandbox(world, database)
        await database.close()


@pytest.fixture
async def sandbox(the_sandbox: Sandbox) -> Sandbox:
    async with the_sandbox.database.transaction() as conn:
        for table in ("people.systems", "people.guardianships", "people.enrollments", "people.persons"):
            await conn.execute(f"DELETE FROM {table}")
        await conn.execute("DELETE FROM people.groups")
        await conn.execute("DELETE FROM people.organizations")
        await conn.execute("DELETE FROM jobs.pgqueuer")
    return the_sandbox


@pytest.fixture
async def school(sandbox: Sandbox) -> Sandbox:
    """A registered system with a pupil, a mother with a SNILS and a father whom ESIA couldn't know."""
    async with sandbox.database.transaction() as conn:
        await register_system(
            conn,
            System(
                id="r25-a",
                region="25",
                name="Школьный журнал",
                base_url="http://127.0.0.1:9",
                client_id="portal",
                registered_at=NOON,
            ),
        )
        await conn.execute("SELECT people.open_region('25')")
        rows, place = Rows(conn), {"region": "25", "system_id": "r25-a"}
        await rows.school(**place)
        await rows.pupil("p1", last_name="Аистова", first_name="Вера", studies={"region": "25"}, **place)
        await rows.person("g1", last_name="Аистова", first_name="Нина", snils=SNILS, **place)
        await rows.person("g2", last_name="Аистов", first_name="Лев", birth_date=date(1980, 1, 1), **place)
        for guardian in ("g1", "g2"):
            await rows.guardian_of(guardian, "p1", **place)
    return sandbox


async def send(browser: Browser, path: str, fields: dict[str, str]) -> Page:
    token = browser.cookie(SESSION_COOKIE) or ""
    return await browser.post(path, {**fields, "csrf": csrf_token(token)})


async def test_a_vendor_lands_where_journals_are_registered(sandbox: Sandbox) -> None:
    async with sandbox.operator() as browser:
        assert await browser.location_of("/") == links.VENDOR_SANDBOX


async def test_a_vendor_registers_a_journal(sandbox: Sandbox) -> None:
    async with sandbox.operator() as browser:
        page = await browser.get(links.VENDOR_SANDBOX)
        assert (page.status, page.h1) == (200, "Стенд поставщика")
        form = next(form for form in page.forms if form.action == links.VENDOR_SANDBOX)
        assert form.fields["base_url"] == "http://127.0.0.1:8090"
        page = await send(browser, links.VENDOR_SANDBOX, {**GOOD, "name": "Школьный\0 журнал "})
        assert page.url.endswith(links.vendor_system("r25-a"))
        assert "http://127.0.0.1:9" in page.html
        assert "сначала заберите её" in page.html
        assert links.vendor_system("r25-a") in (await browser.get(links.VENDOR_SANDBOX)).html
    (line,) = await sandbox.ask(
        "SELECT system_id, actor_relation FROM audit.lines WHERE action = 'bench.register'"
    )
    assert line == ("r25-a", "operator")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("system", "Школа", "строчных латинских букв"),
        ("region", "025", "две цифры региона"),
        ("name", "", "до 200 знаков"),
        ("base_url", "127.0.0.1:8090/", "без косой черты"),
        ("base_url", "http://somebody@127.0.0.1:9", "без косой черты"),
        ("client_id", "x" * 201, "до 200 знаков"),
        ("public_key", "-----BEGIN PRIVATE KEY-----", "открытый ключ в PEM"),
    ],
)
async def test_a_wrong_line_is_named_and_kept(sandbox: Sandbox, field: str, value: str, words: str) -> None:
    async with sandbox.operator() as browser:
        page = await send(browser, links.VENDOR_SANDBOX, {**GOOD, field: value})
        assert page.status == 400
        assert words in page.html
        assert 'aria-invalid="true"' in page.html
        assert GOOD["name"] in page.html or field == "name"
    assert await sandbox.ask("SELECT 1 FROM people.systems") == []


async def test_a_system_stays_in_its_region(school: Sandbox) -> None:
    async with school.operator() as browser:
        page = await send(browser, links.VENDOR_SANDBOX, {**GOOD, "region": "14"})
        assert page.status == 400
        assert "в другом регионе" in page.html


async def test_the_portals_key_is_the_public_one(sandbox: Sandbox) -> None:
    async with (
        sandbox.operator() as browser,
        browser.session.get(sandbox.world.url + links.PORTAL_KEY) as answer,
    ):
        pem = await answer.text()
        assert "PRIVATE" not in pem
        load_public_key(pem)


async def test_the_export_is_asked_for_once(school: Sandbox) -> None:
    async with school.operator() as browser:
        for _ in range(2):
            page = await browser.get(links.vendor_system("r25-a"))
            page = await browser.press(page, action=links.pull_now("r25-a"))
        assert "ждёт очереди" in page.html
    (job,) = await school.ask("SELECT entrypoint FROM jobs.pgqueuer")
    assert job == ("exports/r25-a",)


async def test_a_parent_of_the_export_signs_in(school: Sandbox) -> None:
    async with school.operator() as browser:
        page = await browser.get(links.vendor_system("r25-a"))
        assert "Аистова Вера" in page.html
        assert "ни СНИЛС, ни кода ЕСИА" in page.html
        people = [form.fields["person"] for form in page.forms if form.action == links.accounts("r25-a")]
        assert people == ["g1"]
        page = await browser.press(page, action=links.accounts("r25-a"))
        assert page.h1 == "Учётная запись готова"
        assert "Аистова Нина" in page.html
    async with school.world.browser() as browser:
        choice = await browser.get("/enter")
        (form,) = [form for form in choice.forms if form.action == "/login"]
        (oid,) = [value for _, value in form.buttons if value and value.endswith(SNILS)]
        family = await browser.press(choice, action="/login", button=("oid", oid))
        assert family.status == 200
        assert "Вера" in family.html


async def test_whom_esia_could_not_know_gets_no_account(school: Sandbox) -> None:
    async with school.operator() as browser:
        page = await send(browser, links.accounts("r25-a"), {"person": "g2"})
        assert (page.status, page.h1) == (503, "Учётной записи нет")
        page = await send(browser, links.accounts("r25-a"), {"person": "nobody\0"})
        assert page.status == 404


async def test_pupils_are_found_by_the_last_name(school: Sandbox) -> None:
    async with school.operator() as browser:
        address = links.vendor_system("r25-a")
        assert "Аистова Вера" in (await browser.get(f"{address}?begins=аист")).html
        page = await browser.get(f"{address}?begins=%25")
        assert "Ни одна фамилия" in page.html


async def test_others_find_nothing_there(school: Sandbox) -> None:
    async with school.world.signed_in(MOTHER) as (browser, _):
        for path in (
            links.VENDOR_SANDBOX,
            links.PORTAL_KEY,
            links.vendor_system("r25-a"),
            links.account("r25-a", "p1"),
        ):
            assert (await browser.get(path)).status == 404
        for path in (links.VENDOR_SANDBOX, links.pull_now("r25-a"), links.accounts("r25-a")):
            assert (await send(browser, path, {**GOOD, "person": "p1"})).status == 404
    async with school.operator() as browser:
        for path in (links.VENDOR_SANDBOX, links.pull_now("r25-a"), links.accounts("r25-a")):
            assert (await browser.post(path, {**GOOD, "person": "p1"})).status == 403


async def test_a_portal_with_real_people_has_no_vendor_sandbox(open_world: OpenWorld) -> None:
    async with (
        open_world(operator_organisations=(ORGANISATION,)) as world,
        world.signed_in(OPERATOR) as (browser, _),
    ):
        assert (await browser.get(links.VENDOR_SANDBOX)).status == 404
        assert links.VENDOR_SANDBOX not in (await browser.get(links.PACKAGES)).html


@pytest.mark.parametrize(
    "address",
    [{"base_url": "https://edu.example"}, {"host": "0.0.0.0"}, {"host": "192.168.1.5"}],
)
def test_no_other_machine_can_reach_a_sandbox_unless_a_setting_says_so(
    the_sandbox: Sandbox, address: dict[str, str]
) -> None:
    wide = the_sandbox.world.settings.replace(**address)
    assert not is_sandbox(wide)
    with pytest.raises(SettingsError, match="MYEDU_SANDBOX_OPEN_TO_NETWORK"):
        build_portal(wide)
    said = wide.replace(sandbox_open_to_network=True)
    assert is_sandbox(said)
    build_portal(said)
