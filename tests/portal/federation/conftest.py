"""A federation over a real journal and a real database."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import aiohttp
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.contract.windows import week_of
from myedu.kit.clock import FixedClock
from myedu.kit.db import Database
from myedu.kit.telemetry import Telemetry
from myedu.portal.federation.caches import open_caches
from myedu.portal.federation.feed import ChangesFeedTask
from myedu.portal.federation.history import History
from myedu.portal.federation.models import ReadLimits
from myedu.portal.federation.service import Federation
from myedu.portal.federation.settings import FeedSettings
from myedu.portal.federation.telemetry import JournalTelemetry
from myedu.portal.people import service as people
from myedu.portal.people.models import Student, System, Viewer
from tests.connector.sdk.school import PUPIL, School
from tests.portal.conftest import COPY_KEY, free_port
from tests.portal.federation.valkey_server import ValkeyServer
from tests.portal.journal import CLIENT_ID, Journal, a_journal

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WEEK = week_of(NOW.date())
QUICK = ReadLimits(fresh_seconds=60, deadline_seconds=0.3, flight_seconds=0.6, capabilities_seconds=300)


def student_of(system_id: str, person_id: str = PUPIL) -> Student:
    """A pupil as people.visible_students gives it to a guardian."""
    return Student(
        child=uuid4(),
        region="25",
        system_id=system_id,
        person_id=person_id,
        relation="guardian",
        first_name="Айсен",
        last_name="Лебедев",
        middle_name=None,
        birth_date=date(2012, 5, 5),
        organization_id="org-1",
        organization_name="Школа № 7",
        time_zone="Asia/Vladivostok",
        group_id="9b",
        group_name="9 «Б»",
        grade=9,
    )


MOTHER = Viewer(uuid4(), "oid-mother", None, True, "PR", "Анна", "Лебедева", date(1985, 1, 1))


class Stand(msgspec.Struct, frozen=True):
    """A journal and a federation that asks it. Each test has a system of its own in a shared database."""

    journal: Journal
    federation: Federation
    database: Database
    clock: FixedClock
    student: Student
    neighbour: Federation  # as in another process: it shares only the database and Valkey
    feeds: ChangesFeedTask  # as in the worker's process

    async def read(self, window: Any = WEEK, student: Student | None = None) -> Any:
        return await self.federation.read_diary(student or self.student, window, viewer=MOTHER)


@pytest.fixture(scope="session")
def journal_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="session")
def federation_database_url(fresh_database: Callable[..., str]) -> str:
    return fresh_database("myedu.portal")


@pytest.fixture(scope="session")
async def federation_database(federation_database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(federation_database_url, max_size=4)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer(free_port()) as server:
        yield server


@pytest.fixture(params=["postgres", "valkey"])
def shared_cache_url(request: pytest.FixtureRequest) -> str:
    """The setting MYEDU_SHARED_CACHE_URL: the same test runs on PostgreSQL alone and with a shared cache."""
    return "" if request.param == "postgres" else request.getfixturevalue("valkey").url


Stands = Callable[..., Awaitable[Stand]]


@pytest.fixture
async def stand_of(federation_database: Database, journal_key: str) -> AsyncIterator[Stands]:
    """`await stand_of(School())`: that school's journal, registered, and a federation that asks it."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))

        async def build(
            school: School,
            limits: ReadLimits = QUICK,
            *,
            shared_cache_url: str = "",
            copy_keys: Sequence[str] = (COPY_KEY,),
            telemetry: Telemetry | None = None,
            history: History | None = None,
            clock: FixedClock | None = None,
        ) -> Stand:
            clock = clock or FixedClock(NOW)
            journal = await stack.enter_async_context(a_journal(school, journal_key, clock))
            system_id = f"s-{uuid4().hex[:12]}"
            await register(federation_database, system_id, journal.url)

            def client_for(address: JournalAddress) -> JournalClient:
                return JournalClient(session, address, journal_key, clock=clock)

            journals = JournalTelemetry(telemetry or Telemetry.disabled(), history)

            def open_federation() -> Federation:
                caches = open_caches(
                    federation_database, copy_keys, shared_cache_url=shared_cache_url, telemetry=journals
                )
                stack.push_async_callback(caches.aclose)
                federation = Federation(
                    federation_database, client_for, clock, limits, caches=caches, telemetry=journals
                )
                stack.push_async_callback(federation.close)
                return federation

            caches = open_caches(
                federation_database, copy_keys, cache_mb=0, shared_cache_url=shared_cache_url
            )
            stack.push_async_callback(caches.aclose)
            feeds = ChangesFeedTask(
                federation_database, client_for, clock, limits, FeedSettings(), caches=caches
            )
            student = student_of(system_id)
            return Stand(
                journal, open_federation(), federation_database, clock, student, open_federation(), feeds
            )

        yield build


@pytest.fixture
async def stand(stand_of: Stands) -> Stand:
    return await stand_of(School())


async def register(database: Database, system_id: str, url: str, paused_at: datetime | None = None) -> None:
    async with database.connection() as conn:
        await people.register_system(
            conn,
            System(
                id=system_id,
                region="25",
                name="Журнал",
                base_url=url,
                client_id=CLIENT_ID,
                registered_at=NOW,
                paused_at=paused_at,
            ),
        )
