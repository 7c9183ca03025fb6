"""The pool, transactions, and rows into structs, on a real server."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from enum import Enum

import msgspec
import psycopg
import pytest
from psycopg.types.json import Jsonb

from myedu.kit.db import Database, DatabaseUnreachable, RowError, execute, fetch_all, fetch_one, fetch_value
from myedu.kit.sql import Query


class Kind(Enum):
    EXAM = "exam"
    ORAL = "oral"


class Note(msgspec.Struct, frozen=True):
    text: str
    weight: int = 1


class Mark(msgspec.Struct, frozen=True):
    id: int
    name: str


class Wide(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    day: date | None
    kind: Kind
    note: Note
    tags: tuple[str, ...]
    raw: dict
    extra: int = 7


@pytest.fixture(scope="module")
async def database(fresh_database) -> AsyncIterator[Database]:
    database = await Database.open(fresh_database(), max_size=2, name="kit-test")
    async with database.connection() as conn:
        await conn.execute("CREATE TABLE mark (id int PRIMARY KEY, name text NOT NULL)")
    yield database
    await database.close()


@pytest.fixture
async def conn(database: Database) -> AsyncIterator[psycopg.AsyncConnection]:
    async with database.connection() as conn:
        await conn.execute("TRUNCATE mark")
        await conn.execute("INSERT INTO mark VALUES (1, 'пять'), (2, 'четыре')")
        yield conn


def query(text: str) -> Query:
    return Query("sample", "A sample.", text)


async def test_rows_become_structs_by_name(conn: psycopg.AsyncConnection):
    marks = [Mark(1, "пять"), Mark(2, "четыре")]
    for columns in ("id, name", "name, id"):
        assert await fetch_all(conn, query(f"SELECT {columns} FROM mark ORDER BY id"), None, Mark) == marks
    by_id = query("SELECT * FROM mark WHERE id = %(id)s")
    assert await fetch_one(conn, by_id, {"id": 2}, Mark) == marks[1]
    assert await fetch_one(conn, by_id, {"id": 3}, Mark) is None
    value = query("SELECT name FROM mark WHERE id = %(id)s")
    assert await fetch_value(conn, value, {"id": 1}) == "пять"
    assert await fetch_value(conn, value, {"id": 3}) is None
    assert await fetch_value(conn, query("SELECT 7 %% 4")) == 3
    assert await execute(conn, query("UPDATE mark SET name = 'пять'")) == 2


async def test_columns_are_converted_to_the_types_of_the_struct(conn: psycopg.AsyncConnection):
    text = """SELECT timestamptz '2026-09-01 09:00+09' AS at, NULL::date AS day, 'oral' AS kind,
        %(note)s::jsonb AS note, ARRAY['а', 'б'] AS tags, '{"x": [1]}'::jsonb AS raw"""
    row = await fetch_one(conn, query(text), {"note": Jsonb(Note("«ё»", 2))}, Wide)
    assert row == Wide(
        at=datetime(2026, 9, 1, tzinfo=UTC),
        day=None,
        kind=Kind.ORAL,
        note=Note("«ё»", 2),
        tags=("а", "б"),
        raw={"x": [1]},
    )
    assert row.at.utcoffset().total_seconds() == 0


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ("id", "Mark needs name"),
        ("id, name, 5 AS weight", "Mark has no field weight"),
        ("id, name, name", "two columns are called name"),
    ],
)
async def test_columns_that_do_not_fit_name_the_query(
    conn: psycopg.AsyncConnection, columns: str, sentence: str
):
    with pytest.raises(RowError, match=sentence) as caught:
        await fetch_all(conn, query(f"SELECT {columns} FROM mark"), None, Mark)
    assert caught.value.__notes__ == ["in the query sample: A sample."]


async def test_errors_keep_their_class_and_name_the_query(conn: psycopg.AsyncConnection):
    with pytest.raises(psycopg.errors.UniqueViolation) as caught:
        await execute(conn, query("INSERT INTO mark VALUES (1, 'x')"))
    assert caught.value.__notes__ == ["in the query sample: A sample."]


async def test_a_transaction_is_committed_as_a_whole_or_not_at_all(
    database: Database, conn: psycopg.AsyncConnection
):
    async def add(number: int) -> None:
        async with database.transaction() as inner:
            await execute(inner, query("INSERT INTO mark VALUES (%(id)s, 'x')"), {"id": number})
            if number == 4:
                raise KeyError

    await add(3)
    with pytest.raises(KeyError):
        await add(4)
    assert await fetch_value(conn, query("SELECT array_agg(id ORDER BY id) FROM mark")) == [1, 2, 3]


async def test_a_cancelled_request_leaves_a_clean_pool(database: Database):
    async def wait() -> None:
        async with database.transaction() as inner:
            await execute(inner, query("SELECT pg_sleep(60)"))

    tasks = [asyncio.create_task(wait()) for _ in range(4)]
    await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
    assert all(
        isinstance(e, asyncio.CancelledError) for e in await asyncio.gather(*tasks, return_exceptions=True)
    )
    async with database.transaction() as conn:
        assert await fetch_value(conn, query("SELECT 1")) == 1


async def test_statements_are_prepared_and_an_autocommit_read_is_one_round_trip(database: Database):
    async with database.connection() as conn:
        for _ in range(3):
            await fetch_value(conn, query("SELECT 41 + 1"))
        prepared = await fetch_value(
            conn, query("SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT 41 + 1'")
        )
        assert prepared == 1
        assert conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        settings = await fetch_value(
            conn,
            query(
                "SELECT ARRAY[current_setting('statement_timeout'), current_setting('application_name'),"
                " current_setting('jit')]"
            ),
        )
    assert settings == ["1min", "kit-test", "off"]


async def test_an_unreachable_server_is_reported_and_leaves_nothing_running(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("myedu.kit.db.CONNECT_SECONDS", 0.3)
    with pytest.raises(DatabaseUnreachable, match="MYEDU_DATABASE_URL"):
        await Database.open("postgresql://nobody@127.0.0.1:1/x")
