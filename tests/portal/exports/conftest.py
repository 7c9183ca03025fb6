"""A pipeline over a real database, and a journal that offers packages."""

import socket
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest

from myedu.connector.adapters.netschool.sample import sample_roster, write_sample
from myedu.connector.adapters.netschool.source import RecordedSource
from myedu.connector.adapters.netschool.system import NetSchoolSystem
from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.kit.clock import FixedClock
from myedu.kit.db import Database
from myedu.kit.serve import serving
from myedu.portal.exports.models import LoadContext
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system
from tests.portal.exports.packages import Tables, package
from tests.portal.exports.pushing import key_pair

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
    """One database for all cases of the import: other sessions have to see what it commits."""
    return fresh_database("myedu.portal")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def context(url: str, clock: FixedClock, tmp_path: Path) -> AsyncIterator[LoadContext]:
    """A pipeline over an empty database with one system registered."""
    _empty(url)
    database = await Database.open(url, max_size=3)
    async with database.transaction() as conn:
        await register_system(conn, SYSTEM)
        await conn.execute("SELECT exports.open_region(%s)", [SYSTEM.region])
    yield LoadContext(database, clock, tmp_path / "spool")
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


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """The folder of the packages that the journal offers."""
    return tmp_path / "exports"


class Offering:
    """A journal's application; `cut` names a file whose next answer breaks off in the middle."""

    def __init__(self) -> None:
        self.app: Any = None
        self.cut: str | None = None
        self.ranges: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            self.ranges += [value.decode() for name, value in scope["headers"] if name == b"range"]
            if self.cut and scope["path"].endswith(self.cut):
                self.cut, send = None, self._breaking(send)
        await self.app(scope, receive, send)

    @staticmethod
    def _breaking(send: Any) -> Any:
        async def broken(message: Any) -> None:
            if message["type"] == "http.response.body":
                half = message["body"][: len(message["body"]) // 2]
                await send({"type": "http.response.body", "body": half, "more_body": True})
                raise ConnectionResetError("the line is cut")
            await send(message)

        return broken


@pytest.fixture
def offering() -> Offering:
    return Offering()


@pytest.fixture
async def client(
    tmp_path: Path, exports: Path, clock: FixedClock, offering: Offering
) -> AsyncIterator[JournalClient]:
    """A client of a journal which serves the packages of `exports`."""
    write_sample(tmp_path / "sample")
    private, public = key_pair()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    offering.app = connector_app(
        NetSchoolSystem(RecordedSource(tmp_path / "sample"), sample_roster("25", 2026), clock),
        base_url=f"http://127.0.0.1:{port}",
        clients=[RegisteredClient("portal", public)],
        token_key=b"k" * 32,
        clock=clock,
        exports=exports,
    )
    async with serving(offering, port=port) as url, aiohttp.ClientSession() as http:
        yield JournalClient(http, JournalAddress("r25-a", url, "portal"), private, clock=clock)
