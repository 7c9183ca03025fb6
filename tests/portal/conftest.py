"""What the tests of the portal's rooms share: a migrated database, and rows of a school in few words."""

import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import psycopg
import pytest
from psycopg import AsyncConnection, sql
from starlette.responses import PlainTextResponse

from myedu.esia.sandbox import RegisteredClient, SandboxSettings, build_sandbox
from myedu.esia.signing import KeyFiles, make_rsa_keys
from myedu.kit.asgi import ASGIApp
from myedu.kit.clock import FixedClock
from myedu.kit.db import Database
from myedu.kit.encryption import new_key
from myedu.kit.serve import serving
from myedu.kit.settings import Settings
from myedu.portal.app import ROOMS, build_portal, settings_kinds
from myedu.portal.exports.settings import ExportSettings
from myedu.portal.room import Room
from myedu.portal.settings import DatabaseSettings, JournalAccessSettings, ServerSettings
from tests.portal.browser import Browser, Page

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""Monday noon in Moscow: the day on which the cases stand unless they say another."""


COPY_KEY = new_key()


@pytest.fixture(scope="session")
def portal_database_url(fresh_database: Callable[..., str]) -> str:
    """One migrated database for all cases that roll back what they write."""
    url = fresh_database("myedu.portal")
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("SELECT people.open_region('14'), people.open_region('25')")
    return url


@pytest.fixture(scope="session")
async def portal_database(portal_database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(portal_database_url, max_size=2)
    yield database
    await database.close()


@pytest.fixture
async def conn(portal_database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction that is rolled back after the test."""
    async with portal_database.connection() as connection, connection.transaction():
        yield connection
        raise psycopg.Rollback


class Rows:
    """Writes rows of `people`, by default of the system s1 in the region 14."""

    def __init__(self, conn: AsyncConnection) -> None:
        self._conn = conn

    async def school(self, *, time_zone: str = "Europe/Moscow", **place: str) -> None:
        """An organisation «o1» with the class «g1», 5 «А», and the elective «g2»."""
        await self.add(
            "organizations", id="o1", name="Школа № 1", kind="school", time_zone=time_zone, **place
        )
        group = {"organization_id": "o1", "academic_year": 2026, "grade": 5, **place}
        await self.add("groups", id="g1", kind="class", name="5 «А»", **group)
        await self.add("groups", id="g2", kind="elective", name="Шахматы", **group)

    async def person(self, id: str, *, snils: str | None = None, **more: Any) -> None:
        names = {"last_name": "Лебедева", "first_name": "Анна"}
        await self.add("persons", id=id, snils=snils, **{**names, **more})

    async def pupil(
        self,
        id: str,
        *,
        birth_date: date | None = date(2015, 5, 5),
        studies: dict[str, Any] | None = None,
        system_id: str = "s1",
        **more: Any,
    ) -> None:
        """A person with a current enrolment in «g1»; `studies` changes that enrolment's columns."""
        await self.person(id, birth_date=birth_date, system_id=system_id, **more)
        enrolment = {"organization_id": "o1", "group_id": "g1", "starts_on": date(2026, 9, 1)}
        await self.add(
            "enrollments",
            **{"id": f"e-{id}", "person_id": id, "system_id": system_id, **enrolment, **(studies or {})},
        )

    async def guardian_of(self, guardian: str, child: str, **more: Any) -> None:
        row = {"id": f"{guardian}-{child}", "starts_on": date(2020, 1, 1), **more}
        await self.add("guardianships", guardian_id=guardian, child_id=child, **row)

    async def add(self, table: str, **columns: Any) -> None:
        await self.add_confirmed(table, updated_at=NOON, **columns)

    async def add_confirmed(self, table: str, **columns: Any) -> None:
        """A row of no export, such as what a head has confirmed."""
        row = {"region": "14", "system_id": "s1", **columns}
        statement = sql.SQL("INSERT INTO people.{} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(map(sql.Placeholder, row)),
        )
        await self._conn.execute(statement, row)


@pytest.fixture
def rows(conn: AsyncConnection) -> Rows:
    return Rows(conn)


class Keys(msgspec.Struct, frozen=True):
    portal: KeyFiles
    esia: KeyFiles
    foreign: KeyFiles


@pytest.fixture(scope="session")
def portal_keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    directory = tmp_path_factory.mktemp("portal-keys")
    return Keys(*(make_rsa_keys(directory, name) for name in ("portal", "esia", "foreign")))


class World(msgspec.Struct, frozen=True):
    """A portal and the ESIA sandbox on real sockets; both live by `clock`."""

    settings: Settings
    esia_url: str
    clock: FixedClock

    @property
    def url(self) -> str:
        return self.settings.of(ServerSettings).base_url

    @property
    def database_url(self) -> str:
        return self.settings.of(DatabaseSettings).database_url

    @property
    def spool(self) -> Path:
        return self.settings.of(ExportSettings).spool

    @property
    def journal_key(self) -> Path:
        return Path(self.settings.of(JournalAccessSettings).journal_key)

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        """A new person's browser."""
        jar = aiohttp.CookieJar(unsafe=True)  # cookies of an address without a name
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            yield Browser(session, self.url)

    @asynccontextmanager
    async def signed_in(self, oid: int) -> AsyncIterator[tuple[Browser, Page]]:
        """A browser in which a person of the sandbox has signed in, and the page that this led to."""
        async with self.browser() as browser:
            yield browser, await sign_in(browser, oid)


async def sign_in(browser: Browser, oid: int, path: str = "/enter") -> Page:
    """Open a page that leads to ESIA and choose a person there."""
    page = await browser.get(path)
    return await browser.press(page, action="/login", button=("oid", str(oid)))


OpenWorld = Callable[..., AbstractAsyncContextManager[World]]


@pytest.fixture(scope="session")
def open_world(fresh_database: Callable[..., str], portal_keys: Keys) -> OpenWorld:
    """`async with open_world(esia_token_keys=…) as world`: settings other than usual are given by name.

    `sandbox_invites`: the ESIA sandbox makes accounts for whom the portal asks. `rooms`: of the portal.
    `esia_faults`: end of a path at ESIA → status and body that it answers there; it may change meanwhile.
    """

    @asynccontextmanager
    async def opened(
        *,
        sandbox_invites: bool = False,
        rooms: tuple[Room, ...] = ROOMS,
        esia_faults: Mapping[str, tuple[int, str]] | None = None,
        **changes: Any,
    ) -> AsyncIterator[World]:
        clock = FixedClock(NOON)
        client = RegisteredClient(
            mnemonic="MYEDU", certificate=portal_keys.portal.certificate, redirect_domains=("127.0.0.1",)
        )
        sandbox = build_sandbox(
            SandboxSettings(
                clients=(client,), token_keys=portal_keys.esia, open_registration=sandbox_invites
            ),
            clock,
        )
        async with serving(with_faults(sandbox, {} if esia_faults is None else esia_faults)) as esia_url:
            port = free_port()
            settings = Settings.of_values(
                settings_kinds(rooms),
                {
                    "database_url": fresh_database("myedu.portal"),
                    "base_url": f"http://127.0.0.1:{port}",
                    "esia_url": esia_url,
                    "esia_client_id": "MYEDU",
                    "esia_key": portal_keys.portal.key,
                    "esia_certificate": portal_keys.portal.certificate,
                    "esia_token_keys": (portal_keys.esia.certificate,),
                    "journal_key": portal_keys.portal.key,
                    "copy_keys": (COPY_KEY,),
                    "allow_private_journals": True,
                    **changes,
                },
            )
            async with serving(build_portal(settings, clock=clock, rooms=rooms), port=port):
                yield World(settings, esia_url, clock)

    return opened


def with_faults(app: ASGIApp, faults: Mapping[str, tuple[int, str]]) -> ASGIApp:
    """The application, with other answers at paths that end so."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        ends = [end for end in faults if scope["type"] == "http" and scope["path"].endswith(end)]
        if ends:
            status, body = faults[ends[0]]
            await PlainTextResponse(body, status)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return answer


@pytest.fixture(scope="session")
async def the_world(open_world: OpenWorld) -> AsyncIterator[World]:
    async with open_world() as world:
        yield world


@pytest.fixture
def world(the_world: World) -> World:
    """The usual portal, its clock set back to NOON."""
    the_world.clock.set(NOON)
    return the_world


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
