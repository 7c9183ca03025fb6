"""PostgreSQL is killed: whatever was shown before is in the audit."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from benchmarks.families import Visit, settle
from myedu.contract.windows import week_of
from myedu.kit.db import Database
from myedu.kit.encryption import new_key
from myedu.kit.migrate import migrate
from myedu.kit.postgres import EmbeddedPostgres
from myedu.portal.diary import store

WEEK = week_of(datetime.now(UTC).date())
TIMES = 5


class Place:
    """A durable server that writes its log late, so that a kill loses every commit that nobody waited for."""

    def __init__(self, server: EmbeddedPostgres, visits: list[Visit]) -> None:
        self._server, self._visits = server, visits
        self.url = server.url("postgres")

    async def open_pages(self, database: Database) -> int:
        async def page(visit: Visit) -> int:
            async with database.connection() as conn:
                request = store.PageRequest(visit.token, visit.child, "week", WEEK)
                (opened,) = await store.open_diaries(conn, [request], datetime.now(UTC))
            return len(opened.children) if opened else 0

        return sum(await asyncio.gather(*(page(visit) for visit in self._visits * TIMES)))

    def lines_after_a_kill(self) -> int:
        assert self._server.pid
        os.kill(self._server.pid, signal.SIGKILL)
        while self._server.running:
            time.sleep(0.01)
        self._server.start()
        with psycopg.connect(self._server.url("postgres")) as conn:
            found = conn.execute("SELECT count(*) FROM audit.lines WHERE action = 'diary.read'").fetchone()
        return int(found[0]) if found else 0


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with EmbeddedPostgres(tmp_path / "data") as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
            conn.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            conn.execute("SELECT pg_reload_conf()")
        migrate(server.url("postgres"), "myedu.portal")
        yield Place(server, settle(server.url("postgres"), WEEK, 40, new_key()))


@asynccontextmanager
async def connections(place: Place, settings: str = "") -> AsyncIterator[Database]:
    with psycopg.connect(place.url, autocommit=True) as conn:
        conn.execute(f"ALTER DATABASE postgres SET synchronous_commit = {settings or 'on'}")
    database = await Database.open(place.url, max_size=4)
    yield database
    await database.close()


async def test_every_page_that_was_shown_has_its_line(place: Place) -> None:
    async with connections(place) as database:
        shown = await place.open_pages(database)
        assert shown == 40 * TIMES
        assert place.lines_after_a_kill() == shown


async def test_without_the_wait_lines_are_lost(place: Place) -> None:
    """So the test above can fail."""
    async with connections(place, "off") as database:
        shown = await place.open_pages(database)
        assert place.lines_after_a_kill() < shown
