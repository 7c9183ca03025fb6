"""Hand-written SQL in files beside the code; each query has a name and a line of purpose (ADR 0003).

-- name: week_copy
-- The last good copy of a student's week.
SELECT … WHERE system_id = %(system_id)s
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from psycopg.sql import Composable

_NAME_LINE = re.compile(r"^--\s*name:[ \t]*(.*?)\s*$", re.MULTILINE)
# As psycopg reads it, in quotes and comments too: %% is a per cent sign, %(x)s a parameter.
_PLACEHOLDER = re.compile(r"%(?:%|\((?P<name>[^)]*)\)(?P<kind>[stb])|(?P<stray>.?))", re.DOTALL)


class SqlError(Exception):
    """A file of queries has a mistake; the message names the entry."""


class Query(msgspec.Struct, frozen=True):
    """One named statement; `text` has psycopg's placeholders %(name)s."""

    name: str
    purpose: str
    text: str


class Queries:
    """The queries of one file by name, `queries.week_copy`; iteration is in the file's order."""

    def __init__(self, source: str, queries: Iterable[Query]) -> None:
        self._source = source
        self._by_name = {query.name: query for query in queries}

    def __getattr__(self, name: str) -> Query:
        # Called for names that are no ordinary attributes; copy and pickle try dunder names before __init__.
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._by_name[name]
        except KeyError:
            known = ", ".join(sorted(self._by_name))
            raise AttributeError(f"{self._source} has no query {name!r}; it has: {known}") from None

    def __iter__(self) -> Iterator[Query]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)


def load_queries(package: str, file: str = "queries.sql") -> Queries:
    """Read the queries of a package's data file. Raises SqlError."""
    source = f"{package}/{file}"
    return parse_queries((files(package) / file).read_text(encoding="utf-8"), source)


def parse_queries(text: str, source: str) -> Queries:
    """Split a file's text into queries; `source` names it in messages. Raises SqlError."""
    starts = list(_NAME_LINE.finditer(text))
    before = text[: starts[0].start()] if starts else text
    if any(line.strip() and not line.lstrip().startswith("--") for line in before.splitlines()):
        raise SqlError(f"{source}: SQL stands before the first '-- name:' line; give it a name")
    ends = [match.start() for match in starts[1:]] + [len(text)]
    queries: dict[str, Query] = {}
    for match, end in zip(starts, ends, strict=False):
        query = _parse_query(match[1], text[match.end() : end], source)
        if query.name in queries:
            raise SqlError(f"{source}: two queries are called {query.name}; rename one")
        queries[query.name] = query
    return Queries(source, queries.values())


def _parse_query(name: str, body: str, source: str) -> Query:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise SqlError(f"{source}: {name!r} is no query name; use lower case letters, digits and _")
    lines = body.strip().splitlines()
    purpose: list[str] = []
    while lines and lines[0].lstrip().startswith("--"):
        purpose.append(lines.pop(0).lstrip().lstrip("-").strip())
    if not " ".join(purpose).strip():
        raise SqlError(f"{source}: {name} has no purpose; write one line '-- …' under its name")
    sql = "\n".join(lines).strip().rstrip(";").rstrip()
    if not sql:
        raise SqlError(f"{source}: {name} has no SQL")
    return Query(name, " ".join(purpose).strip(), sql)


def compose(template: Query, parts: "Mapping[str, Composable]") -> Query:
    """Fill in the names in braces of a query, `SELECT … FROM {staged}`: identifiers, lists, literals.

    Parts that the text doesn't name are ignored; `{{` is a brace. Raises KeyError for a missing part.
    """
    from psycopg import sql  # here, so that reading queries needs no driver

    text = sql.SQL(template.text).format(**parts).as_string()
    return Query(template.name, template.purpose, text)


def numbered(text: str) -> tuple[str, list[str]]:
    """A text with the server's $1, $2 … instead of psycopg's %(name)s, and the names in that order.

    Raises SqlError for a lone per cent sign.
    """
    names: list[str] = []

    def replace(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        if match["name"] is None:
            raise SqlError(f"a lone {match[0]!r}: write %% for a per cent sign and %(name)s for a parameter")
        if match["name"] not in names:
            names.append(match["name"])
        return f"${names.index(match['name']) + 1}"

    return _PLACEHOLDER.sub(replace, text), names


def prepare_problems(conn_url: str, queries: Iterable[Query]) -> list[str]:
    """Prepare every query on the server, against its real schema; a sentence for each that fails.

    It uses the protocol's Parse message, as the statement PREPARE accepts no COPY and the like.
    """
    import psycopg  # here, so that reading queries needs no driver

    problems = []
    with psycopg.connect(conn_url, autocommit=True) as conn:
        for query in queries:
            try:
                text, _ = numbered(query.text)
            except SqlError as error:
                problems.append(f"{query.name}: {error}")
                continue
            result = conn.pgconn.prepare(b"", text.encode())
            if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
                problems.append(f"{query.name}: {result.get_error_message()}")
    return problems
