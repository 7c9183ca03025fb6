"""The PostgreSQL server of the demo: an embedded one, or an external one by its address."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from myedu.kit.postgres import EmbeddedPostgres, PostgresError
from myedu.portal.database_roles import PROGRAM_ROLE, migrate_portal


class Server(Protocol):
    """A PostgreSQL server on which databases can be made."""

    def url(self, database: str, role: str = "") -> str:
        """The address of a database, which need not exist. `role`: of the server's; empty: its owner's."""
        ...


class ExternalServer:
    """A server that already runs; the account must be allowed to create databases.

    Roles are its administrator's, so everything is done by the one account.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def url(self, database: str, role: str = "") -> str:
        """The address of a database on this server, as the one account whatever the role."""
        return make_conninfo(self._url, dbname=database)


@contextmanager
def postgres_server(external_url: str | None, folder: Path) -> Iterator[Server]:
    """The server at `external_url`, or an embedded one over `folder`, which stops with the block."""
    if external_url:
        yield ExternalServer(external_url)
        return
    with EmbeddedPostgres(folder, roles=(PROGRAM_ROLE,)) as embedded:
        yield embedded


def ensure_database(server: Server, name: str) -> str:
    """The address of the database; creates it if it is missing."""
    with _maintenance(server) as conn:
        if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.url(name)


def ensure_portal_database(server: Server, name: str) -> str:
    """The address by which the portal finds its database, as a role that can't change its own audit.

    Creates the database if it is missing, and migrates it. Raises MigrationError.
    """
    owner, program = ensure_database(server, name), server.url(name, PROGRAM_ROLE)
    migrate_portal(owner, program)
    return program


def recreate_database(server: Server, name: str) -> str:
    """The address of a new, empty database; drops one of this name first."""
    with _maintenance(server) as conn:
        conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    return ensure_database(server, name)


def read_label(server: Server, name: str) -> str | None:
    """The label that `write_label` wrote; None if the database is missing or has no label."""
    with _maintenance(server) as conn:
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        row = conn.execute(query, [name]).fetchone()
    return row[0] if row else None


def write_label(server: Server, name: str, label: str) -> None:
    """Writes a label on the database (COMMENT ON DATABASE)."""
    with _maintenance(server) as conn:
        comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
        conn.execute(comment.format(sql.Identifier(name), sql.Literal(label)))


@contextmanager
def _maintenance(server: Server) -> Iterator[psycopg.Connection]:
    """An autocommit connection. Raises PostgresError if the server can't be reached or refuses."""
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
            yield conn
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege) as error:
        raise PostgresError(
            f"{str(error).strip()}\nStart PostgreSQL, or correct MYEDU_DATABASE_URL:"
            " its account must be allowed to create databases."
        ) from None
