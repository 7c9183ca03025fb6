"""Named queries: the file, its mistakes, and PREPARE against a real server."""

from pathlib import Path

import pytest

from myedu.kit.sql import Query, SqlError, load_queries, numbered, parse_queries, prepare_problems

TEXT = """-- Queries of a sample room.

-- name: pupil
-- A pupil by number,
-- or nothing.
SELECT name FROM pupil -- a comment stays
WHERE id = %(id)s;

-- name: add_pupil
-- One more pupil.
INSERT INTO pupil (id, name) VALUES (%(id)s, %(name)s)
"""


def test_a_file_of_queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / "kit_sql_sample"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "queries.sql").write_text(TEXT, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    queries = load_queries("kit_sql_sample")
    assert [query.name for query in queries] == ["pupil", "add_pupil"]
    assert len(queries) == 2
    assert queries.pupil == Query(
        "pupil",
        "A pupil by number, or nothing.",
        "SELECT name FROM pupil -- a comment stays\nWHERE id = %(id)s",
    )
    with pytest.raises(
        AttributeError, match=r"kit_sql_sample/queries\.sql has no query 'pupils'; it has: add_pupil, pupil"
    ):
        queries.pupils  # noqa: B018 - the access is the test


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("SELECT 1;\n" + TEXT, "SQL stands before the first"),
        (TEXT + TEXT, "two queries are called pupil"),
        (TEXT.replace("-- One more pupil.\n", ""), "add_pupil has no purpose"),
        (TEXT.replace("-- One more pupil.", "--"), "add_pupil has no purpose"),
        (TEXT.replace("add_pupil", "AddPupil"), "'AddPupil' is no query name"),
        (TEXT.replace(" add_pupil", ""), "'' is no query name"),
        (TEXT + "-- name: last\n-- Nothing.\n;\n", "last has no SQL"),
    ],
)
def test_a_wrong_file_is_reported(text: str, sentence: str):
    with pytest.raises(SqlError) as caught:
        parse_queries(text, "room/queries.sql")
    assert str(caught.value).startswith("room/queries.sql: ")
    assert sentence in str(caught.value)


def test_numbered_placeholders():
    text, names = numbered("SELECT %(b)s::int, %(a)s, %(b)s WHERE x LIKE 'a%%' AND 5 %% 2 = %(a)b")
    assert text == "SELECT $1::int, $2, $1 WHERE x LIKE 'a%' AND 5 % 2 = $2"
    assert names == ["b", "a"]


@pytest.mark.parametrize("text", ["SELECT 5 % 2", "SELECT %s", "SELECT 1 %"])
def test_a_lone_per_cent_sign_is_refused(text: str):
    with pytest.raises(SqlError, match="write %% for a per cent sign"):
        numbered(text)


def test_every_query_is_prepared_on_a_real_server(fresh_database):
    texts = {
        "good": "SELECT %(a)s::date + 5 %% 2 WHERE 'x' LIKE '%%'",
        "copy": "COPY pg_class TO STDOUT",
        "no_table": "SELECT * FROM nowhere WHERE id = %(id)s",
        "untyped": "SELECT %(a)s IS NULL",
        "per_cent": "SELECT 5 % 2",
        "two": "SELECT 1; SELECT 2",
    }
    problems = prepare_problems(fresh_database(), [Query(name, "x", text) for name, text in texts.items()])
    assert [problem.partition(":")[0] for problem in problems] == ["no_table", "untyped", "per_cent", "two"]
    assert '"nowhere" does not exist' in problems[0]
    assert "could not determine data type of parameter $1" in problems[1]
