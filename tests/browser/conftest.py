"""A town on a fixed Tuesday in November, and a real browser that visits it.

Portal, ESIA sandbox, two generated journals and «Сетевой город» on real sockets in the tests' own loop, all
by one clock: what a page shows does not depend on the day on which the tests run.

Playwright's async interface: its other one keeps a loop running in the thread, and no async test of the
same process could run after it.
"""

import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import msgspec
import psycopg
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from myedu.connector.adapters.netschool.app import NetSchoolSettings, netschool_app
from myedu.connector.adapters.netschool.sample import write_sample
from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.demo import people
from myedu.demo.keys import PORTAL_CLIENT_ID, Keys, ensure_keys
from myedu.demo.services import MNEMONIC
from myedu.demo.stack import JOURNALS, NETSCHOOL, Journal
from myedu.esia.sandbox import RegisteredClient, SandboxSettings, build_sandbox
from myedu.esia.sandbox.people import default_people
from myedu.invented.school import generate_region
from myedu.journal.app import build_journal
from myedu.journal.exports import export
from myedu.journal.load import load
from myedu.journal.settings import JournalSettings
from myedu.kit.clock import FixedClock
from myedu.kit.db import Database
from myedu.kit.serve import serving
from myedu.kit.settings import Settings
from myedu.portal.app import build_portal, settings_kinds
from myedu.portal.exports import service as exports
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system
from myedu.portal.settings import DatabaseSettings, ServerSettings
from myedu.portal.signed_in import SESSION_COOKIE

MORNING = datetime(2026, 11, 24, 7, 20, tzinfo=UTC)
"""Tuesday, 10:20 in Moscow, the third lesson; 17:20 in Vladivostok, 16:20 in Yakutsk."""
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
_PUPILS = 80  # one school per region: a page shows no more
_SEED = 1
_QUIET = (
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
)
"""Without these Chromium calls Google's hosts at every start."""

FreshDatabase = Callable[..., str]


class Town(msgspec.Struct, frozen=True):
    settings: Settings
    clock: FixedClock
    journals: dict[str, str]  # system id → address of its database
    children: dict[str, UUID]  # first name → the id in addresses

    @property
    def portal(self) -> str:
        return self.settings.of(ServerSettings).base_url

    @property
    def database_url(self) -> str:
        return self.settings.of(DatabaseSettings).database_url

    def child(self, first_name: str) -> str:
        return f"/c/{self.children[first_name]}"

    async def portal_does(self, statement: str, *values: object) -> None:
        """Change the portal's own database."""
        async with await psycopg.AsyncConnection.connect(self.database_url) as conn:
            await conn.execute(statement, values)

    async def age_copies(self) -> None:
        """Make the copies older. The clock is not moved, as it would have to go back, which breaks tokens."""
        await self.portal_does("UPDATE federation.copies SET fetched_at = fetched_at - interval '5 minutes'")

    @asynccontextmanager
    async def silent(self, system_id: str) -> AsyncIterator[None]:
        """The system's address is a port where no process listens."""
        move = "UPDATE people.systems SET base_url = %s WHERE id = %s"
        async with await psycopg.AsyncConnection.connect(self.database_url) as conn:
            found = await conn.execute("SELECT base_url FROM people.systems WHERE id = %s", [system_id])
            [[address]] = await found.fetchall()
        await self.portal_does(move, "http://127.0.0.1:1", system_id)
        try:
            yield
        finally:
            await self.portal_does(move, address, system_id)

    @asynccontextmanager
    async def late(self, system_id: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """The system accepts requests and answers them only when the yielded function is called."""
        async with await psycopg.AsyncConnection.connect(self.journals[system_id]) as conn:
            await conn.execute("LOCK TABLE journal.lessons IN ACCESS EXCLUSIVE MODE")
            yield conn.commit

    @asynccontextmanager
    async def another_portal(self) -> AsyncIterator[str]:
        """A second portal on the same database, to be switched off under a browser."""
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        settings = self.settings.replace(base_url=address)
        async with serving(build_portal(settings, clock=self.clock), port=port):
            yield address


@pytest.fixture(scope="session")
async def the_town(
    fresh_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    folder, clock = tmp_path_factory.mktemp("town"), FixedClock(MORNING)
    keys = ensure_keys(folder / "keys")
    async with AsyncExitStack() as stack:
        client = RegisteredClient(
            mnemonic=MNEMONIC, certificate=keys.portal_at_esia.certificate, redirect_domains=("127.0.0.1",)
        )
        sandbox = SandboxSettings(clients=(client,), token_keys=keys.esia_tokens, people=default_people())
        esia = await stack.enter_async_context(serving(build_sandbox(sandbox, clock)))
        journals = {journal.system_id: fresh_database("myedu.journal") for journal in JOURNALS}
        addresses = {
            journal: await stack.enter_async_context(_journal(journal, url, folder, keys, clock))
            for journal, url in zip(JOURNALS, journals.values(), strict=True)
        }
        addresses[NETSCHOOL] = await stack.enter_async_context(_netschool(folder, keys, clock))
        settings = _portal_settings(fresh_database("myedu.portal"), keys, esia)
        await _take_in(settings, addresses, keys, clock, folder / "spool")
        await stack.enter_async_context(
            serving(build_portal(settings, clock=clock), port=settings.of(ServerSettings).port)
        )
        yield Town(settings, clock, journals, _children(settings.of(DatabaseSettings).database_url))


@pytest.fixture
async def town(the_town: Town) -> Town:
    """The town in the morning: nothing is ticked, no page was opened."""
    for table in ("federation.copies", "diary.homework_done", "diary.visits"):
        await the_town.portal_does(f"DELETE FROM {table}")
    return the_town


@asynccontextmanager
async def _journal(
    journal: Journal, url: str, folder: Path, keys: Keys, clock: FixedClock
) -> AsyncIterator[str]:
    cast = people.journal_cast(default_people(), journal.region)
    region = generate_region(
        _SEED, journal.region, clock.now().date(), pupils=_PUPILS, school_size=_PUPILS, cast=cast
    )
    load(url, journal.region, region)
    _happen(url, clock.now().date())
    packages = folder / journal.system_id
    export(url, packages, created_at=clock.now(), export_id=uuid4())
    port = free_port()
    settings = JournalSettings(database_url=url, port=port, clients=keys.clients, exports=packages)
    async with serving(build_journal(settings, clock=clock), port=port) as address:
        yield address


def _happen(url: str, today: date) -> None:
    """What a family looks for on a bad day.

    The last lesson of every class is cancelled, the fourth is replaced, and the mother's children were absent
    from the first.
    """
    of_today = (
        "SELECT l.id, person_id, row_number() OVER (PARTITION BY person_id ORDER BY l.starts_at) n,"
        " count(*) OVER (PARTITION BY person_id) total FROM journal.lessons l"
        " JOIN journal.enrollments e USING (group_id) WHERE day = %(today)s"
    )
    statements = (
        f"UPDATE journal.lessons l SET status = 'cancelled' FROM ({of_today}) t"
        " WHERE t.id = l.id AND n = total",
        "UPDATE journal.lessons l SET replaces_subject_id ="
        " (SELECT id FROM journal.subjects s WHERE s.id <> l.subject_id ORDER BY id LIMIT 1)"
        f" FROM ({of_today}) t WHERE t.id = l.id AND n = 4 AND n < total",
        "INSERT INTO journal.attendance (person_id, lesson_id, day, code)"
        f" SELECT person_id, t.id, %(today)s, 'absent' FROM ({of_today}) t"
        " JOIN journal.persons p ON p.id = person_id WHERE n = 1 AND p.last_name LIKE 'Синицын%%'"
        " ON CONFLICT DO NOTHING",
    )
    with psycopg.connect(url) as conn:
        for statement in statements:
            conn.execute(statement, {"today": today})


@asynccontextmanager
async def _netschool(folder: Path, keys: Keys, clock: FixedClock) -> AsyncIterator[str]:
    """Generated answers, even if recorded ones are there, so that pages are the same everywhere."""
    answers, roster, port = folder / "answers", folder / "roster.json", free_port()
    write_sample(answers)
    year = people.academic_year_of(clock.now().date())
    roster.write_bytes(msgspec.json.encode(people.netschool_roster(default_people(), NETSCHOOL.region, year)))
    settings = NetSchoolSettings(
        roster=roster,
        public_url=f"http://127.0.0.1:{port}",
        clients=(f"{PORTAL_CLIENT_ID}={keys.clients / f'{PORTAL_CLIENT_ID}.pem'}",),
        folder=answers,
        replay=True,
        exports=folder / "netschool",
    )
    async with serving(netschool_app(settings, clock), port=port) as address:
        yield address


def _portal_settings(database_url: str, keys: Keys, esia: str) -> Settings:
    port = free_port()
    return Settings.of_values(
        settings_kinds(),
        {
            "database_url": database_url,
            "base_url": f"http://127.0.0.1:{port}",
            "port": port,
            "esia_url": esia,
            "esia_client_id": MNEMONIC,
            "esia_key": keys.portal_at_esia.key,
            "esia_certificate": keys.portal_at_esia.certificate,
            "esia_token_keys": (keys.esia_tokens.certificate,),
            "journal_key": str(keys.portal_at_journals),
            "copy_keys": (str(keys.copies),),
            "allow_private_journals": True,
            "operator_organisations": (str(people.OPERATOR),),
        },
    )


async def _take_in(
    settings: Settings, addresses: dict[Journal, str], keys: Keys, clock: FixedClock, spool: Path
) -> None:
    """Register the systems and import their packages."""
    database = await Database.open(settings.of(DatabaseSettings).database_url, max_size=2)
    key = keys.portal_at_journals.read_text(encoding="ascii")
    async with aiohttp.ClientSession() as http:
        for journal, base_url in addresses.items():
            system = System(
                id=journal.system_id,
                region=journal.region,
                name=journal.title,
                base_url=base_url,
                client_id=PORTAL_CLIENT_ID,
                registered_at=clock.now(),
            )
            async with database.transaction() as conn:
                await register_system(conn, system)
            address = JournalAddress(system.id, base_url, PORTAL_CLIENT_ID)
            report = await exports.pull(
                exports.LoadContext(database, clock, spool), JournalClient(http, address, key, clock=clock)
            )
            assert report.state == "applied", report
    await database.close()


def _children(database_url: str) -> dict[str, UUID]:
    with psycopg.connect(database_url) as conn:
        rows = conn.execute(
            "SELECT first_name, public_id FROM people.persons"
            " WHERE snils IN ('16011583926', '16012375823', '16013167720')"
        )
        return dict(rows.fetchall())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium; the tests that need it are skipped if it is missing."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is missing: sudo apt-get install chromium")
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*_QUIET, *as_root])
        yield browser
        await browser.close()


class Visitor:
    """One person's browser. `complaints`: errors of its console, and violations of the CSP."""

    def __init__(self, context: BrowserContext, page: Page, portal: str) -> None:
        self.context, self.page, self.portal = context, page, portal
        self.complaints: list[str] = []
        self.taps = 0
        context.on("console", lambda message: self._note(message.type, message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _note(self, kind: str, text: str) -> None:
        # Chromium logs an error for every status above 399, which a test may expect.
        if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
            self.complaints.append(text)

    async def open(self, path: str) -> Page:
        await self.page.goto(self.portal + path, wait_until="load")
        return self.page

    async def tap(self, selector: str, **more: str) -> None:
        """Click a visible element, and count the tap."""
        self.taps += 1
        await self.page.locator(selector, **more).first.click()

    async def enter(self, oid: int) -> Page:
        """Sign in from the landing page, as a person does."""
        await self.open("/")
        await self.page.click("#enter")
        await self.page.click(f'button[name="oid"][value="{oid}"]')
        await self.page.wait_for_url(f"{self.portal}/**")
        return self.page


Visit = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="session")
def sessions() -> dict[int, list[Any]]:
    """oid → the cookies of a person who has signed in."""
    return {}


@pytest.fixture
async def visit(town: Town, chromium: Browser, sessions: dict[int, list[Any]]) -> AsyncIterator[Visit]:
    """`visitor = await visit(oid, look="dark.100.0", **options of a context)`: someone's own browser.

    The visitor of an oid has signed in already. After the test no console may have complained.
    """
    visitors: list[Visitor] = []

    async def begin(oid: int | None = None, *, look: str = "", portal: str = "", **options: Any) -> Visitor:
        where = portal or town.portal
        # Without smooth scrolling a page is still when it is measured.
        usual = {"viewport": PHONE, "locale": "ru-RU", "reduced_motion": "reduce"}
        context = await chromium.new_context(**{**usual, **options})
        context.set_default_timeout(10_000)
        visitor = Visitor(context, await context.new_page(), where)
        visitors.append(visitor)
        if look:
            await context.add_cookies([{"name": "look", "value": look, "url": where}])
        if oid in sessions:
            await context.add_cookies(sessions[oid])
        elif oid is not None:
            await visitor.enter(oid)
            sessions[oid] = [cookie for cookie in await context.cookies() if cookie["name"] == SESSION_COOKIE]
        return visitor

    yield begin
    for visitor in visitors:
        await visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []
