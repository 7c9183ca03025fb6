"""A family whose journal serves only the federal Schedule: its pages, and what they say when it fails."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from myedu.kit.db import Database
from myedu.portal.people import service as people
from myedu.portal.people.models import System
from tests.connector.sdk.test_federal_client import outcome
from tests.portal.browser import Browser
from tests.portal.conftest import NOON, Keys, OpenWorld, Rows
from tests.portal.diary.conftest import MOTHER, PUPIL, SchoolOfToday, text_of
from tests.portal.journal import CLIENT_ID, FAULTS, Journal, a_journal

MARIA_OID, PAVEL_OID = str(PUPIL), "1000300004"
WEEK = "week/2026-11-23"


class FederalSchool(SchoolOfToday):
    """Has one pupil, known by the account of ESIA."""

    async def student_by_esia_oid(self, oid: str) -> str | None:
        return "maria" if oid == MARIA_OID else None


class Home(msgspec.Struct, frozen=True):
    """A family of one federal journal."""

    journal: Journal
    database: Database
    mother: Browser
    maria: UUID
    pavel: UUID

    async def week(self, child: UUID | None = None) -> str:
        page = await self.mother.get(f"/c/{child or self.maria}/{WEEK}")
        assert page.status == 200
        return text_of(page)


@pytest.fixture(scope="module")
async def the_home(open_world: OpenWorld, portal_keys: Keys) -> AsyncIterator[Home]:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        world = await enter(open_world(deadline_seconds=1, flight_seconds=2))
        key = world.journal_key.read_text()
        school = FederalSchool({"maria"}, world.clock)
        journal = await enter(a_journal(school, key, world.clock))
        database = await Database.open(world.database_url, max_size=2)
        stack.push_async_callback(database.close)
        maria, pavel = await write_export(database, journal)
        browser, _ = await enter(world.signed_in(MOTHER))
        yield Home(journal, database, browser, maria, pavel)


async def write_export(database: Database, journal: Journal) -> list[UUID]:
    """Write the rows of an export and an operator; only ESIA knows Pavel's account. The ids of both."""
    async with database.transaction() as conn:
        about: dict[str, Any] = {"base_url": journal.url, "client_id": CLIENT_ID, "registered_at": NOON}
        system = System(id="region", region="14", name="РИС", profile="fgis-2021", **about)
        await people.register_system(conn, system)
        await conn.execute("SELECT people.open_region('14')")
        rows = Rows(conn)
        await rows.school(system_id="region", time_zone="Asia/Vladivostok")
        facts = {"system_id": "region", "last_name": "Синицына"}
        await rows.pupil(
            "maria", first_name="Мария", snils="16011583926", birth_date=date(2010, 5, 20),
            esia_oid=MARIA_OID, **facts,
        )  # fmt: skip
        await rows.pupil(
            "pavel", first_name="Павел", snils="16012375823", birth_date=date(2014, 9, 9), **facts
        )
        found = await conn.execute("SELECT public_id FROM people.persons ORDER BY birth_date")
        return [public_id for (public_id,) in await found.fetchall()]


@pytest.fixture
async def home(the_home: Home) -> Home:
    the_home.journal.fault = None
    the_home.journal.asked.clear()
    async with the_home.database.connection() as conn:
        await conn.execute("DELETE FROM federation.copies")
    return the_home


async def test_the_week_of_a_federal_journal(home: Home) -> None:
    text = await home.week()
    assert "№ 312, 315" in text
    assert "Русский язык" in text
    assert "не задано" in text.lower()
    assert list(home.journal.asked) == [MARIA_OID]


async def test_the_marks_of_a_federal_journal(home: Home) -> None:
    page = await home.mother.get(f"/c/{home.maria}/marks")
    assert page.status == 200
    assert "Русский язык" in text_of(page)
    assert set(home.journal.asked) == {MARIA_OID}


@pytest.mark.parametrize(
    "name", [*FAULTS, *(f"outcome {code}" for code in ("throttled", "exception", "expired"))]
)
async def test_the_page_explains_every_fault(home: Home, name: str) -> None:
    if name.startswith("outcome "):
        answer = JSONResponse(outcome(name.removeprefix("outcome ")), 400)

        async def fault(scope: Scope, receive: Receive, send: Send) -> None:
            await answer(scope, receive, send)

        home.journal.fault = fault
    else:
        home.journal.fault = FAULTS[name][0]
    assert "Нет данных" in await home.week()


async def test_an_account_known_from_esia(home: Home) -> None:
    assert "Нет данных" in await home.week(home.pavel)  # the journal doesn't know him
    assert list(home.journal.asked) == [PAVEL_OID]


async def test_a_pupil_whose_account_is_unknown(home: Home) -> None:
    async with home.database.connection() as conn:
        await conn.execute("UPDATE people.esia_kids SET kid_oid = NULL WHERE kid_oid = %s", [PAVEL_OID])
    text = await home.week(home.pavel)
    assert "учётная запись этого ученика неизвестна" in text
    assert not home.journal.asked
