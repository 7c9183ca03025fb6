"""A database with an empty queue."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest

from myedu.kit.db import Database
from tests.portal.jobs.toy import Ask


@pytest.fixture(scope="session")
def url(fresh_database: Callable[..., str]) -> str:
    """One database for all cases: workers have to see what other sessions commit."""
    return fresh_database("myedu.portal")


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("DELETE FROM jobs.pgqueuer")
        conn.execute("DELETE FROM jobs.pgqueuer_log")
        conn.execute("DELETE FROM jobs.pgqueuer_schedules")
    database = await Database.open(url, max_size=4)
    yield database
    await database.close()


@pytest.fixture
def ask(url: str) -> Ask:
    """Rows of a statement on a connection of its own; a row of one column is its value."""

    def asked(statement: str, *parameters: object) -> list[Any]:
        with psycopg.connect(url, autocommit=True) as conn:
            found = conn.execute(statement, parameters).fetchall()
        return [row[0] if len(row) == 1 else row for row in found]

    return asked
