"""What the sender has said so far, in one SQLite file: a delta says only what changed, and a row of the
contract needs rows of several files. On the disk, so that a region of any size takes the same memory.

Also what was written of it before: a row goes into a delta when it differs from what stands.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import msgspec

from myedu.connector.adapters.oneroster import joins
from myedu.connector.adapters.oneroster.archive import OneRosterError
from myedu.connector.adapters.oneroster.columns import COMMON, SOURCES
from myedu.connector.adapters.oneroster.models import Joined
from myedu.contract.tables import Row

_CACHE = "PRAGMA cache_size = -65536"  # 64 MiB
_WAIT_SECONDS = 10.0

J = TypeVar("J", bound=Joined)

_WRITTEN = """
CREATE TABLE IF NOT EXISTS packages (number INTEGER PRIMARY KEY, export_id TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS written (
    "table" TEXT, id TEXT, digest BLOB, changed INTEGER, seen INTEGER, gone INTEGER,
    PRIMARY KEY ("table", id)
) WITHOUT ROWID;
"""


@contextmanager
def open_state(path: Path) -> Iterator["State"]:
    """The state, in one transaction: kept when the block ends well. Raises OneRosterError."""
    try:
        connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
        path.chmod(0o600)  # it holds names and birth dates
        try:
            connection.execute(_CACHE)
            connection.executescript(_WRITTEN)
            connection.execute("BEGIN IMMEDIATE")
            yield State(connection)
            connection.execute("COMMIT")
        finally:
            connection.close()  # without a COMMIT nothing stays
    except sqlite3.Error as error:
        raise OneRosterError(
            f"{path} can't be used ({error}): wait for the other run to end, or delete it and give a bulk set"
        ) from None


class State:
    """Its methods are called in this order: begin, store for each file, prepare, then the rest."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection
        found = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM packages").fetchone()
        self.package: int = found[0]

    def has_rows(self) -> bool:
        """Whether a bulk set came before."""
        return self._sql.execute("SELECT 1 FROM sqlite_master WHERE name = 'users'").fetchone() is not None

    def begin(self, *, anew: bool) -> None:
        """Make the tables of the files; with `anew` forget what an earlier set said."""
        for name, source in SOURCES.items():
            if anew:
                self._sql.execute(f'DROP TABLE IF EXISTS "{name}"')
            columns = ", ".join(f"{column} TEXT" for column in (*COMMON[1:], *source.kept))
            self._sql.execute(
                f'CREATE TABLE IF NOT EXISTS "{name}" (sourcedId TEXT PRIMARY KEY, {columns},'
                " line INTEGER, load INTEGER, double INTEGER) WITHOUT ROWID"
            )
            # A line tells something only about the set that is being read.
            self._sql.execute(f'UPDATE "{name}" SET line = NULL')  # noqa: S608 - our own names
            self._sql.execute(
                f'CREATE TEMP VIEW "live_{name}" AS'  # noqa: S608
                f" SELECT * FROM main.\"{name}\" WHERE status IS NOT 'tobedeleted'"
            )

    def store(self, file: str, rows: Iterable[Sequence[str | int | None]]) -> None:
        """Rows of one file: sourcedId, status, dateLastModified, the kept columns, line."""
        columns = (*COMMON[1:], *SOURCES[file].kept)
        differs = " OR ".join(f'"{file}".{name} IS NOT excluded.{name}' for name in columns)
        taken = ", ".join(f"{name} = excluded.{name}" for name in (*columns, "line", "load"))
        marks = ", ".join("?" * (len(columns) + 2))
        self._sql.executemany(
            f'INSERT INTO "{file}" VALUES ({marks}, {self.package}, 0)'  # noqa: S608
            f' ON CONFLICT DO UPDATE SET double = "{file}".load = excluded.load'
            f' AND ("{file}".double OR {differs}), {taken}',
            rows,
        )

    def prepare(self) -> None:
        """Take the lists apart and put together what the joins need."""
        self._sql.execute(
            "CREATE TEMP TABLE class_terms (class TEXT, term TEXT, PRIMARY KEY (class, term)) WITHOUT ROWID"
        )
        self._sql.executemany(
            "INSERT OR IGNORE INTO class_terms VALUES (?, ?)",
            self._listed(
                "SELECT sourcedId, termSourcedIds FROM live_classes WHERE termSourcedIds IS NOT NULL"
            ),
        )
        self._sql.execute(
            "CREATE TEMP TABLE links"
            " (user TEXT, other TEXT, role TEXT, modified TEXT, line INTEGER, double INTEGER)"
        )
        self._sql.executemany(
            "INSERT INTO links VALUES (?2, ?1, NULL, ?3, ?4, ?5)",
            (
                (agent, *user)
                for *user, agents in self._sql.execute(
                    "SELECT sourcedId, dateLastModified, line, double, agentSourcedIds FROM live_users"
                    " WHERE agentSourcedIds IS NOT NULL"
                )
                for agent in items_of(agents)
            ),
        )
        self._sql.execute(
            "INSERT INTO links SELECT userSourcedId, relationshipUserSourcedId, relationshipRole,"
            " dateLastModified, line, double FROM live_relationships"
        )
        for statement in joins.PREPARE:
            self._sql.execute(statement)

    def joined(self, kind: type[J], query: str) -> Iterator[J]:
        """The rows of a query of joins.py."""
        for row in self._sql.execute(query):
            yield kind(*row)

    def rows(self, query: str) -> Iterator[tuple[str, int | None]]:
        """(id, line) of a query that looks for what is wrong."""
        yield from self._sql.execute(query)

    def count(self, query: str) -> int:
        found: int = self._sql.execute(query).fetchone()[0]
        return found

    def org_ids(self) -> set[str]:
        return {row[0] for row in self._sql.execute("SELECT sourcedId FROM live_orgs")}

    def package_number(self, export_id: UUID) -> int | None:
        """The number of a package that was written from here."""
        query = "SELECT number FROM packages WHERE export_id = ?"
        found = self._sql.execute(query, [str(export_id)]).fetchone()
        return found[0] if found else None

    def last_package(self) -> UUID | None:
        found = self._sql.execute("SELECT export_id FROM packages ORDER BY number DESC LIMIT 1").fetchone()
        return UUID(found[0]) if found else None

    def note_package(self, export_id: UUID) -> None:
        self._sql.execute("INSERT INTO packages VALUES (?, ?)", [self.package, str(export_id)])

    def note_row(self, table: str, row: Row) -> int | None:
        """The package in which the row got its present values; None where it was written a moment ago."""
        digest = _digest(row)
        stands = self._standing(table, row.id)
        if stands is not None and stands[2] == self.package:
            return None
        same = stands is not None and stands[0] == digest and not stands[3]
        changed = stands[1] if stands is not None and same else self.package
        self._sql.execute(
            "INSERT OR REPLACE INTO written VALUES (?, ?, ?, ?, ?, 0)",
            [table, row.id, digest, changed, self.package],
        )
        return changed

    def keep(self, table: str, row_id: str) -> None:
        """The row is there and can't be told: what was written of it before stands."""
        self._sql.execute(
            'UPDATE written SET seen = ? WHERE "table" = ? AND id = ?', [self.package, table, row_id]
        )

    def gone(self, table: str, since: int) -> Iterator[str]:
        """Ids of rows that were written once and are no more, of those that went after package `since`."""
        self._sql.execute(
            'UPDATE written SET gone = 1, changed = ?1 WHERE "table" = ?2 AND seen < ?1 AND NOT gone',
            [self.package, table],
        )
        query = 'SELECT id FROM written WHERE "table" = ? AND gone AND changed > ?'
        yield from (row[0] for row in self._sql.execute(query, [table, since]))

    def _standing(self, table: str, row_id: str) -> tuple[bytes, int, int, int] | None:
        query = 'SELECT digest, changed, seen, gone FROM written WHERE "table" = ? AND id = ?'
        found: tuple[bytes, int, int, int] | None = self._sql.execute(query, [table, row_id]).fetchone()
        return found

    def _listed(self, query: str) -> Iterator[tuple[str, str]]:
        return ((row_id, item) for row_id, text in self._sql.execute(query) for item in items_of(text))


def items_of(text: str) -> Iterator[str]:
    """The items of a list in one field: `a, b` → a, b."""
    return (item for part in text.split(",") if (item := part.strip()))


def _digest(row: Row) -> bytes:
    """Of all values but the time: some systems stamp every row at every export."""
    values = [getattr(row, name) for name in row.__struct_fields__ if name != "updated_at"]
    return hashlib.blake2b(msgspec.msgpack.encode(values), digest_size=16).digest()
