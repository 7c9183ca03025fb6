"""Migrations of a small package, and the schema that they make as text."""

import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from myedu.kit.migrate import MigrationError, describe_schema, migrate

FIRST = """
CREATE SCHEMA school;
CREATE TYPE school.kind AS ENUM ('exam', 'oral');
CREATE TABLE school.pupil (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
"""
SECOND = """
CREATE TABLE school.mark (
    pupil bigint REFERENCES school.pupil, value int CHECK (value BETWEEN 1 AND 5),
    kind school.kind DEFAULT 'oral', note text, PRIMARY KEY (pupil, value));
CREATE UNLOGGED TABLE school.staging (line text) WITH (fillfactor = 90);
CREATE TABLE school.visit (day date NOT NULL, pupil bigint) PARTITION BY RANGE (day);
CREATE TABLE school.visit_2026 PARTITION OF school.visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX mark_note ON school.mark (note) WHERE note IS NOT NULL;
CREATE FUNCTION school.double(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';
CREATE FUNCTION school.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER no_delete BEFORE DELETE ON school.mark FOR EACH ROW EXECUTE FUNCTION school.keep();
CREATE VIEW school.best AS SELECT pupil FROM school.mark WHERE value = 5;
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """`package(**{file: text})` makes an importable package and returns its name."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(name: str = "", **texts: str) -> str:
        # A name of its own for each test: an imported package stays imported.
        name = f"{tmp_path.name}_{name}"
        folder = tmp_path / name / "migrations"
        folder.mkdir(parents=True, exist_ok=True)
        (tmp_path / name / "__init__.py").touch()
        for file, text in texts.items():
            (folder / f"{file[1:]}.sql").write_text(text, encoding="utf-8")
        return name

    return write


def test_each_file_is_applied_once_in_order(package, fresh_database):
    url = fresh_database()
    name = package(_0002_post_mark=SECOND, _0001_pre_pupil=FIRST)
    assert migrate(url, name) == [f"{name}/0001_pre_pupil.sql", f"{name}/0002_post_mark.sql"]
    assert migrate(url, name) == []
    package(_0003_pre_more="ALTER TABLE school.pupil ADD born date; SELECT '100 %'")
    assert migrate(url, name) == [f"{name}/0003_pre_more.sql"]
    with psycopg.connect(url) as conn:
        rows = conn.execute(
            "SELECT name, length(sha256) FROM schema_migration ORDER BY applied_at"
        ).fetchall()
    assert [row[0][-9:] for row in rows] == ["pupil.sql", "_mark.sql", "_more.sql"]
    assert {row[1] for row in rows} == {64}


def test_what_earlier_programs_cannot_run_with_waits(package, fresh_database):
    url = fresh_database()
    name = package(_0001_pre_pupil=FIRST, _0002_post_mark=SECOND)
    assert migrate(url, name, only_pre=True) == [f"{name}/0001_pre_pupil.sql"]
    assert migrate(url, name, only_pre=True) == []
    package(_0003_pre_more="SELECT 1")
    with pytest.raises(MigrationError, match=r"0003_pre_more.sql comes after .*0002_post_mark.sql"):
        migrate(url, name, only_pre=True)
    assert migrate(url, name) == [f"{name}/0002_post_mark.sql", f"{name}/0003_pre_more.sql"]


def test_two_packages_share_a_database(package, fresh_database):
    url = fresh_database()
    first = package("one", _0001_pre_start="CREATE TABLE one (id int)")
    second = package("two", _0001_pre_start="CREATE TABLE two (id int)")
    assert migrate(url, first) + migrate(url, second) == [f"{n}/0001_pre_start.sql" for n in (first, second)]


def test_a_changed_file_is_refused(package, fresh_database):
    url = fresh_database()
    name = package(_0001_pre_pupil=FIRST)
    migrate(url, name)
    package(_0001_pre_pupil=FIRST + "-- later", _0002_post_mark=SECOND)
    with pytest.raises(MigrationError, match=r"0001_pre_pupil\.sql was changed .* put its old text back"):
        migrate(url, name)
    assert "school.mark" not in describe_schema(url)


def test_a_failing_file_leaves_no_trace(package, fresh_database):
    url = fresh_database()
    name = package(_0001_pre_pupil=FIRST, _0002_post_bad="CREATE TABLE left_over (id int); SELECT 1/0;")
    with pytest.raises(MigrationError, match=r"0002_post_bad\.sql failed and nothing of it was applied"):
        migrate(url, name)
    assert "left_over" not in describe_schema(url)
    assert "school.pupil" in describe_schema(url)
    package(_0002_post_bad="SELECT 1")
    assert migrate(url, name) == [f"{name}/0002_post_bad.sql"]


def test_two_concurrent_migrations_apply_each_file_once(package, fresh_database):
    url = fresh_database()
    name = package(_0001_pre_slow="SELECT pg_sleep(0.2); CREATE TABLE slow (id int)")
    results: list[list[str]] = []
    threads = [threading.Thread(target=lambda: results.append(migrate(url, name))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, results)) == [0, 1]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"_0001_start": "SELECT 1"}, "rename 0001_start.sql"),
        ({"_0001_pre_a": "SELECT 1", "_0001_post_b": "SELECT 1"}, "share a number"),
    ],
)
def test_wrong_file_names_are_reported(package, fresh_database, files: dict[str, str], sentence: str):
    with pytest.raises(MigrationError, match=sentence):
        migrate(fresh_database(), package(**files))


def test_a_package_without_migrations_is_reported(fresh_database):
    with pytest.raises(MigrationError, match="has no folder migrations/"):
        migrate(fresh_database(), "myedu.kit")


def test_equal_schemas_have_equal_texts(package, fresh_database):
    migrated, at_once = fresh_database(), fresh_database()
    migrate(migrated, package(_0001_pre_pupil=FIRST, _0002_post_mark=SECOND))
    with psycopg.connect(at_once) as conn:
        conn.execute(FIRST + SECOND)
    assert describe_schema(migrated) == describe_schema(at_once)
    assert "schema_migration" not in describe_schema(migrated)


@pytest.mark.parametrize(
    "change",
    [
        "CREATE SCHEMA other",
        "ALTER TYPE school.kind ADD VALUE 'test'",
        "CREATE DOMAIN school.snils AS text CHECK (length(VALUE) = 11)",
        "ALTER TABLE school.mark ALTER note SET DEFAULT ''",
        "ALTER TABLE school.mark ALTER note SET NOT NULL",
        "ALTER TABLE school.mark ALTER note TYPE varchar(9)",
        'ALTER TABLE school.mark ALTER note TYPE text COLLATE "C"',
        "ALTER TABLE school.mark ADD more text GENERATED ALWAYS AS (upper(note)) STORED",
        "ALTER TABLE school.mark DROP CONSTRAINT mark_value_check",
        "ALTER TABLE school.staging SET LOGGED",
        "ALTER TABLE school.staging SET (fillfactor = 80)",
        "ALTER TABLE school.visit DETACH PARTITION school.visit_2026",
        "DROP INDEX school.mark_note",
        "CREATE SEQUENCE school.number",
        "CREATE OR REPLACE FUNCTION school.double(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 3'",
        "ALTER TABLE school.mark DISABLE TRIGGER no_delete",
        "CREATE OR REPLACE VIEW school.best AS SELECT pupil FROM school.mark WHERE value > 3",
        "CREATE POLICY own ON school.mark USING (pupil = 1)",
        "ALTER TABLE school.mark ENABLE ROW LEVEL SECURITY",
    ],
)
def test_every_change_of_the_schema_changes_the_text(shaped: str, change: str):
    before = describe_schema(shaped)
    with psycopg.connect(shaped, autocommit=True) as conn:
        conn.execute(change)
    assert describe_schema(shaped) != before


@pytest.fixture(scope="module")
def shaped(fresh_database) -> str:
    url = fresh_database()
    with psycopg.connect(url) as conn:
        conn.execute(FIRST + SECOND)
    return url
