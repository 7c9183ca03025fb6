"""The PostgreSQL that the demo works on: an embedded one, or a server of one's own by address."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from myedu.kit.postgres import EmbeddedPostgres, PostgresError


class Server(Protocol):
    def url(self, database: str) -> str: ...


class OwnServer:
    """A server that somebody else runs; the account must be allowed to create databases."""

    def __init__(self, url: str) -> None:
        self._parts = conninfo_to_dict(url)

    def url(self, database: str) -> str:
        return make_conninfo(**{**self._parts, "dbname": database})


@contextmanager
def postgres(own_url: str | None, folder: Path) -> Iterator[Server]:
    """The server at `own_url`, or an embedded one over `folder` that ends with the block."""
    if own_url:
        yield OwnServer(own_url)
        return
    with EmbeddedPostgres(folder) as embedded:
        yield embedded


def have_database(server: Server, name: str) -> str:
    """The address of the database, created where it was missing."""
    with _maintenance(server) as conn:
        if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.url(name)


def anew(server: Server, name: str) -> str:
    """The address of an empty database of that name; one that was there is dropped."""
    with _maintenance(server) as conn:
        conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    return have_database(server, name)


def label_of(server: Server, name: str) -> str | None:
    """What `put_label` wrote on the database; None where it isn't there or has none."""
    with _maintenance(server) as conn:
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        row = conn.execute(query, [name]).fetchone()
    return row[0] if row else None


def put_label(server: Server, name: str, label: str) -> None:
    with _maintenance(server) as conn:
        comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
        conn.execute(comment.format(sql.Identifier(name), sql.Literal(label)))


@contextmanager
def _maintenance(server: Server) -> Iterator[psycopg.Connection]:
    """A connection outside of transactions; PostgresError for a server that isn't there or says no."""
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
            yield conn
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege) as error:
        raise PostgresError(
            f"{str(error).strip()}\nStart PostgreSQL, or correct MYEDU_DATABASE_URL:"
            " its account must be allowed to create databases."
        ) from None
