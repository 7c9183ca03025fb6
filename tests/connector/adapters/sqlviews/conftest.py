"""The same school in both databases."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg import sql

from myedu.connector.adapters.sqlviews.__main__ import SqlViewsSettings, journal_of
from myedu.connector.adapters.sqlviews.system import ViewsJournal
from tests.conftest import Server
from tests.connector.adapters.sqlviews.school import ZONE, statements

TODAY = datetime.now(ZoneInfo(ZONE)).date()


def settings_for(database: str, **more: Any) -> SqlViewsSettings:
    given = {"vendor": "ООО «Пример»", "product": "Журнал", "region": "14", "time_zone": ZONE}
    return SqlViewsSettings(**{"database": database, **given, **more})


@pytest.fixture
def sqlite_school(tmp_path: Path) -> Path:
    path = tmp_path / "school.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(";\n".join(statements(TODAY)))
    connection.close()
    return path


@pytest.fixture(scope="session")
def postgresql_school(postgres: Server) -> Iterator[str]:
    with _database(postgres, "sqlviews_school") as url:
        yield url


@pytest.fixture(scope="session")
def padded_school(postgres: Server) -> Iterator[str]:
    """The same with every id and text in a CHAR(n), which PostgreSQL pads."""
    with _database(postgres, "sqlviews_char") as url:
        with psycopg.connect(url) as conn:
            names = conn.execute("SELECT viewname FROM pg_views WHERE schemaname = 'public'").fetchall()
            for (name,) in names:
                _pad(conn, name)
        yield url


def _pad(conn: psycopg.Connection, view: str) -> None:
    found = conn.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", [view]
    ).fetchall()
    columns = [
        f"CAST({name} AS char(80)) AS {name}"
        if kind in ("text", "character varying") or name.endswith("id") else name
        for name, kind in found
    ]  # fmt: skip
    conn.execute(f"ALTER VIEW {view} RENAME TO raw_{view}")  # type: ignore[arg-type]
    conn.execute(f"CREATE VIEW {view} AS SELECT {', '.join(columns)} FROM raw_{view}")  # type: ignore[arg-type]


@contextmanager
def _database(postgres: Server, name: str) -> Iterator[str]:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with psycopg.connect(postgres.url(name)) as conn:
        for statement in statements(TODAY):
            conn.execute(statement)  # type: ignore[arg-type]
    yield postgres.url(name)
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(params=["sqlite", "postgresql", "padded"])
def journal(request: pytest.FixtureRequest) -> Iterator[ViewsJournal]:
    found = request.getfixturevalue(f"{request.param}_school")
    made = journal_of(settings_for(str(found)))
    yield made
    made.close()


Change = Callable[[str], None]


@pytest.fixture
def changed(sqlite_school: Path) -> Callable[[str], SqlViewsSettings]:
    """The SQLite school after a script: a view less, another column."""

    def after(script: str) -> SqlViewsSettings:
        connection = sqlite3.connect(sqlite_school)
        connection.executescript(script)
        connection.close()
        return settings_for(str(sqlite_school))

    return after
