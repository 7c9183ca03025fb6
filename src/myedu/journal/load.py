"""Loads batches of records into the database: COPY, one transaction a batch.

For the generator and imports.
"""

from collections.abc import Iterable
from operator import attrgetter

import psycopg
from psycopg import sql

from myedu.records import TABLES, AnyRow, Batch, columns


class LoadError(Exception):
    """The rows don't fit this journal; the message says what to do."""


def load(url: str, region: str, batches: Iterable[Batch]) -> dict[str, int]:
    """Loads the batches; returns table → number of rows. At most one batch is in memory.

    Raises LoadError if the database belongs to another region; batches before a failing one stay loaded.
    """
    counts = dict.fromkeys(TABLES, 0)
    with psycopg.connect(url) as conn:
        _claim_region(conn, region)
        for batch in batches:
            # No one has read these rows yet: the feed of changes gets no entries.
            conn.execute("SET LOCAL journal.bulk = 'on'")
            for table in TABLES:
                if table in batch:
                    counts[table] += _copy(conn, table, batch[table])
            conn.commit()
        conn.autocommit = True
        conn.execute("ANALYZE")  # the planner has no statistics of tables that have just been filled
    return counts


def is_empty(url: str) -> bool:
    """Whether the journal has no organization yet."""
    with psycopg.connect(url) as conn:
        row = conn.execute("SELECT NOT EXISTS (SELECT FROM journal.organizations)").fetchone()
        return row is not None and bool(row[0])


def _claim_region(conn: psycopg.Connection, region: str) -> None:
    conn.execute("INSERT INTO journal.region (code) VALUES (%s) ON CONFLICT DO NOTHING", [region])
    row = conn.execute("SELECT code FROM journal.region").fetchone()
    if row is None or row[0] != region:
        raise LoadError(
            f"this journal belongs to region {row and row[0]}, not to {region}: load into another database"
        )


def _copy(conn: psycopg.Connection, table: str, rows: Iterable[AnyRow]) -> int:
    names = columns(table)
    values = attrgetter(*names)
    statement = sql.SQL("COPY journal.{} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    count = 0
    with conn.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(values(row))
            count += 1
    return count
