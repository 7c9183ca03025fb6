"""docs/operations/grow.md: its statements are run if the server has Citus."""

import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations" / "grow.md"


def statements(heading: str) -> str:
    """The SQL below a heading of the page."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return "\n".join(re.findall(r"```sql\n(.*?)```", section, flags=re.DOTALL))


def parted(conn: psycopg.Connection) -> set[str]:
    found = conn.execute(
        "SELECT partrelid::regclass::text FROM pg_partitioned_table"
        " WHERE pg_get_partkeydef(partrelid) = 'LIST (region)'"
    )
    return {name for (name,) in found.fetchall()}


def test_every_table_of_the_page_is_partitioned_and_keyed_by_region(
    fresh_database: Callable[..., str],
) -> None:
    named = set(re.findall(r"create_distributed_table\('([a-z_.]+)'", statements("Distribute by region")))
    with psycopg.connect(fresh_database("myedu.portal")) as conn:
        tables = parted(conn)
        keys = conn.execute(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype IN ('p', 'u') AND conrelid::regclass::text = ANY (%s)",
            [sorted(tables)],
        ).fetchall()
    assert named == {name for name in tables if not name.startswith("exports.undo_")}
    assert keys
    # Neither PostgreSQL nor Citus allows a key without the partitioning column.
    assert all("region" in key for _, key in keys)


def test_a_regions_partitions_are_listed(fresh_database: Callable[..., str]) -> None:
    looking = statements("How a region's part comes and goes").split(";")[0]
    with psycopg.connect(fresh_database("myedu.portal")) as conn:
        conn.execute("SELECT people.open_region('25')")
        assert "people.persons_r25" in {row[1] for row in conn.execute(looking).fetchall()}


def test_the_schema_is_distributed_as_the_page_says(fresh_database: Callable[..., str]) -> None:
    url = fresh_database("myedu.portal")
    with psycopg.connect(url, autocommit=True) as conn:
        if not conn.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'citus'").fetchone():
            pytest.skip(
                "this server has no Citus: the statements of docs/operations/grow.md are not run here"
            )
        conn.execute(statements("Distribute by region"))
        conn.execute("SELECT people.open_region('25')")
        spread = conn.execute("SELECT count(*) FROM citus_tables WHERE citus_table_type = 'distributed'")
        assert spread.fetchone() == (len(parted(conn)),)
