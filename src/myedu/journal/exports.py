"""The periodic export from the journal's database: one snapshot, rows streamed, no table in memory."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from myedu.connector.sdk.export import write_package
from myedu.contract.package import Manifest
from myedu.contract.tables import TABLES, Row
from myedu.journal.system import SYSTEM_INFO
from myedu.records import columns

_ROWS_PER_FETCH = 5_000  # of the server-side cursor


class NothingToExport(Exception):
    """The journal is empty; the message says what to do."""


def export(url: str, folder: Path, *, created_at: datetime, export_id: UUID) -> Manifest:
    """Writes a full package of the nine tables into `folder/<export_id>/`.

    `url` is of the journal's database. Raises NothingToExport, and ExportError if the package exists already.
    """
    with psycopg.connect(url) as conn:
        # One snapshot of all tables, whatever teachers write meanwhile.
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        conn.read_only = True
        conn.execute("SET LOCAL timezone = 'UTC'")
        region = conn.execute("SELECT code FROM journal.region").fetchone()
        if region is None:
            raise NothingToExport("the journal is empty: run `myedu journal generate` or `load-edfi` first")
        return write_package(
            folder,
            region=region[0],
            system=SYSTEM_INFO,
            tables={table: _rows(conn, table) for table in TABLES},
            created_at=created_at,
            export_id=export_id,
        )


def _rows(conn: psycopg.Connection, table: str) -> Iterator[Row]:
    names = columns(table)
    statement = sql.SQL("SELECT {} FROM journal.{} ORDER BY id").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table)
    )
    with conn.cursor(name=f"export_{table}", row_factory=class_row(TABLES[table])) as cursor:
        cursor.itersize = _ROWS_PER_FETCH
        yield from cursor.execute(statement)
