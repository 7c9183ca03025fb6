"""Migrations 0013 and 0017 on a filled database: the earlier release goes on in between, nothing is lost."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from myedu.contract.tables import TABLES
from myedu.kit.migrate import migrate, read_migrations
from myedu.portal.exports.tables import data_columns

PRE, POST = "0013", "0017"


@pytest.fixture
def filled(
    fresh_database: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[psycopg.Connection]:
    """A database of the earlier release: rows of region 25, and what it keeps to undo their last package."""
    url = fresh_database()
    everything = [
        one for one in read_migrations("myedu.portal") if one.name.partition("/")[2][:4] <= POST[:4]
    ]
    earlier = [one for one in everything if one.name.partition("/")[2] < PRE]
    monkeypatch.setattr("myedu.kit.migrate.read_migrations", lambda _: earlier)
    migrate(url, "myedu.portal")
    monkeypatch.setattr("myedu.kit.migrate.read_migrations", lambda _: everything)
    with psycopg.connect(url, autocommit=True) as conn:
        for names in ("%", "undo\\_%", "incoming\\_%"):
            conn.execute("SELECT people.open_region('25', %s)", [names])
        _add_person(conn, "people.persons", "p1", "Анна")
        _add_person(conn, "people.undo_persons", "p1", "Инна")
        yield conn


def _add_person(conn: psycopg.Connection, table: str, id: str, first_name: str) -> None:
    conn.execute(
        f"INSERT INTO {table} (region, system_id, id, public_id, last_name, first_name, updated_at)"
        " VALUES ('25', 's1', %s, %s, 'Лебедева', %s, now())",
        [id, UUID(int=1), first_name],
    )


def _names(conn: psycopg.Connection, table: str) -> list[Any]:
    return [name for (name,) in conn.execute(f"SELECT first_name FROM {table} ORDER BY 1").fetchall()]


def test_the_earlier_release_goes_on_until_the_post_migration(filled: psycopg.Connection) -> None:
    url = filled.info.dsn
    applied = migrate(url, "myedu.portal", only_pre=True)
    assert any(PRE in name for name in applied)
    assert not any(POST in name for name in applied)
    for schema in ("people", "exports"):
        assert _names(filled, f"{schema}.undo_persons_r25") == ["Инна"]
    # What an import of the earlier release does: a new region, its staging, undo rows by partition.
    for names in ("incoming\\_%", "undo\\_%", "%"):
        filled.execute("SELECT people.open_region('14', %s)", [names])
    filled.execute("SELECT people.expect_rows_of('25', 's1'), people.empty_parts('incoming\\_%', '25')")
    filled.execute("INSERT INTO people.undo_persons_r25 SELECT * FROM people.persons_r25")
    filled.execute("DELETE FROM people.undo_persons WHERE first_name = 'Инна'")
    filled.execute("INSERT INTO people.undo_groups_r14 SELECT * FROM people.groups_r14")
    filled.execute("SELECT people.make_bare_part('persons', '77', 's', %s)", [uuid4()])
    assert _names(filled, "exports.undo_persons") == ["Анна"]

    assert any(POST in name for name in migrate(url, "myedu.portal"))
    left = filled.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'people'::regnamespace"
        " AND relname ~ '^(incoming|undo)_'"
    )
    assert left.fetchall() == []
    assert _names(filled, "exports.undo_persons") == ["Анна"]
    assert _names(filled, "people.persons") == ["Анна"]


def test_both_at_once_keep_what_can_be_undone(filled: psycopg.Connection) -> None:
    assert len(migrate(filled.info.dsn, "myedu.portal")) >= 2
    filled.execute("SELECT exports.open_region('25'), people.open_region('25')")
    assert _names(filled, "exports.undo_persons_r25") == ["Инна"]


def test_the_shapes_of_staging_and_undo_have_the_contracts_columns(filled: psycopg.Connection) -> None:
    migrate(filled.info.dsn, "myedu.portal")
    for table in TABLES:
        for relation in (f"exports.staging_{table}", f"exports.undo_{table}", f"people.{table}"):
            found = filled.execute(f"SELECT * FROM {relation} LIMIT 0").description or []
            assert set(data_columns(table)) < {column.name for column in found}, relation
