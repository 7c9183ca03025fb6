"""The one way to the rows of an import: it owns the connection and composes every statement (sql/*.sql)."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec
from psycopg import AsyncConnection
from psycopg.sql import SQL, Composed, Identifier

from myedu.contract.tables import TABLES
from myedu.kit import db
from myedu.kit.sql import Query, compose, load_queries
from myedu.portal.exports.load.relations import WORKING_TABLES, Relations, staged_columns
from myedu.portal.people.models import Place

T = TypeVar("T", bound=msgspec.Struct)

TABLE = load_queries(__package__, "sql/table.sql")
REFERENCE = load_queries(__package__, "sql/reference.sql")
FAMILIES = load_queries(__package__, "sql/families.sql")
REGION = load_queries(__package__, "sql/region.sql")

Mode = Literal["unindexed", "new", "renewed", "delta"]
"""How a table's rows come. unindexed: straight into the region's new partition; new: all rows, and the system
has none to compare them with; renewed: only the rows that differ from the held ones; delta: all rows of the
file."""

_MAX_TRANSFER_BYTES = 1024 * 1024


class Named(msgspec.Struct):
    """A row with one name."""

    name: str


class Staging:
    """One import of a region. `full`: of a full package; `held`: tables in which the system has rows."""

    def __init__(
        self,
        conn: AsyncConnection,
        place: Place,
        *,
        full: bool = True,
        unindexed: bool = False,
        held: frozenset[str] = frozenset(),
    ) -> None:
        self.place, self.full, self.held = place, full, held
        self._conn = conn
        self._relations = Relations(place.region, unindexed)
        self._few = not full

    @property
    def unindexed(self) -> bool:
        """Whether the package is the region's first: its rows go straight into new partitions."""
        return self._relations.unindexed

    def mode(self, table: str) -> Mode:
        """How this package's rows of a table come."""
        if not self.full:
            return "delta"
        if self.unindexed:
            return "unindexed"
        return "renewed" if table in self.held else "new"

    async def execute(self, template: Query, table: str = "", column: str = "", **values: object) -> int:
        """Run a statement of sql/; the number of rows that it changed.

        `table`, `column`: which table or reference it is about. The region, the system and the table are
        values of every statement.
        """
        query = self._composed(template, table, column)
        return await db.execute(self._conn, query, self._values(table, values))

    async def fetch(
        self, template: Query, into: type[T], table: str = "", column: str = "", **values: object
    ) -> list[T]:
        """The rows of a query of sql/ as structs."""
        query = self._composed(template, table, column)
        return await db.fetch_all(self._conn, query, self._values(table, values), into)

    async def fetch_value(self, template: Query, table: str = "", column: str = "", **values: object) -> Any:
        """The first column of the first row."""
        query = self._composed(template, table, column)
        return await db.fetch_value(self._conn, query, self._values(table, values))

    async def fetch_of_all_tables(self, template: Query, into: type[T]) -> list[T]:
        """The rows of a query of sql/table.sql for the nine tables in one round trip."""
        texts = [self._composed(template, table).text for table in TABLES]
        query = Query(template.name, template.purpose, "\nUNION ALL\n".join(texts))
        return await db.fetch_all(self._conn, query, self._values("", {}), into)

    async def copy(self, target: str, rows: bytes) -> None:
        """Copy CSV without a header into a table of the contract (staged_columns) or a working table."""
        # A partition that this transaction has made may be written frozen: its rows need no later vacuum.
        frozen = SQL(", FREEZE") if self.unindexed and target in TABLES else SQL("")
        statement = SQL("COPY {} FROM STDIN (FORMAT csv{})").format(self._target(target), frozen)
        async with self._conn.cursor() as cursor, cursor.copy(statement) as copy:
            await copy.write(rows)

    async def transfer(
        self, template: Query, target: str, table: str = "", column: str = "", **values: object
    ) -> bool:
        """Put the rows of a query into a working table; whether there are any.

        They are copied out and in: PostgreSQL plans no parallel workers for INSERT … SELECT, and most often
        nothing is found. Where there is much, it is inserted.
        """
        query, parameters = self._composed(template, table, column), self._values(table, values)
        selected = SQL(query.text)
        out = SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(selected)
        pieces, size = [], 0
        async with self._conn.cursor() as cursor, cursor.copy(out, parameters) as copy:
            async for piece in copy:
                size += len(piece)
                if size <= _MAX_TRANSFER_BYTES:
                    pieces.append(bytes(piece))
        if size > _MAX_TRANSFER_BYTES:
            insert = SQL("INSERT INTO {} {}").format(self._target(target), selected).as_string()
            await db.execute(self._conn, Query(query.name, query.purpose, insert), parameters)
        elif size:
            await self.copy(target, b"".join(pieces))
        return size > 0

    async def analyze_staged(self, table: str, columns: Sequence[str]) -> None:
        """Let the planner know how many rows are staged, and about these columns more than that."""
        await self._analyze(self._relations.staged(table), columns)

    async def analyze_held(self, table: str, columns: Sequence[str]) -> None:
        """The same of the held rows of the region."""
        await self._analyze(Relations(self.place.region).held(table), columns)

    async def analyze_working(self, name: str) -> None:
        """The same of a working table."""
        await self._analyze(self._relations.working(name), ())

    @asynccontextmanager
    async def planned_for(self, *, few: bool) -> AsyncIterator[None]:
        """Within the block statements are planned for few of the held rows, or for many."""
        before = self._few
        await self._set_few(few)
        yield
        await self._set_few(before)  # not after an exception: the transaction ends, and its settings with it

    async def _set_few(self, few: bool) -> None:
        if few != self._few:
            self._few = few
            await self.execute(REGION.set_planner_hints, few=few)

    async def _analyze(self, relation: Identifier, columns: Iterable[str]) -> None:
        named = SQL(", ").join(map(Identifier, columns))
        listed = SQL("({})").format(named) if columns else SQL("")
        await self._conn.execute(SQL("ANALYZE {} {}").format(relation, listed))

    def _target(self, target: str) -> Composed:
        """A table with its columns, as COPY and INSERT name it."""
        if target in TABLES:
            relation, columns = self._relations.staged(target), staged_columns(target)
        else:
            relation, columns = self._relations.working(target), WORKING_TABLES[target]
        return SQL("{} ({})").format(relation, SQL(", ").join(map(Identifier, columns)))

    def _composed(self, template: Query, table: str, column: str = "") -> Query:
        return compose(template, self._relations.parts(table, column))

    def _values(self, table: str, values: dict[str, object]) -> dict[str, object]:
        place = self.place
        return {"region": place.region, "system_id": place.system_id, "table": table, **values}


async def begin_import(conn: AsyncConnection, region: str, *, full: bool = True) -> None:
    """Wait for the region's lock and begin with empty staging. In the transaction of the whole import."""
    session = Staging(conn, Place(region, ""), full=full)
    await session.execute(REGION.set_limits)
    await session.execute(REGION.set_planner_hints, few=not full)
    for step in (REGION.lock, REGION.open_region, REGION.clear_staging):
        await session.execute(step)


async def open_staging(conn: AsyncConnection, place: Place, export_id: UUID, *, full: bool) -> Staging:
    """Where a package's rows are staged, after `begin_import`.

    A region's first package never waits for an operator, because there is nothing that it could take away; an
    exception takes its partitions away again.
    """
    session = Staging(conn, place, full=full)
    if full and not await has_partitions(session):
        for table in TABLES:
            await session.execute(REGION.create_unindexed_partition, table=table, export_id=export_id)
        return Staging(conn, place, unindexed=True)
    await session.execute(REGION.open_partitions)
    held = frozenset(row.name for row in await session.fetch_of_all_tables(TABLE.has_rows, Named))
    return Staging(conn, place, full=full, held=held)


async def has_partitions(staging: Staging) -> bool:
    """Whether any package of the region was ever applied."""
    return bool(await staging.fetch_value(REGION.count_partitions, tables=list(TABLES)))


async def end_import(staging: Staging) -> None:
    """Leave no person's data in the staging."""
    await staging.execute(REGION.clear_staging)
    await staging.execute(REGION.clear_erased)


async def analyze_for_pages(conn: AsyncConnection, region: str, tables: Iterable[str]) -> None:
    """Statistics by which pages are planned: of a region's parts and of the tables over all regions, of which
    autovacuum makes none. In a transaction of its own.

    A table to which another import attaches its part is left to that import.
    """
    # Before PostgreSQL 18 all parts are analysed with the table.
    only = SQL("ONLY ") if conn.info.server_version >= 180_000 else SQL("")
    held = Relations(region).held
    for table in tables:
        part, whole = held(table), Identifier("people", table)
        await conn.execute(SQL("ANALYZE (SKIP_LOCKED) {}, {}{}").format(part, only, whole))
