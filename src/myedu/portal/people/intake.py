"""Rows of an export package become people's rows: staged, compared, and changed as a set.

Call it in one transaction: nothing of a package is seen before its end, and an exception leaves nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib.resources import files
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.contract import tables
from myedu.kit.db import execute, fetch_all, fetch_value
from myedu.kit.sql import Queries, load_queries, parse_queries


class Place(msgspec.Struct, frozen=True):
    """Whose rows: every key of people begins with these two."""

    region: str
    system_id: str


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What a package does to one table. `held`: rows that stood before it."""

    table: str
    held: int = 0
    added: int = 0
    changed: int = 0
    archived: int = 0
    restored: int = 0

    @property
    def any(self) -> bool:
        return bool(self.added or self.changed or self.archived or self.restored)


def data_columns(table: str) -> tuple[str, ...]:
    """The contract's columns that are compared: all but the id, its stamp and the tombstone."""
    return tuple(name for name in tables.columns(table) if name not in ("id", "updated_at", "deleted"))


def staged_columns(table: str) -> tuple[str, ...]:
    """The columns of the staged CSV, in order."""
    return ("region", "system_id", "id", *data_columns(table), "updated_at", "deleted")


COMMON = load_queries(__package__, "intake_common.sql")


def _queries_of(table: str) -> Queries:
    names = data_columns(table)
    text = (files(__package__) / "intake.sql").read_text(encoding="utf-8")
    filled = text.format(
        table=table,
        columns=", ".join(names),
        new_columns=", ".join(f"new.{name}" for name in names),
        old_columns=", ".join(f"old.{name}" for name in names),
    )
    return parse_queries(filled, f"{__package__}/intake.sql for {table}")


QUERIES = {table: _queries_of(table) for table in tables.TABLES}


async def begin(conn: AsyncConnection, place: Place) -> None:
    """Wait for the region's turn and start with empty staging."""
    await execute(conn, COMMON.settle)
    await execute(conn, COMMON.lock, {"region": place.region})
    await _clear(conn, place)


async def stage(conn: AsyncConnection, table: str, chunks: Iterable[bytes]) -> None:
    """Copy checked rows in: CSV without a header, columns as `staged_columns` names them."""
    async with conn.cursor() as cursor, cursor.copy(QUERIES[table].stage.text) as copy:
        for chunk in chunks:
            await copy.write(chunk)


async def compare(
    conn: AsyncConnection, place: Place, table: str, *, kept: Sequence[str], archive_absent: bool
) -> None:
    """Work out the table's changes. `kept`: ids that stay as they are though no row is staged for them."""
    about = msgspec.structs.asdict(place)
    if kept:
        await execute(conn, COMMON.keep, {**about, "table_name": table, "ids": list(kept)})
    await execute(conn, QUERIES[table].compare, {**about, "archive_absent": archive_absent})


async def proposal(conn: AsyncConnection, place: Place) -> list[Changes]:
    """What would be done, by table, in the contract's order."""
    about = msgspec.structs.asdict(place)
    counts: dict[str, dict[str, int]] = {table: {} for table in tables.TABLES}
    for tally in await fetch_all(conn, COMMON.tally, about, _Tally):
        counts[tally.table_name][tally.change] = tally.rows
    return [
        Changes(table=table, held=await fetch_value(conn, QUERIES[table].count, about), **counts[table])
        for table in tables.TABLES
    ]


async def apply(
    conn: AsyncConnection, place: Place, changes: Iterable[Changes], *, export_id: UUID, now: datetime
) -> None:
    """Do what was proposed and clear the staging."""
    deed = {**msgspec.structs.asdict(place), "export_id": export_id, "now": now}
    for change in changes:
        queries = QUERIES[change.table]
        if change.archived:
            await execute(conn, queries.archive, deed)
        if change.changed or change.restored:
            await execute(conn, queries.change, deed)
        if change.added:
            await execute(conn, queries.add, deed)
    await _clear(conn, place)


async def held_ids(conn: AsyncConnection, place: Place, table: str, ids: Iterable[str]) -> set[str]:
    """Which of the ids stand now and are not archived."""
    wanted = {**msgspec.structs.asdict(place), "ids": list(ids)}
    return {row.id for row in await fetch_all(conn, QUERIES[table].held, wanted, _Id)}


async def known_zones(conn: AsyncConnection, names: Iterable[str]) -> set[str]:
    """Which of the names are time zones to the server."""
    return {row.name for row in await fetch_all(conn, COMMON.known_zones, {"names": list(names)}, _Named)}


async def _clear(conn: AsyncConnection, place: Place) -> None:
    about = msgspec.structs.asdict(place)
    for queries in QUERIES.values():
        await execute(conn, queries.clear, about)
    await execute(conn, COMMON.clear_changes, about)
    await execute(conn, COMMON.clear_kept, about)


class _Tally(msgspec.Struct):
    table_name: str
    change: str
    rows: int


class _Id(msgspec.Struct):
    id: str


class _Named(msgspec.Struct):
    name: str
