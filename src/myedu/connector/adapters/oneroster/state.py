"""The rows received so far, in one SQLite file.

They are kept because a delta has only the rows that changed, while a row of the contract needs rows of
several files; on the disk, so that memory doesn't grow with the region. The file also has a digest of every
row written to a package: a row goes into a delta if its digest differs.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import UUID

import msgspec

from myedu.connector.adapters.oneroster import joins
from myedu.connector.adapters.oneroster.archive import OneRosterError
from myedu.connector.adapters.oneroster.calendars import Session, sessions_of_schools
from myedu.connector.adapters.oneroster.columns import COMMON, SOURCES
from myedu.connector.adapters.oneroster.models import Joined
from myedu.connector.adapters.oneroster.translate import UNKNOWN_ID, joined_id
from myedu.contract.tables import Row

_CACHE = "PRAGMA cache_size = -65536"  # 64 MiB
_LOCK_TIMEOUT = 10.0  # seconds

J = TypeVar("J", bound=Joined)

_VERSION = 2
"""Of the tables of rows. A state of another version can't take a delta: a bulk set makes a new one."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS packages (number INTEGER PRIMARY KEY, export_id TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS written (
    "table" TEXT, id TEXT, digest BLOB, changed INTEGER, seen INTEGER, gone INTEGER,
    PRIMARY KEY ("table", id)
) WITHOUT ROWID;
"""


def takes_deltas(path: Path) -> bool:
    """Whether there is a state at `path` that this release has written, or can go on with."""
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=_LOCK_TIMEOUT)) as connection:
            return bool(connection.execute("PRAGMA user_version").fetchone()[0] == _VERSION)
    except sqlite3.Error:
        return False


@contextmanager
def open_state(path: Path) -> Iterator["State"]:
    """The state in one transaction, committed unless the block raises. Raises OneRosterError."""
    try:
        connection = sqlite3.connect(path, timeout=_LOCK_TIMEOUT, isolation_level=None)
        path.chmod(0o600)  # it holds names and birth dates
        try:
            connection.execute(_CACHE)
            connection.executescript(_SCHEMA)
            connection.execute("BEGIN IMMEDIATE")
            yield State(connection)
            connection.execute("COMMIT")
        finally:
            connection.close()  # rolls back without a COMMIT
    except sqlite3.Error as error:
        raise OneRosterError(
            f"{path} can't be used ({error}): wait for the other run to end, or delete it and give a bulk set"
        ) from None


class State:
    """The order of calls: begin, store for each file, prepare, then the others.

    `package` is the number of the package being written, from 1.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection
        row = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM packages").fetchone()
        self.package: int = row[0]

    def has_rows(self) -> bool:
        """Whether a bulk set was stored before, by this release or one with the same tables."""
        return bool(self._sql.execute("PRAGMA user_version").fetchone()[0] == _VERSION)

    def begin(self, *, reset: bool) -> None:
        """Create the tables of the files; with `reset` delete the rows of earlier sets."""
        self._sql.execute(f"PRAGMA user_version = {_VERSION}")
        for name, source in SOURCES.items():
            if reset:
                self._sql.execute(f'DROP TABLE IF EXISTS "{name}"')
            columns = ", ".join(f"{column} TEXT" for column in (*COMMON[1:], *source.kept))
            self._sql.execute(
                f'CREATE TABLE IF NOT EXISTS "{name}" (sourcedId TEXT PRIMARY KEY, {columns},'
                " line INTEGER, load INTEGER, double INTEGER, repeats INTEGER) WITHOUT ROWID"
            )
            # Line numbers refer to the set that is being read.
            self._sql.execute(f'UPDATE "{name}" SET line = NULL')  # noqa: S608 - our own names
            self._sql.execute(
                f'CREATE TEMP VIEW "live_{name}" AS'  # noqa: S608
                f" SELECT * FROM main.\"{name}\" WHERE status IS NOT 'tobedeleted'"
            )

    def store(self, file: str, rows: Iterable[Sequence[str | int | None]]) -> None:
        """Store rows of one file: sourcedId, status, dateLastModified, the kept columns, line.

        Of two rows with one id the later one stays; if their values differ it is marked as a duplicate, else
        the repetitions are counted.
        """
        columns = (*COMMON[1:], *SOURCES[file].kept)
        differs = " OR ".join(f'"{file}".{name} IS NOT excluded.{name}' for name in columns)
        updates = ", ".join(f"{name} = excluded.{name}" for name in (*columns, "line", "load"))
        parameters = ", ".join("?" * (len(columns) + 2))
        self._sql.executemany(
            f'INSERT INTO "{file}" VALUES ({parameters}, {self.package}, 0, 0)'  # noqa: S608
            f' ON CONFLICT DO UPDATE SET double = "{file}".load = excluded.load'
            f' AND ("{file}".double OR {differs}),'
            f' repeats = CASE WHEN "{file}".load = excluded.load'
            f' THEN "{file}".repeats + NOT ({differs}) ELSE 0 END, {updates}',
            rows,
        )

    def repeated(self, file: str) -> Iterator[tuple[str, int, int]]:
        """(id, last line, how many times more) of the rows that the current set has more than once."""
        yield from self._sql.execute(
            f'SELECT sourcedId, line, repeats FROM "{file}" WHERE repeats > 0 AND load = ?',  # noqa: S608
            [self.package],
        )

    def derive_roles(self) -> None:
        """Fill roles from users, where OneRoster 1.1 has them: one role, at each of the user's orgs."""
        self._sql.execute("DELETE FROM roles")
        users = self._sql.execute(
            "SELECT sourcedId, dateLastModified, role, line, orgSourcedIds FROM live_users"
        )
        rows = (
            (
                joined_id(user_id, org_id, role) if role and org_id else f"{UNKNOWN_ID}{user_id}",
                modified, user_id, role, org_id or None, line, self.package,
            )
            for user_id, modified, role, line, orgs in users.fetchall()
            for org_id in [*split_list(orgs or "")] or [""]
        )  # fmt: skip
        self._sql.executemany(
            "INSERT OR IGNORE INTO roles (sourcedId, dateLastModified, userSourcedId, role, orgSourcedId,"
            " line, load, double, repeats) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)",
            rows,
        )

    def prepare(self) -> None:
        """Split lists within values into rows and build the temporary tables of the joins."""
        self._sql.execute(
            "CREATE TEMP TABLE class_terms (class TEXT, term TEXT, PRIMARY KEY (class, term)) WITHOUT ROWID"
        )
        self._sql.executemany(
            "INSERT OR IGNORE INTO class_terms VALUES (?, ?)",
            self._list_items(
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
                for agent in split_list(agents)
            ),
        )
        self._sql.execute(
            "INSERT INTO links SELECT userSourcedId, relationshipUserSourcedId, relationshipRole,"
            " dateLastModified, line, double FROM live_relationships"
        )
        for statement in joins.PREPARE:
            self._sql.execute(statement)
        self._assign_sessions()

    def joined(self, kind: type[J], query: str) -> Iterator[J]:
        """The rows of a query of joins.py as structs."""
        for row in self._sql.execute(query):
            yield kind(*row)

    def rows(self, query: str) -> Iterator[tuple[str, int | None]]:
        """The rows (id, line) of a query that looks for errors."""
        yield from self._sql.execute(query)

    def count(self, query: str) -> int:
        """The number that a query selects."""
        number: int = self._sql.execute(query).fetchone()[0]
        return number

    def org_ids(self) -> set[str]:
        """Ids of the organisations of the set."""
        return {row[0] for row in self._sql.execute("SELECT sourcedId FROM live_orgs")}

    def package_number(self, export_id: UUID) -> int | None:
        """The number of a package written with this state; None if it wasn't."""
        query = "SELECT number FROM packages WHERE export_id = ?"
        row = self._sql.execute(query, [str(export_id)]).fetchone()
        return row[0] if row else None

    def last_package(self) -> UUID | None:
        """The last package written; None if there is none."""
        row = self._sql.execute("SELECT export_id FROM packages ORDER BY number DESC LIMIT 1").fetchone()
        return UUID(row[0]) if row else None

    def record_package(self, export_id: UUID) -> None:
        """Record that the current package was written."""
        self._sql.execute("INSERT INTO packages VALUES (?, ?)", [self.package, str(export_id)])

    def record_row(self, table: str, row: Row) -> int | None:
        """Record a row; the number of the package in which it got its present values.

        None if a row with its id was already recorded for the current package.
        """
        digest = _digest(row)
        written = self._written_row(table, row.id)
        if written is not None and written.seen == self.package:
            return None
        is_same = written is not None and written.digest == digest and not written.gone
        changed = written.changed if written is not None and is_same else self.package
        self._sql.execute(
            "INSERT OR REPLACE INTO written VALUES (?, ?, ?, ?, ?, 0)",
            [table, row.id, digest, changed, self.package],
        )
        return changed

    def mark_seen(self, table: str, row_id: str) -> None:
        """Record that a rejected row is still in the set: it isn't deleted, and its last values stay."""
        self._sql.execute(
            'UPDATE written SET seen = ? WHERE "table" = ? AND id = ?', [self.package, table, row_id]
        )

    def deleted_ids(self, table: str, since: int) -> Iterator[str]:
        """Ids of rows written in earlier packages that disappeared after the package number `since`."""
        self._sql.execute(
            'UPDATE written SET gone = 1, changed = ?1 WHERE "table" = ?2 AND seen < ?1 AND NOT gone',
            [self.package, table],
        )
        query = 'SELECT id FROM written WHERE "table" = ? AND gone AND changed > ?'
        yield from (row[0] for row in self._sql.execute(query, [table, since]))

    def _assign_sessions(self) -> None:
        """The temporary table school_sessions: which sessions each school has."""
        named: dict[str, list[str]] = {}
        lines: dict[tuple[str, str], int | None] = {}
        for school, session, line in self._sql.execute(joins.NAMED_SESSIONS):
            named.setdefault(school, []).append(session)
            lines[school, session] = line
        any_line = {school: line for (school, _), line in lines.items()}
        sessions = (Session(*row) for row in self._sql.execute(joins.ALL_SESSIONS))
        self._sql.execute(
            "CREATE TEMP TABLE school_sessions (school TEXT, session TEXT, number INTEGER, siblings INTEGER,"
            " class_line INTEGER, PRIMARY KEY (school, session)) WITHOUT ROWID"
        )
        self._sql.executemany(
            "INSERT INTO school_sessions VALUES (?, ?, ?, ?, ?)",
            ((*found, any_line[found.school]) for found in sessions_of_schools(sessions, named)),
        )

    def _written_row(self, table: str, row_id: str) -> "_WrittenRow | None":
        query = 'SELECT digest, changed, seen, gone FROM written WHERE "table" = ? AND id = ?'
        row = self._sql.execute(query, [table, row_id]).fetchone()
        return _WrittenRow(*row) if row else None

    def _list_items(self, query: str) -> Iterator[tuple[str, str]]:
        return ((row_id, item) for row_id, text in self._sql.execute(query) for item in split_list(text))


class _WrittenRow(NamedTuple):
    """The record of a row written to a package. `changed` and `seen` are numbers of packages."""

    digest: bytes
    changed: int
    seen: int
    gone: int


def split_list(text: str) -> Iterator[str]:
    """The items of a list in one value: `a, b` → a, b."""
    return (item for part in text.split(",") if (item := part.strip()))


def _digest(row: Row) -> bytes:
    """Of all values but `updated_at`: some systems change it in every row at every export."""
    names = row.__struct_fields__
    values = [
        value for name, value in zip(names, msgspec.structs.astuple(row), strict=True) if name != "updated_at"
    ]
    return hashlib.blake2b(msgspec.msgpack.encode(values), digest_size=16).digest()
