"""A family at home: a portal on a real socket, two journals, a mother of three, a pupil and an outsider."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import html5lib
import msgspec
import psycopg
import pytest
from msgspec.structs import replace

from myedu.contract.answers import Marks
from myedu.contract.windows import Window
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.kit.encryption import Keyring, read_keys
from myedu.portal.people import service as people
from myedu.portal.people.models import System
from myedu.portal.settings import EncryptionSettings
from tests.connector.sdk.school import School
from tests.portal.browser import Browser, Page
from tests.portal.conftest import NOON, Keys, OpenWorld, Rows, World
from tests.portal.journal import CLIENT_ID, Journal, a_journal

# Persons of the ESIA sandbox.
MOTHER, PUPIL, OUTSIDER = 1000300001, 1000300003, 1000300010


class Home(msgspec.Struct, frozen=True):
    """Maria and Pavel study at one school, Vera at another. `near` and `far` are their journals."""

    world: World
    database: Database
    near: Journal
    far: Journal
    mother: Browser
    pupil: Browser
    outsider: Browser
    maria: UUID
    pavel: UUID
    vera: UUID

    async def statements_of(self, what: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of the portal's own database."""
        async with self.database.connection() as conn:
            return await (await conn.execute(what, parameters)).fetchall()

    async def age_copies(self, minutes: int) -> None:
        """Make the copies older. The clock isn't moved, as it could not go back: tokens would be refused."""
        async with self.database.connection() as conn:
            age = timedelta(minutes=minutes)
            await conn.execute("UPDATE federation.copies SET fetched_at = fetched_at - %s", [age])

    async def change_copies(self, old: str, new: str) -> None:
        """Replace a text in all copies, as if the journal had answered something else."""
        keyring = Keyring(read_keys(self.world.settings.of(EncryptionSettings).copy_keys))
        async with self.database.connection() as conn:
            rows = await conn.execute(
                "SELECT body, version, region, system_id, student_id, method, first_day, last_day"
                " FROM federation.copies"
            )
            for body, version, *key in await rows.fetchall():
                name = msgspec.json.encode(key)
                changed = keyring.decrypt(body, name).replace(old.encode(), new.encode())
                await conn.execute(
                    "UPDATE federation.copies SET body = %s, version = gen_random_uuid() WHERE version = %s",
                    [keyring.encrypt(changed, name), version],
                )

    async def api(self, browser: Browser, path: str) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        async with browser.session.get(f"{self.world.url}{path}") as answer:
            return answer.status, await answer.json(content_type=None)


class SchoolOfToday(School):
    """A school that has no marks of days to come."""

    def __init__(self, pupils: set[str], clock: Clock) -> None:
        super().__init__()
        self.pupils = pupils
        self._clock = clock

    def marks(self, student_id: str, window: Window) -> Marks | None:
        given = super().marks(student_id, window)
        today = self._clock.now().date()
        return given and replace(given, marks=tuple(mark for mark in given.marks if mark.day <= today))


OpenHome = Callable[..., AbstractAsyncContextManager[Home]]


@pytest.fixture(scope="session")
def open_home(open_world: OpenWorld, portal_keys: Keys) -> OpenHome:
    """A family, its portal (with settings by name) and its journals; for a test that moves the clock."""

    @asynccontextmanager
    async def opened(**settings: Any) -> AsyncIterator[Home]:
        async with AsyncExitStack() as stack:
            enter = stack.enter_async_context
            world = await enter(open_world(**{"deadline_seconds": 1, "flight_seconds": 2, **settings}))
            key = world.journal_key.read_text()
            journals = []
            for pupils in ({"maria", "pavel"}, {"vera"}):
                school = SchoolOfToday(pupils, world.clock)
                journals.append(await enter(a_journal(school, key, world.clock)))
            database = await Database.open(world.database_url, max_size=2)
            stack.push_async_callback(database.close)
            children = await write_export(database, *journals)
            browsers = [(await enter(world.signed_in(oid)))[0] for oid in (MOTHER, PUPIL, OUTSIDER)]
            yield Home(world, database, *journals, *browsers, *children)

    return opened


@pytest.fixture(scope="session")
async def the_home(open_home: OpenHome) -> AsyncIterator[Home]:
    async with open_home() as home:
        yield home


async def write_export(database: Database, near: Journal, far: Journal) -> list[UUID]:
    """Write the rows of an export; the public ids of Maria, Pavel and Vera."""
    async with database.transaction() as conn:
        await conn.execute("SELECT people.open_region('14')")
        rows = Rows(conn)
        for system_id, journal in (("near", near), ("far", far)):
            base = {"base_url": journal.url, "client_id": CLIENT_ID, "registered_at": NOON}
            await people.register_system(conn, System(id=system_id, region="14", name="Журнал", **base))
        await conn.execute("SELECT people.open_region('14')")  # an export package would have
        zones = {"near": "Asia/Vladivostok", "far": "Europe/Moscow"}
        for system_id, zone in zones.items():
            await rows.school(system_id=system_id, time_zone=zone)
        near_pupil = {"system_id": "near", "last_name": "Синицына"}
        maria = {"first_name": "Мария", "snils": "16011583926", "birth_date": date(2010, 5, 20)}
        pavel = {"first_name": "Павел", "snils": "16012375823", "birth_date": date(2014, 9, 9)}
        vera = {"first_name": "Вера", "snils": "16013167720", "birth_date": date(2018, 1, 30)}
        await rows.pupil("maria", **near_pupil, **maria)
        await rows.pupil("pavel", **near_pupil, **pavel)
        await rows.pupil("vera", **{**near_pupil, "system_id": "far"}, **vera)
        for number, (begins, ends) in enumerate(QUARTERS, start=1):
            quarter = {"kind": "quarter", "number": number, "name": f"{number} четверть"}
            days = {"academic_year": 2026, "starts_on": begins, "ends_on": ends}
            await rows.add(
                "periods", id=f"q{number}", organization_id="o1", system_id="near", **quarter, **days
            )
        found = await conn.execute("SELECT public_id FROM people.persons ORDER BY birth_date")
        return [public_id for (public_id,) in await found.fetchall()]


QUARTERS = (
    (date(2026, 9, 1), date(2026, 10, 25)),
    (date(2026, 11, 2), date(2026, 12, 27)),
    (date(2027, 1, 11), date(2027, 3, 21)),
    (date(2027, 3, 29), date(2027, 5, 30)),
)


@pytest.fixture
async def home(the_home: Home) -> Home:
    """The family's Monday: no copies, no ticks, journals without faults."""
    for journal in (the_home.near, the_home.far):
        journal.fault, journal.pause = None, 0.0
        journal.asked.clear()
        journal.statuses.clear()
    async with the_home.database.connection() as conn:
        for table in ("federation.copies", "federation.events", "diary.homework_done", "diary.visits"):
            await conn.execute(f"DELETE FROM {table}")
    for browser in (the_home.mother, the_home.pupil, the_home.outsider):
        browser.session.cookie_jar.clear(lambda cookie: cookie.key in ("look", "language"))
    return the_home


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that have reached the database; clear the list before a request."""
    seen: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def recording(self: Any, query: Any, *more: Any, **named: Any) -> Any:
        seen.append(str(query))
        return await execute(self, query, *more, **named)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", recording)
    return seen


def text_of(page: Page) -> str:
    """The page's text without its markup."""
    root = html5lib.parse(page.html, namespaceHTMLElements=False)
    return " ".join("".join(root.itertext()).split())
