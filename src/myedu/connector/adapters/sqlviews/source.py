"""Reads a database: SQLite, PostgreSQL, or whatever a vendor's own function connects to."""

import importlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any, Protocol, cast, runtime_checkable

from myedu.connector.adapters.program import AdapterError
from myedu.connector.adapters.sqlviews.models import View

BATCH = 500  # rows
_IDLE = 8  # connections kept for the next query; more are closed after use
_CHECK_EVERY = 5_000  # SQLite instructions between checks of the time limit: some tens of microseconds
_DATA_ERROR = "DataError"  # a class of every DB-API driver, raised e.g. for '12x' in a column of numbers


class ViewError(Exception):
    """A view can't be read; the message names the view but no value."""


class Cursor(Protocol):
    """A cursor of DB-API 2.0 (PEP 249)."""

    @property
    def description(self) -> Sequence[Sequence[Any]]:
        """One tuple for each column; its first item is the name."""
        ...

    def execute(self, statement: str, parameters: Sequence[object] = ..., /) -> object:
        """Run a statement."""
        ...

    def fetchmany(self, size: int, /) -> Sequence[Sequence[Any]]:
        """The next rows, at most `size`; empty at the end."""
        ...

    def close(self) -> object:
        """Release it."""
        ...


class Connection(Protocol):
    """A connection of DB-API 2.0 (PEP 249)."""

    def cursor(self, **options: str) -> Cursor:
        """A new cursor; `name` makes it a server-side one where the driver has these."""
        ...

    def rollback(self) -> object:
        """End the transaction."""
        ...

    def close(self) -> object:
        """Close it."""
        ...


class Source:
    """Reads views over a few pooled connections; safe to use from any thread.

    `connect` opens a connection. `placeholder` is how its driver writes a parameter. `streamed`: use
    server-side cursors, so that a large view doesn't fill the memory. `numbers_as_text`: the database reads a
    text as what the column holds, and doesn't compare a column of texts with a number.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        placeholder: str,
        *,
        streamed: bool = False,
        numbers_as_text: bool = False,
    ) -> None:
        self._connect, self._placeholder, self._streamed = connect, placeholder, streamed
        self._numbers_as_text = numbers_as_text
        self._idle: LifoQueue[Connection] = LifoQueue()

    def columns(self, view: View) -> frozenset[str] | None:
        """The columns of the view, None if it doesn't exist. Raises ViewError."""
        with self._connection(view.name) as connection:
            cursor = connection.cursor()
            try:
                cursor.execute(f"SELECT * FROM {view.name} WHERE 1 = 0")  # noqa: S608 - our own names
            except Exception as error:
                if _is_absent(error):
                    return None
                raise
            return frozenset(column[0] for column in cursor.description)

    def rows(self, view: str, query: str, values: Sequence[object] = ()) -> Iterator[dict[str, Any]]:
        """Rows as dicts. `?` in the query stands for a value. Raises ViewError naming `view`.

        A value that the column can't hold, such as a text in a column of numbers, finds no rows.
        """
        with self._connection(view) as connection:
            cursor = self._cursor(connection)
            try:
                given = map(str, values) if self._numbers_as_text else values
                cursor.execute(query.replace("?", self._placeholder), tuple(given))
                first = cursor.fetchmany(
                    BATCH
                )  # psycopg knows the columns of a server-side cursor after its first rows
            except Exception as error:
                if values and _is_a(error, _DATA_ERROR):
                    return
                raise
            names = [column[0] for column in cursor.description]
            batch = first
            while batch:
                for row in batch:
                    yield dict(zip(names, row, strict=True))
                batch = cursor.fetchmany(BATCH)
            cursor.close()

    def close(self) -> None:
        """Close the idle connections."""
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()

    def _cursor(self, connection: Connection) -> Cursor:
        return connection.cursor(name="myedu") if self._streamed else connection.cursor()

    @contextmanager
    def _connection(self, view: str) -> Iterator[Connection]:
        """An idle connection, or a new one; after a failure it isn't reused."""
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._open()
        try:
            yield connection
            connection.rollback()  # so that the next query sees what was written meanwhile
        except GeneratorExit:
            connection.close()
            raise
        except Exception as error:
            connection.close()
            raise ViewError(f"{view} can't be read: {type(error).__name__}: {_first_line(error)}") from error
        if self._idle.qsize() < _IDLE:
            self._idle.put(connection)
        else:
            connection.close()

    def _open(self) -> Connection:
        try:
            return self._connect()
        except Exception as error:
            raise ViewError(
                f"the database can't be opened: {type(error).__name__}: {_first_line(error)};"
                " check --database, and that the database runs"
            ) from error


def open_source(database: str, connect: str, seconds: float) -> Source:
    """The source for `database` (postgresql://… or an SQLite file) or `connect` (module:function).

    `seconds`: the time limit of one query, except with `connect`. Raises AdapterError.
    """
    if bool(database) is bool(connect):
        raise AdapterError(
            "name one: --database postgresql://… or a file, or --connect package.module:function"
        )
    if connect:
        return _own_driver(connect)
    if database.startswith(("postgresql://", "postgres://")):
        return _postgresql(database, seconds)
    return _sqlite(Path(database.removeprefix("sqlite:///")), seconds)


def _sqlite(path: Path, seconds: float) -> Source:
    if not path.is_file():
        raise AdapterError(
            f"{path} is not a file: write --database postgresql://… or the path of an SQLite file"
        )

    def connect() -> Connection:
        address = f"{path.absolute().as_uri()}?mode=ro"
        return cast(Connection, sqlite3.connect(address, uri=True, check_same_thread=False, factory=_Timed))

    class _Timed(sqlite3.Connection):
        """SQLite has no statement timeout, but calls a handler that can stop a statement."""

        def cursor(self, *arguments: Any, **named: Any) -> Any:
            deadline = time.monotonic() + seconds
            self.set_progress_handler(lambda: time.monotonic() > deadline, _CHECK_EVERY)
            return super().cursor(*arguments, **named)

    return Source(connect, "?")


def _postgresql(url: str, seconds: float) -> Source:
    try:
        # imported by name: with SQLite the vendor doesn't install the driver
        psycopg = importlib.import_module("psycopg")
    except ModuleNotFoundError:
        raise AdapterError("PostgreSQL needs its driver: pip install 'psycopg[binary]'") from None
    options = f"-c default_transaction_read_only=on -c statement_timeout={int(seconds * 1000)}"
    return Source(
        lambda: psycopg.connect(url, options=options, connect_timeout=5),
        "%s",
        streamed=True,
        numbers_as_text=True,
    )


def _own_driver(name: str) -> Source:
    """`name` opens DB-API connections; its module may set `paramstyle`, as a driver's does (PEP 249)."""
    module, _, function = name.partition(":")
    try:
        names = vars(importlib.import_module(module))
    except (ImportError, ValueError) as error:
        raise AdapterError(f"--connect {name}: {error}; write package.module:function") from None
    connect, style = names.get(function), names.get("paramstyle", "qmark")
    if connect is None:
        raise AdapterError(f"--connect {name}: {module} has no {function!r}; write package.module:function")
    placeholders = {"qmark": "?", "format": "%s", "pyformat": "%s"}
    if style not in placeholders:
        raise AdapterError(f"{module}.paramstyle is {style!r}: only {', '.join(placeholders)} are supported")
    return Source(connect, placeholders[style])


@runtime_checkable
class _HasSqlState(Protocol):
    """Errors of psycopg."""

    sqlstate: str | None


def _is_absent(error: Exception) -> bool:
    """True if the error says that the view doesn't exist: drivers have no common class for that."""
    if isinstance(error, _HasSqlState) and error.sqlstate == "42P01":
        return True
    text = str(error).casefold()
    return any(
        words in text for words in ("no such table", "does not exist", "doesn't exist", "invalid object")
    )


def _is_a(error: Exception, name: str) -> bool:
    """By the class name: the driver that defines the class isn't known here."""
    return any(kind.__name__ == name for kind in type(error).__mro__)


def _first_line(error: Exception) -> str:
    """Without the statement, which drivers repeat in the second line."""
    return str(error).partition("\n")[0]
