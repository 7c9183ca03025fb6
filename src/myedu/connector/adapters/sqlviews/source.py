"""A database, read only: SQLite, PostgreSQL, or whatever a vendor's own function connects to."""

import importlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any

from myedu.connector.adapters.program import AdapterError
from myedu.connector.adapters.sqlviews.models import View

BATCH = 500  # rows
_IDLE = 8  # connections that wait for the next question; more are closed after theirs
_LOOK_EVERY = 5_000  # SQLite instructions between looks at the clock: some tens of microseconds
_UNKNOWN_VALUE = "DataError"  # every DB-API driver has this class: '12x' for a column of numbers


class ViewError(Exception):
    """A view that can't be read; the message names it, and no value."""


class Source:
    """Asks views over a few kept connections. Functions may come from any thread."""

    def __init__(self, connect: Callable[[], Any], mark: str, *, streamed: bool = False) -> None:
        """`connect` opens a connection (DB-API 2.0); `mark` is how its driver writes a parameter."""
        self._connect, self._mark, self._streamed = connect, mark, streamed
        self._idle: LifoQueue[Any] = LifoQueue()

    def columns(self, view: View) -> frozenset[str] | None:
        """The columns that the view has; None where there is no such view. Raises ViewError."""
        with self._connection(view.name) as connection:
            cursor = connection.cursor()
            try:
                cursor.execute(f"SELECT * FROM {view.name} WHERE 1 = 0")  # noqa: S608 - our own names
            except Exception as error:
                if _is_absent(error):
                    return None
                raise
            return frozenset(column[0] for column in cursor.description)

    def rows(self, view: str, query: str, values: Sequence[Any] = ()) -> Iterator[dict[str, Any]]:
        """Rows as dicts. `?` of the query stands for a value. Raises ViewError naming `view`.

        A value that the column can't hold finds nothing: nobody has such an id.
        """
        with self._connection(view) as connection:
            cursor = self._cursor(connection)
            try:
                cursor.execute(query.replace("?", self._mark), tuple(values))
                first = cursor.fetchmany(BATCH)  # psycopg knows the columns of a stream after its first rows
            except Exception as error:
                if values and _is_a(error, _UNKNOWN_VALUE):
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
        """Close the connections that wait."""
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()

    def _cursor(self, connection: Any) -> Any:
        return connection.cursor(name="myedu") if self._streamed else connection.cursor()

    @contextmanager
    def _connection(self, view: str) -> Iterator[Any]:
        """One that waits, or a new one; one that failed isn't used again."""
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._opened()
        try:
            yield connection
            connection.rollback()  # the next question sees what was written meanwhile
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

    def _opened(self) -> Any:
        try:
            return self._connect()
        except Exception as error:
            raise ViewError(
                f"the database can't be opened: {type(error).__name__}: {_first_line(error)};"
                " check --database, and that the database runs"
            ) from error


def open_source(database: str, connect: str, seconds: float) -> Source:
    """`database`: postgresql://… or the path of an SQLite file; `connect`: package.module:function instead.

    `seconds`: after which one question is given up. Raises AdapterError.
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
            f"{path} is no file: write --database postgresql://… or the path of an SQLite file"
        )

    def connect() -> sqlite3.Connection:
        address = f"{path.absolute().as_uri()}?mode=ro"
        return sqlite3.connect(address, uri=True, check_same_thread=False, factory=_Timed)

    class _Timed(sqlite3.Connection):
        """SQLite has no timeout of a statement: it asks us from time to time whether to go on."""

        def cursor(self, *arguments: Any, **named: Any) -> Any:
            ends = time.monotonic() + seconds
            self.set_progress_handler(lambda: time.monotonic() > ends, _LOOK_EVERY)
            return super().cursor(*arguments, **named)

    return Source(connect, "?")


def _postgresql(url: str, seconds: float) -> Source:
    try:
        # by name: a vendor who has SQLite installs no driver
        psycopg = importlib.import_module("psycopg")
    except ModuleNotFoundError:
        raise AdapterError("PostgreSQL needs its driver: pip install 'psycopg[binary]'") from None
    options = f"-c default_transaction_read_only=on -c statement_timeout={int(seconds * 1000)}"
    return Source(lambda: psycopg.connect(url, options=options, connect_timeout=5), "%s", streamed=True)


def _own_driver(name: str) -> Source:
    """The function gives DB-API connections; its module, or the driver's, says how parameters are written."""
    module, _, function = name.partition(":")
    try:
        found = importlib.import_module(module)
        connect = getattr(found, function)
    except (ImportError, AttributeError, ValueError) as error:
        raise AdapterError(f"--connect {name}: {error}; write package.module:function") from None
    style = getattr(found, "paramstyle", "qmark")
    marks = {"qmark": "?", "format": "%s", "pyformat": "%s"}
    if style not in marks:
        raise AdapterError(f"{module}.paramstyle is {style!r}: one of {', '.join(marks)} is known")
    return Source(connect, marks[style])


def _is_absent(error: Exception) -> bool:
    """Whether it says that there is no such view. Drivers agree on no class for that."""
    if getattr(error, "sqlstate", None) == "42P01":
        return True
    text = str(error).casefold()
    return any(
        words in text for words in ("no such table", "does not exist", "doesn't exist", "invalid object")
    )


def _is_a(error: Exception, name: str) -> bool:
    return any(kind.__name__ == name for kind in type(error).__mro__)


def _first_line(error: Exception) -> str:
    """The driver's second line repeats the statement."""
    return str(error).partition("\n")[0]
