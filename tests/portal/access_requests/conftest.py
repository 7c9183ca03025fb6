"""Two schools and a mother whose son is in the journal without SNILS; a head who has signed in for one."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
import pytest

from myedu.kit.web.forms import FIELD, csrf_token
from myedu.portal.signed_in import SESSION_COOKIE
from tests.portal.browser import Browser, Page
from tests.portal.conftest import NOON, Rows
from tests.portal.diary.conftest import Home, OpenHome, open_home  # noqa: F401

HEAD, OTHER_HEAD, OPERATOR, DEPUTY = 1000300012, 1000300017, 1000300009, 1000300013
SCHOOL_IN_ESIA, OTHER_IN_ESIA, OPERATORS_ORGANISATION = "1000400001", "1000400003", "1000400002"
TIMUR, TIMUR_BORN = "16017919155", date(2013, 4, 4)
"""The son of the outsider, by ESIA's word."""

NEAR = {"region": "14", "system": "near", "organization": "o1"}


class Town(msgspec.Struct, frozen=True):
    """`mother`: of Timur, whom `near` has without SNILS. `stranger`: the mother of other children."""

    home: Home
    mother: Browser
    stranger: Browser
    head: Browser
    other_head: Browser
    operator: Browser
    deputy: Browser

    async def sql(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of a statement in the portal's database."""
        async with self.home.database.connection() as conn:
            answer = await conn.execute(statement, values)
            return await answer.fetchall() if answer.description else []

    async def post(self, browser: Browser, path: str, **fields: str) -> Page:
        """A form of the browser's session."""
        token = csrf_token(browser.cookie(SESSION_COOKIE) or "")
        return await browser.post(path, {FIELD: token, **fields})

    async def ask(self, browser: Browser, **fields: str) -> Page:
        """Send a request, by default about the first child of ESIA's to the school `near`."""
        return await self.post(browser, "/children/missing/ask", **{"child": "kid-1", **NEAR, **fields})

    async def request_id(self) -> UUID:
        """The newest request."""
        [[found]] = await self.sql(
            "SELECT id FROM access_requests.requests ORDER BY created_at DESC, id LIMIT 1"
        )
        return UUID(str(found))


def ask_path(**fields: str) -> str:
    """The form with a chosen school."""
    return f"/children/missing/ask?{urlencode({'child': 'kid-1', **NEAR, **fields})}"


async def acts_for(browser: Browser, oid: int, organisation: str) -> None:
    """Sign in for an organisation."""
    page = await browser.get(f"/enter?organization={organisation}&next=%2Fsessions")
    page = await browser.press(page, action="/login", button=("oid", str(oid)))
    assert page.url.endswith("/sessions")


async def write_town(home: Home) -> None:
    """Timur without SNILS at the confirmed school `near`; the school `far` has no head."""
    async with home.database.transaction() as conn:
        near = {"system_id": "near"}
        await conn.execute(
            "UPDATE people.organizations SET name = 'Школа № 7', address = 'г. Королёв, ул. Мира'"
            " WHERE system_id = 'far'"
        )
        await Rows(conn).pupil(
            "timur", last_name="Чижов", first_name="Тимур", birth_date=TIMUR_BORN, snils=None, **near
        )
        await conn.execute(
            "INSERT INTO people.verified_organizations"
            " VALUES ('14', 'near', 'o1', %s, %s, gen_random_uuid())",
            [SCHOOL_IN_ESIA, NOON],
        )
        await Rows(conn).person("d", last_name="Щеглова", first_name="Наталья", snils="00016018863", **near)
        await Rows(conn).add(
            "staff", id="deputy", role="deputy", person_id="d", organization_id="o1", system_id="near"
        )
        await conn.execute(
            "INSERT INTO people.verified_staff VALUES ('14', 'near', 'deputy', %s, %s, gen_random_uuid())",
            [str(DEPUTY), NOON],
        )
        for system_id in ("near", "far"):
            await conn.execute(
                "INSERT INTO exports.packages (system_id, export_id, region, mode, created_at, received_at,"
                " applied_at, state) VALUES (%s, gen_random_uuid(), '14', 'full', %s, %s, %s, 'applied')",
                [system_id, NOON, NOON, NOON],
            )


@asynccontextmanager
async def open_town(open_home: OpenHome, **settings: Any) -> AsyncIterator[Town]:  # noqa: F811
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(
            open_home(operator_organisations=(OPERATORS_ORGANISATION,), **settings)
        )
        await write_town(home)
        people = [
            (await stack.enter_async_context(home.world.signed_in(oid)))[0]
            for oid in (HEAD, OTHER_HEAD, OPERATOR, DEPUTY)
        ]
        await acts_for(people[0], HEAD, SCHOOL_IN_ESIA)
        await acts_for(people[1], OTHER_HEAD, OTHER_IN_ESIA)
        yield Town(home, home.outsider, home.mother, *people)


@pytest.fixture(scope="module")
async def the_town(open_home: OpenHome) -> AsyncIterator[Town]:  # noqa: F811
    async with open_town(open_home) as town:
        yield town


@pytest.fixture
async def town(the_town: Town) -> Town:
    """Nobody has asked yet, and Timur has no SNILS in the journal."""
    await the_town.sql("DELETE FROM access_requests.requests")
    await the_town.sql(
        "UPDATE people.persons SET snils = NULL, last_name = 'Чижов', archived_at = NULL,"
        " birth_date = %(born)s WHERE id = 'timur'",
        born=TIMUR_BORN,
    )
    await the_town.sql("DELETE FROM people.guardianships")
    return the_town
