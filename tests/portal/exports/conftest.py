"""A conveyor over a real database."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from myedu.kit.clock import FixedClock
from myedu.kit.db import Database
from myedu.portal.exports.service import Tools
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system
from tests.portal.exports.packages import Tables, package

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
SYSTEM = System(
    id="r25-a",
    region="25",
    name="Журнал Приморья",
    base_url="http://127.0.0.1:1",
    client_id="portal",
    registered_at=NOW,
)


@pytest.fixture(scope="session")
def url(fresh_database: Callable[..., str]) -> str:
    """One database for all cases of the conveyor: other sessions have to see what it commits."""
    return fresh_database("myedu.portal")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def tools(url: str, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Tools]:
    """A conveyor over an empty database with one system registered."""
    _empty(url)
    database = await Database.open(url, max_size=3)
    async with database.transaction() as conn:
        await register_system(conn, SYSTEM)
    yield Tools(database, clock, tmp_path / "spool")
    await database.close()


def _empty(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        tables = conn.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname IN ('people', 'exports')"
        ).fetchall()
        # Empty tables are quicker to delete from than to truncate.
        conn.execute("; ".join(f"DELETE FROM {table}" for (table,) in tables))


@pytest.fixture
def ask(url: str) -> Callable[..., list[Any]]:
    """Rows of a statement, on a connection of its own: what another session sees."""

    def asked(statement: str, *parameters: object) -> list[Any]:
        with psycopg.connect(url, autocommit=True) as conn:
            found = conn.execute(statement, parameters).fetchall()
        return [row[0] if len(row) == 1 else row for row in found]

    return asked


@pytest.fixture
def write(tmp_path: Path, clock: FixedClock) -> Callable[..., Path]:
    """A package's folder, as the SDK writes it at the clock's time."""

    def written(rows: Tables, **other: Any) -> Path:
        manifest = package(tmp_path / "packages", rows, clock.now(), **other)
        return tmp_path / "packages" / str(manifest.export_id)

    return written
