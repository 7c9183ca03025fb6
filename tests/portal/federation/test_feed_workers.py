"""End to end: a teacher changes a mark in the reference journal; the workers refresh the copy."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import psycopg
import pytest
from starlette.types import Receive, Scope, Send

from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.contract.windows import week_of
from myedu.invented.school import generate_region
from myedu.journal.app import build_journal
from myedu.journal.load import load
from myedu.journal.settings import JournalSettings
from myedu.kit.clock import SystemClock
from myedu.kit.db import Database
from myedu.kit.private_files import write_private
from myedu.kit.serve import serving
from myedu.portal.federation.caches import open_caches
from myedu.portal.federation.models import Fresh, ReadLimits
from myedu.portal.federation.service import Federation
from myedu.portal.people import service as people
from myedu.portal.people.models import Student, System
from tests.portal.conftest import COPY_KEY, Rows, free_port
from tests.portal.federation.conftest import MOTHER, student_of
from tests.portal.journal import CLIENT_ID, public_key_of
from tests.portal.silent_esia import silent_esia

SYSTEM, REGION, PATIENCE = "journal-16", "16", 40
LONG = ReadLimits(fresh_seconds=86_400)  # no page asks twice here: only the workers change its copy


class Region(msgspec.Struct, frozen=True):
    """A served journal with its database, and the portal's."""

    asked: Counter[str]
    journal_url: str
    portal_url: str
    database: Database
    federation: Federation
    key_file: Path


class Counting:
    """An application whose requests are counted by path."""

    def __init__(self, app: Any, asked: Counter[str]) -> None:
        self._app, self._asked = app, asked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._asked[scope["path"].rpartition("/")[2]] += 1
        await self._app(scope, receive, send)


@pytest.fixture
async def region(
    fresh_database: Callable[..., str], journal_key: str, tmp_path: Path
) -> AsyncIterator[Region]:
    clock, asked = SystemClock(), Counter[str]()
    journal_url, portal_url = fresh_database("myedu.journal"), fresh_database("myedu.portal")
    load(journal_url, REGION, generate_region(3, REGION, clock.now().date(), pupils=60, school_size=60))
    (tmp_path / "clients").mkdir()
    (tmp_path / "clients" / f"{CLIENT_ID}.pem").write_text(public_key_of(journal_key))
    key_file = tmp_path / "journal.pem"
    write_private(key_file, journal_key.encode())
    settings = JournalSettings(
        database_url=journal_url, port=free_port(), clients=tmp_path / "clients", exports=tmp_path
    )
    database = await Database.open(portal_url, max_size=3)
    caches = open_caches(database, [COPY_KEY])
    async with (
        serving(Counting(build_journal(settings, clock=clock), asked), port=settings.port) as url,
        aiohttp.ClientSession() as session,
    ):
        await _register(database, url)

        def client_for(address: JournalAddress) -> JournalClient:
            return JournalClient(session, address, journal_key, clock=clock)

        federation = Federation(database, client_for, clock, LONG, caches=caches)
        yield Region(asked, journal_url, portal_url, database, federation, key_file)
        await federation.close()
        await caches.aclose()
    await database.close()


async def _register(database: Database, url: str) -> None:
    base = {"base_url": url, "client_id": CLIENT_ID, "registered_at": SystemClock().now()}
    async with database.transaction() as conn:
        await people.register_system(conn, System(id=SYSTEM, region=REGION, name="Эталон", **base))
        await conn.execute("SELECT people.open_region(%s)", [REGION])


@contextmanager
def working(region: Region, count: int, folder: Path) -> Iterator[None]:
    """So many workers, as an operator starts them; their logs lie in the folder."""
    settings = {
        "MYEDU_DATABASE_URL": region.portal_url,
        "MYEDU_JOURNAL_KEY": str(region.key_file),
        "MYEDU_COPY_KEYS": COPY_KEY,
        "MYEDU_SPOOL": str(folder / "spool"),
        "MYEDU_ALLOW_PRIVATE_JOURNALS": "true",
        "MYEDU_CHANGES_SECONDS": "2",
        **silent_esia(folder),
    }
    with ExitStack() as stack:
        workers = []
        for number in range(count):
            log = stack.enter_context((folder / f"worker-{number}.log").open("wb"))
            command = [sys.executable, "-m", "myedu.portal", "work"]
            workers.append(subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log))
        try:
            yield
        finally:
            for worker in workers:
                worker.send_signal(signal.SIGTERM)
            ended = [worker.wait(30) for worker in workers]
    assert ended == [0] * count


async def until(what: str, look: Callable[[], Any]) -> Any:
    """The result of `look` once it isn't empty. Fails after PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if (found := await look()) not in (None, [], False):
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"{what}: waited {PATIENCE} s")


def a_mark(journal_url: str) -> tuple[str, str, Any, str]:
    """The newest mark of the journal that isn't a five: its id, pupil and day, and its value."""
    with psycopg.connect(journal_url) as conn:
        row = conn.execute(
            "SELECT id, person_id, day, value FROM journal.marks WHERE scale = '5' AND value IN ('3', '4')"
            " ORDER BY day DESC, id LIMIT 1"
        ).fetchone()
    assert row is not None
    return row


async def test_two_workers_refresh_a_changed_mark_once_before_the_family_asks(
    region: Region, tmp_path: Path
) -> None:
    mark_id, pupil, day, value = a_mark(region.journal_url)
    student = msgspec.structs.replace(student_of(SYSTEM, pupil), region=REGION)
    async with region.database.transaction() as conn:
        await Rows(conn).person(pupil, region=REGION, system_id=SYSTEM)
    assert await value_of(region, student, day, mark_id) == value

    async def feed_read() -> bool:
        async with region.database.connection() as conn:
            found = await conn.execute("SELECT cursor FROM federation.feeds WHERE cursor IS NOT NULL")
            return await found.fetchone() is not None

    async def events_found() -> list[Any]:
        async with region.database.connection() as conn:
            return await region.federation.events_since(conn, REGION)

    with working(region, 2, tmp_path):
        await until("the feed's present", feed_read)
        with psycopg.connect(region.journal_url) as conn:
            conn.execute("UPDATE journal.marks SET value = '5', updated_at = now() WHERE id = %s", [mark_id])
        events = await until("an event", events_found)
        assert await value_of(region, student, day, mark_id) == "5"
        region.asked.clear()
        began = time.monotonic()
        await asyncio.sleep(5)
        reads = region.asked["changes"]
    assert [(event.kind, event.thing_id, event.was, event.value) for event in events] == [
        ("mark-changed", mark_id, value, "5")
    ]
    assert 1 <= reads <= (time.monotonic() - began) / 1.6 + 1, "the workers don't both read the feed"
    logs = "".join((tmp_path / f"worker-{number}.log").read_text() for number in (0, 1))
    assert "Traceback" not in logs
    assert pupil not in logs


async def value_of(region: Region, student: Student, day: Any, mark_id: str) -> str:
    """The mark as the family's page shows it; asks the journal at most once."""
    outcome = await region.federation.read_diary(student, week_of(day), viewer=MOTHER)
    assert isinstance(outcome, Fresh)
    assert region.asked["diary"] <= 2
    marks = [*outcome.value.marks, *(mark for entry in outcome.value.lessons for mark in entry.marks)]
    return next(mark.value for mark in marks if mark.id == mark_id)
