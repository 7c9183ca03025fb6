"""The database: migrations, queries, what it refuses."""

from importlib.resources import files

import psycopg
import pytest

from myedu.journal.store import queries
from myedu.kit.schema import describe_schema
from myedu.kit.sql import prepare_problems
from myedu.records import TABLES, columns


def test_the_schema_file_equals_the_migrations(fresh_database):
    written, migrated = fresh_database(), fresh_database("myedu.journal")
    with psycopg.connect(written) as conn:
        conn.execute((files("myedu.journal") / "schema.sql").read_text(encoding="utf-8"))

    assert describe_schema(written) == describe_schema(migrated)


def test_every_query_can_be_prepared(fresh_database):
    assert len(queries) > 10
    assert prepare_problems(fresh_database("myedu.journal"), queries) == []


def test_the_structs_are_the_tables(fresh_database):
    with psycopg.connect(fresh_database("myedu.journal")) as conn:
        found = conn.execute(
            "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)"
            " FROM information_schema.columns WHERE table_schema = 'journal' GROUP BY 1"
        ).fetchall()
    by_table = dict(found)

    assert set(by_table) == {*TABLES, "region", "changes", "lesson_presence"}
    for table in TABLES:
        assert set(by_table[table]) == set(columns(table)), table


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("INSERT INTO journal.region (code) VALUES ('7')", "region_code_check"),
        (
            "INSERT INTO journal.homework (id, updated_at, group_id, subject_id, due_on, text, none)"
            " VALUES ('h', now(), 'g', 's', '2026-11-23', '§ 1', true)",
            "homework_check",
        ),
        (
            "INSERT INTO journal.persons (id, updated_at, last_name, first_name)"
            " VALUES ('a b', now(), 'x', 'y')",
            "persons_id_check",
        ),
    ],
)
def test_facts_that_must_agree(fresh_database, statement: str, constraint: str):
    with psycopg.connect(fresh_database("myedu.journal")) as conn:
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            conn.execute(statement)
        assert refused.value.diag.constraint_name.startswith(constraint)
