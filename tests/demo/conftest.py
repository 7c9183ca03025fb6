"""One running stack a test process: real programs, real PostgreSQL, invented people."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from time import monotonic
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import aiohttp
import html5lib
import msgspec
import psycopg
import pytest

from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.contract.act import Act
from myedu.contract.answers import Diary
from myedu.contract.windows import Window, week_of
from myedu.demo.keys import PORTAL_CLIENT_ID
from myedu.demo.stack import Stack
from myedu.kit.clock import SystemClock
from tests.conftest import Server
from tests.portal.browser import Browser, Page
from tests.stack import running_stack

PATIENCE = 30
"""Seconds after which an expected result has failed to come; not a measurement."""
_LONGEST_HOLIDAYS = 16  # weeks: the summer with its ends

T = TypeVar("T")


class Child(msgspec.Struct, frozen=True):
    """A child of the mother; `monday` begins the newest week in which the journal has lessons."""

    first_name: str
    public_id: UUID
    person_id: str
    system_id: str
    time_zone: ZoneInfo
    monday: date

    @property
    def path(self) -> str:
        return f"/c/{self.public_id}"

    @property
    def week(self) -> str:
        return f"{self.path}/week/{self.monday}"


class RunningDemo(msgspec.Struct, frozen=True):
    stack: Stack
    journal_key: str

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        """A new person's browser without JavaScript."""
        jar = aiohttp.CookieJar(unsafe=True)  # cookies of an address without a name
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            yield Browser(session, self.stack.portal)

    @asynccontextmanager
    async def signed_in(self, oid: int) -> AsyncIterator[tuple[Browser, Page]]:
        """A browser after signing in at the sandbox, and the page that this led to."""
        async with self.browser() as browser:
            page = await browser.get("/enter")
            yield browser, await browser.press(page, action="/login", button=("oid", str(oid)))

    async def ask_journal(self, system_id: str, person_id: str, window: Window) -> Diary:
        """What the journal itself answers to the portal's key."""
        address = JournalAddress(system_id, self.stack.journals[system_id], PORTAL_CLIENT_ID)
        act = Act(relation="guardian", purpose="diary", student_id=person_id)
        async with aiohttp.ClientSession() as session:
            client = JournalClient(session, address, self.journal_key, clock=SystemClock())
            reply = await client.diary(person_id, window, act=act, asker="tests")
        assert reply.value is not None
        return reply.value

    def portal_rows(self, statement: str, *values: object) -> list[tuple]:
        """Rows of the portal's own database."""
        with psycopg.connect(self.stack.portal_database) as conn:
            return conn.execute(statement, values).fetchall()


@pytest.fixture(scope="session")
def demo(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    folder = tmp_path_factory.mktemp("demo")
    with running_stack(postgres, folder) as stack:
        yield RunningDemo(stack, (folder / "keys" / "portal-at-journals.key.pem").read_text(encoding="ascii"))


@pytest.fixture(scope="session")
async def children(demo: RunningDemo) -> dict[str, Child]:
    """Мария, Павел and Вера, by first name."""
    rows = demo.portal_rows(
        "SELECT first_name, public_id, p.id, p.system_id, time_zone FROM people.persons p"
        " JOIN people.enrollments e ON (e.system_id, e.person_id) = (p.system_id, p.id)"
        " JOIN people.organizations o ON (o.system_id, o.id) = (e.system_id, e.organization_id)"
        " WHERE snils IN ('16011583926', '16012375823', '16013167720')"
    )
    children = {}
    for first_name, public_id, person_id, system_id, zone in rows:
        monday = await _school_week(demo, system_id, person_id)
        children[first_name] = Child(first_name, public_id, person_id, system_id, ZoneInfo(zone), monday)
    return children


async def _school_week(demo: RunningDemo, system_id: str, person_id: str) -> date:
    """The newest week with lessons: tests run in the holidays as well."""
    week = week_of(SystemClock().now().date())
    for _ in range(_LONGEST_HOLIDAYS):
        if (await demo.ask_journal(system_id, person_id, week)).lessons:
            return week.first
        week = week_of(week.first - timedelta(days=1))
    raise AssertionError(f"{system_id} has no lessons since {week.first}")


@pytest.fixture
async def mother(demo: RunningDemo) -> AsyncIterator[Browser]:
    async with demo.signed_in(1000300001) as (browser, _):
        yield browser


async def until(look: Callable[[], Awaitable[T | None]]) -> T:
    """The first result of `look` that is neither None nor False."""
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline:
        if seen := await look():
            return seen
        await asyncio.sleep(0.2)
    raise AssertionError(f"waited {PATIENCE} s in vain")


def text_of(page: Page) -> str:
    """What a person reads: the page without its marks."""
    root = html5lib.parse(page.html, namespaceHTMLElements=False)
    return " ".join("".join(root.itertext()).split())
