"""PostgreSQL for asynchronous programs: a pool of connections, transactions, named queries into structs."""

import functools
import inspect
import operator
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin
from uuid import UUID

import msgspec
from psycopg import AsyncConnection, AsyncCursor
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from myedu.kit.batching import Batcher
from myedu.kit.sql import Query
from myedu.kit.terminal import tr

T = TypeVar("T", bound=msgspec.Struct)
Item = TypeVar("Item")
Result = TypeVar("Result")

# A longer statement would hold a connection that requests wait for. A job that needs more time does
# SET LOCAL statement_timeout in its own transaction.
STATEMENT_TIMEOUT = "60s"
# A program that can't reach its database at start fails with a message instead of waiting forever.
CONNECT_SECONDS = 10
# Statements are prepared at their second execution on a connection: one used once costs no extra round trip.
PREPARE_THRESHOLD = 1
# Above the number of queries of one program, so that none is evicted and prepared again.
PREPARED_MAX = 500

# The Python types that psycopg itself gives for PostgreSQL's.
_PLAIN = {
    Any,
    NoneType,
    bool,
    int,
    float,
    str,
    bytes,
    date,
    datetime,
    time,
    timedelta,
    Decimal,
    UUID,
    dict,
    list,
}

# Instead of None, with which psycopg would leave %% in a query as it is.
_NO_PARAMS: Mapping[str, Any] = {}


class DatabaseUnreachable(Exception):
    """There was no connection at start: try later, or correct the address."""


class RowError(Exception):
    """A query's columns don't fit the struct they are read into: correct one of them."""


class Database:
    """A pool of connections to one database. Open it in the program's lifespan, close it at the end."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection]) -> None:
        self._pool = pool
        self._batchers: list[Batcher[Any, Any]] = []

    @classmethod
    async def open(cls, url: str, *, max_size: int = 8, name: str = "myedu") -> "Database":
        """Connect with at most `max_size` connections; `name` is shown in pg_stat_activity.

        Raises DatabaseUnreachable after CONNECT_SECONDS.
        """
        pool = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=max_size,
            # Seconds that a request waits for a connection; then it gets a 503 page.
            timeout=5,
            name=name,
            open=False,
            configure=_configure,
            # No `reset` and no `check`: connections are in autocommit mode and `transaction()` closes every
            # transaction, so a returned connection is clean without a round trip. Never set session state:
            # use SET LOCAL.
            kwargs={
                "autocommit": True,
                "prepare_threshold": PREPARE_THRESHOLD,
                "application_name": name,
                # jit: right after a load, before statistics are known, PostgreSQL overrates a page's
                # statement and compiles it.
                "options": f"-c timezone=UTC -c jit=off -c statement_timeout={STATEMENT_TIMEOUT}",
            },
        )
        try:
            await pool.open(wait=True, timeout=CONNECT_SECONDS)
        except PoolTimeout:
            # Its own text would quote the address, which may hold a password.
            raise DatabaseUnreachable(
                tr(
                    "no connection to PostgreSQL within {seconds} s: see that it runs and that"
                    " MYEDU_DATABASE_URL names it",
                    seconds=CONNECT_SECONDS,
                )
            ) from None
        except BaseException:
            await pool.close()
            raise
        return cls(pool)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    @property
    def waiting(self) -> int:
        """How many statements wait for a connection now."""
        in_batches = sum(batcher.waiting for batcher in self._batchers)
        return self._pool.get_stats()["requests_waiting"] + in_batches

    def batched(
        self, run: Callable[[AsyncConnection, Sequence[Item]], Awaitable[Sequence[Result]]]
    ) -> Batcher[Item, Result]:
        """A function of one item, whose calls at the same moment go in one call of `run`."""

        async def on_a_connection(items: Sequence[Item]) -> Sequence[Result]:
            async with self.connection() as conn:
                return await run(conn, items)

        self._batchers.append(batcher := Batcher(on_a_connection))
        return batcher

    def connection(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection in autocommit mode: a single statement saves the round trips of BEGIN and COMMIT."""
        return self._pool.connection()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A connection with a transaction: committed at the end of the block, rolled back by an exception."""
        async with self._pool.connection() as conn, conn.transaction():
            yield conn


async def fetch_all(
    conn: AsyncConnection, query: Query, params: Mapping[str, Any] | None, into: type[T]
) -> list[T]:
    """All rows, each as the struct `into`, by column name. Raises RowError if the columns don't fit."""
    with _naming(query):
        async with conn.cursor(row_factory=_row_factory(into)) as cursor:
            await cursor.execute(query.text, params or _NO_PARAMS)
            return await cursor.fetchall()


async def fetch_one(
    conn: AsyncConnection, query: Query, params: Mapping[str, Any] | None, into: type[T]
) -> T | None:
    """The first row as the struct `into`; None if there is none. Raises RowError if the columns don't fit."""
    with _naming(query):
        async with conn.cursor(row_factory=_row_factory(into)) as cursor:
            await cursor.execute(query.text, params or _NO_PARAMS)
            return await cursor.fetchone()


async def fetch_value(conn: AsyncConnection, query: Query, params: Mapping[str, Any] | None = None) -> Any:
    """The first column of the first row; None if there is no row."""
    with _naming(query):
        async with conn.cursor() as cursor:
            await cursor.execute(query.text, params or _NO_PARAMS)
            row = await cursor.fetchone()
            return None if row is None else row[0]


async def execute(conn: AsyncConnection, query: Query, params: Mapping[str, Any] | None = None) -> int:
    """Run a statement; the number of rows it inserted, changed, deleted or selected."""
    with _naming(query):
        async with conn.cursor() as cursor:
            await cursor.execute(query.text, params or _NO_PARAMS)
            return cursor.rowcount


async def _configure(conn: AsyncConnection) -> None:
    set_json_loads(msgspec.json.decode, conn)
    set_json_dumps(msgspec.json.encode, conn)
    conn.prepared_max = PREPARED_MAX


@contextmanager
def _naming(query: Query) -> Iterator[None]:
    # The exception keeps its class, as callers catch UniqueViolation and the like, and gets the query's name.
    try:
        yield
    except Exception as error:
        error.add_note(f"in the query {query.name}: {query.purpose}")
        raise


@functools.cache
def _row_factory(into: type[T]) -> Callable[[AsyncCursor[Any]], Callable[[Sequence[Any]], T]]:
    def factory(cursor: AsyncCursor[Any]) -> Callable[[Sequence[Any]], T]:
        # A statement without rows, such as an INSERT without RETURNING, has no description.
        return _row_maker(into, tuple(column.name for column in cursor.description or ()))

    return factory


@functools.cache
def _row_maker(into: type[T], columns: tuple[str, ...]) -> Callable[[Sequence[Any]], T]:
    """A function from a row's values to the struct, made once per query, so that a row costs one call."""
    if not columns:
        return into
    fields = {field.name: field for field in msgspec.structs.fields(into)}
    _check_columns(into, columns, fields)
    converters = {name: fields[name].type for name in columns if not _is_plain(fields[name].type)}
    keyword_only = any(p.kind is p.KEYWORD_ONLY for p in inspect.signature(into).parameters.values())
    if converters or keyword_only or len(columns) < len(fields):
        return functools.partial(_make_by_name, into, columns, converters)
    if columns == tuple(fields):
        return lambda values: into(*values)
    pick = operator.itemgetter(*(columns.index(name) for name in fields))
    return lambda values: into(*pick(values))


def _make_by_name(
    into: type[T], columns: tuple[str, ...], converters: Mapping[str, Any], values: Sequence[Any]
) -> T:
    row = dict(zip(columns, values, strict=True))
    for name, kind in converters.items():
        row[name] = msgspec.convert(row[name], kind)
    return into(**row)


def _check_columns(
    into: type, columns: tuple[str, ...], fields: Mapping[str, msgspec.structs.FieldInfo]
) -> None:
    repeated = sorted({name for name in columns if columns.count(name) > 1})
    if repeated:
        raise RowError(f"two columns are called {', '.join(repeated)}: give one another name with AS")
    unknown = [name for name in columns if name not in fields]
    if unknown:
        raise RowError(f"{into.__name__} has no field {', '.join(unknown)}: select less or add the field")
    missing = [name for name, field in fields.items() if field.required and name not in columns]
    if missing:
        raise RowError(f"{into.__name__} needs {', '.join(missing)}: select it or give the field a default")


def _is_plain(kind: Any) -> bool:
    """Whether psycopg returns this type itself; others (structs, enums, tuples) are converted."""
    if get_origin(kind) in (Union, UnionType):
        return all(_is_plain(part) for part in get_args(kind))
    return kind in _PLAIN
