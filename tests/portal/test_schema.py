"""schema.sql equals the sum of the migrations."""

from collections.abc import Callable
from importlib.resources import files

import psycopg

from myedu.kit.schema import describe_schema


def test_the_schema_file_equals_the_migrations(fresh_database: Callable[..., str]) -> None:
    """If it fails: `python -m tests.schema_file`."""
    written, migrated = fresh_database(), fresh_database("myedu.portal")
    with psycopg.connect(written, autocommit=True) as conn:
        conn.execute((files("myedu.portal") / "schema.sql").read_text(encoding="utf-8"))
    assert describe_schema(written) == describe_schema(migrated)
