"""docs/operations/grow.md: what it says of the tables is so, and its statements run."""

import re
from collections.abc import Callable
from pathlib import Path

import psycopg

from myedu.contract.tables import TABLES

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


def test_every_table_of_the_exports_is_partitioned_and_keyed_by_region(
    fresh_database: Callable[..., str],
) -> None:
    with psycopg.connect(fresh_database("myedu.portal")) as conn:
        tables = parted(conn)
        keys = conn.execute(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype IN ('p', 'u') AND conrelid::regclass::text = ANY (%s)",
            [sorted(tables)],
        ).fetchall()
    assert {f"people.{table}" for table in TABLES} <= tables
    assert {f"exports.undo_{table}" for table in TABLES} <= tables
    assert keys
    assert all("region" in key for _, key in keys)


def test_a_regions_partitions_are_listed(fresh_database: Callable[..., str]) -> None:
    looking = statements("How a region's part comes and goes").split(";")[0]
    with psycopg.connect(fresh_database("myedu.portal")) as conn:
        conn.execute("SELECT people.open_region('25')")
        assert "people.persons_r25" in {row[1] for row in conn.execute(looking).fetchall()}
