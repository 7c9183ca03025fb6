"""Rows of an export package become people's rows: staged, compared, and changed as a set; or put back.

Call it in one transaction: nothing of a package is seen before its end, and an exception leaves nothing.
begin → open_staging → for each table stage (renewal), sift.match (compare) → sift.sift → proposal → apply;
`undo` takes the last package of a system back.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.contract import tables
from myedu.kit.db import execute, fetch_all, fetch_value
from myedu.kit.sql import Query
from myedu.portal.people.models import Place
from myedu.portal.people.statements import (
    COMMON,
    FAIL_CLOSED,
    HELD,
    QUERIES,
    REFERENCE_QUERIES,
    Staging,
    about,
    joined_columns,
    references_to_persons,
)

# Of a statement's result, bytes that are kept here at once.
_CARRIED = 1024 * 1024


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What a package does to one table. `held`: rows that stood before it; `fields`: column → rows that have
    it otherwise; `identity`: rows whose known SNILS or birth date becomes another; `stamped`: rows that are
    as they were and are only noted anew."""

    table: str
    held: int = 0
    added: int = 0
    changed: int = 0
    archived: int = 0
    restored: int = 0
    erased: int = 0
    stamped: int = 0
    identity: int = 0
    fields: dict[str, int] = {}

    @property
    def any(self) -> bool:
        return bool(self.added or self.changed or self.archived or self.restored or self.erased)


class RowsMoved(Exception):
    """Somebody else has written a held row after it was compared: the package has to be taken in again."""


async def begin(conn: AsyncConnection, place: Place, *, full: bool) -> None:
    """Wait for the region's turn and start with empty staging."""
    await execute(conn, COMMON.settle)
    await expect(conn, few=not full)
    await execute(conn, COMMON.lock, about(place))
    await execute(conn, COMMON.open_region, about(place))
    await execute(conn, COMMON.clear, about(place))


async def expect(conn: AsyncConnection, *, few: bool) -> None:
    """Tell the planner whether few of the held rows are concerned."""
    await execute(conn, COMMON.expect, {"few": few})


async def open_staging(conn: AsyncConnection, place: Place, export_id: UUID, *, full: bool) -> Staging:
    """Where this package's rows are to wait. A region's first package never waits for an operator: there is
    nothing that it could take away. An exception takes its parts away again."""
    await execute(conn, COMMON.expect_rows_of, about(place))
    wanted = {"region": place.region, "tables": list(tables.TABLES)}
    if full and await fetch_value(conn, COMMON.is_new, wanted):
        for table in tables.TABLES:
            part = {**about(place), "table": table, "export_id": export_id}
            await execute(conn, COMMON.make_bare_part, part)
        return Staging(place=place, full=True, bare=True, held=frozenset())
    await execute(conn, COMMON.open_rest, about(place))
    held = frozenset(row.name for row in await fetch_all(conn, HELD, about(place), Named))
    return Staging(place=place, full=full, bare=False, held=held)


async def stage(conn: AsyncConnection, staging: Staging, table: str, rows: bytes) -> None:
    """Copy checked rows in: CSV without a header, of the columns that intake.sql names."""
    queries = QUERIES[table]
    await copy_in(conn, staging.query(queries.stage_bare if staging.bare else queries.stage), rows)


async def set_aside(conn: AsyncConnection, staging: Staging, rows: bytes) -> None:
    """Note rows that can't be taken and whose ids are known: CSV of table, id, line."""
    await copy_in(conn, staging.query(COMMON.copy_aside), rows)


async def compare(conn: AsyncConnection, staging: Staging, table: str) -> bool:
    """Work out the table's changes, and whether there are any; where nothing is held all is new."""
    if staging.way(table) in ("bare", "new"):
        return True
    asked = {**about(staging.place), "found_only": False}
    changes = await execute(conn, staging.query(QUERIES[table].compare), asked)
    if staging.way(table) == "renewed":
        changes += await execute(conn, staging.query(QUERIES[table].archive_absent), about(staging.place))
    return changes > 0


async def compare_again(conn: AsyncConnection, staging: Staging, table: str) -> None:
    """Work out anew what becomes of rows in which something was found; they are judged next time too."""
    await execute(conn, staging.query(QUERIES[table].doubt_found), about(staging.place))
    if staging.way(table) in ("renewed", "delta"):
        await execute(conn, staging.query(QUERIES[table].forget_found), about(staging.place))
        asked = {**about(staging.place), "found_only": True}
        await execute(conn, staging.query(QUERIES[table].compare), asked)


async def close(conn: AsyncConnection, staging: Staging) -> None:
    """Rows of rights that were set aside give none."""
    for table in FAIL_CLOSED:
        await execute(conn, staging.query(QUERIES[table].close_aside), about(staging.place))


async def proposal(
    conn: AsyncConnection, staging: Staging, staged: Iterable[str], stand: Mapping[str, int]
) -> list[Changes]:
    """What would be done, by table, in the contract's order; `staged`: the tables that the package has;
    `stand`: how many rows stand in tables where that is known: counting them reads the whole table."""
    place = staging.place
    await count(conn, place, "incoming_changes")
    counts = {table: Counter[str]() for table in tables.TABLES}
    fields = {table: Counter[str]() for table in tables.TABLES}
    for tally in await fetch_all(conn, COMMON.tally, about(place), _Tally):
        counts[tally.table_name][tally.change] += tally.rows
        counts[tally.table_name]["identity"] += tally.identity
        if tally.change == "changed":
            fields[tally.table_name].update(dict.fromkeys(tally.fields, tally.rows))
    found = []
    for table in tables.TABLES:
        held = stand.get(table)
        if table in staged and staging.way(table) in ("bare", "new"):
            counted = staging.query(QUERIES[table].count_staged)
            counts[table]["added"], held = await fetch_value(conn, counted, about(place)), 0
        elif held is None:
            held = await fetch_value(conn, QUERIES[table].count, about(place))
        found.append(_changes(table, counts[table], held, dict(sorted(fields[table].items()))))
    return found


def _changes(table: str, rows: Mapping[str, int], held: int, fields: Mapping[str, int]) -> Changes:
    return msgspec.convert({"table": table, "held": held, "fields": fields, **rows}, Changes)


async def apply(
    conn: AsyncConnection, staging: Staging, changes: Sequence[Changes], *, export_id: UUID, now: datetime
) -> None:
    """Do what was proposed and keep how it was before. Erased persons stand in people.incoming_erased until
    `end`, for each room to erase what it keeps of them."""
    place = staging.place
    if staging.bare:
        await _show(conn, place)
        return
    deed = {**about(place), "export_id": export_id, "now": now}
    for change in changes:
        await _apply_table(conn, staging, change, deed)
    if any(change.table == "persons" and change.erased for change in changes):
        for reference in references_to_persons():
            await execute(conn, REFERENCE_QUERIES[reference].keep_of_erased, about(place))
        await _erase_with_persons(conn, place)
    for table in await fetch_all(conn, COMMON.doubtful_tables, about(place), Named):
        await execute(conn, staging.query(QUERIES[table.name].doubt_held), about(place))


async def _apply_table(
    conn: AsyncConnection, staging: Staging, change: Changes, deed: dict[str, object]
) -> None:
    queries, place = QUERIES[change.table], about(staging.place)
    await execute(conn, staging.query(queries.forget), place)
    if change.archived:
        await execute(conn, staging.query(queries.archive), deed)
    if wanted := change.changed + change.restored + change.stamped:
        await execute(conn, staging.query(queries.keep_changed), place)
        done = await execute(conn, staging.query(queries.change), deed)
        if done != wanted:
            raise RowsMoved(
                f"{wanted} rows of {change.table} were to be changed and {done} were where they had been"
            )
    if change.erased:
        if change.table == "persons":
            await execute(conn, staging.query(COMMON.note_erased), place)
        await execute(conn, staging.query(queries.erase), deed)
    if change.added:
        add = queries.add_all if staging.way(change.table) == "new" else queries.add
        await execute(conn, staging.query(add), deed)
    if change.added > change.held:
        await _count_held(conn, staging.place, change.table)


async def _show(conn: AsyncConnection, place: Place) -> None:
    """Build the indexes of a region's first parts, all rows being there, and let them be seen."""
    for table in tables.TABLES:
        await execute(conn, COMMON.attach_bare_part, {"table": table, "region": place.region})
        await _count_held(conn, place, table)


async def _count_held(conn: AsyncConnection, place: Place, table: str) -> None:
    # Of a column that it knows nothing of, the planner takes one row in two hundred to be null.
    await count(conn, place, table, (*joined_columns(table), "archived_at"))


async def count(conn: AsyncConnection, place: Place, part: str, columns: Collection[str] = ()) -> None:
    """Tell the planner how many rows a region's part has; of which columns it needs more than that."""
    named = f"({', '.join(columns)})" if columns else ""
    await execute(conn, COMMON.count_part, {"part": part, "region": place.region, "columns": named})


async def end(conn: AsyncConnection, place: Place) -> None:
    """Leave no person's data in the staging."""
    await execute(conn, COMMON.clear, about(place))


async def undo(conn: AsyncConnection, place: Place, *, export_id: UUID) -> None:
    """Put everything back as it was before the system's last package, erased rows too."""
    deed = {**about(place), "export_id": export_id}
    for queries in QUERIES.values():
        await execute(conn, queries.take_back_added, deed)
        await execute(conn, queries.put_back_changed, deed)
        await execute(conn, queries.put_back_erased, deed)
        await execute(conn, queries.forget, deed)


async def expire(conn: AsyncConnection, place: Place, before: datetime) -> int:
    """Erase what was archived before then, and what stands about the persons among it; how many persons.
    They stand in people.incoming_erased until `end`."""
    deed = {**about(place), "before": before}
    persons = await execute(conn, COMMON.note_expired, deed)
    for queries in QUERIES.values():
        await execute(conn, queries.expire, deed)
    if persons:
        await _erase_with_persons(conn, place)
    return persons


async def _erase_with_persons(conn: AsyncConnection, place: Place) -> None:
    """Erase what stands about the persons of people.incoming_erased."""
    gone = references_to_persons()
    for reference in gone:
        await execute(conn, REFERENCE_QUERIES[reference].erase_of_erased, about(place))
    for (table, column), queries in REFERENCE_QUERIES.items():
        if tables.REFERENCES[table][column] in dict(gone):
            await execute(conn, queries.doubt_of_erased, about(place))
    await execute(conn, COMMON.forget_kids, about(place))


async def known_zones(conn: AsyncConnection) -> frozenset[str]:
    """The names that are time zones to the server."""
    return frozenset(row.name for row in await fetch_all(conn, COMMON.zones, None, Named))


async def copy_in(conn: AsyncConnection, query: Query, rows: bytes) -> None:
    """Rows by COPY … FROM STDIN."""
    async with conn.cursor() as cursor, cursor.copy(query.text) as copy:
        await copy.write(rows)


async def carry(conn: AsyncConnection, query: Query, target: Query, asked: dict[str, object]) -> bool:
    """Copy a query's rows into a table by way of this process, for PostgreSQL plans no parallel workers for
    INSERT … SELECT, and most often nothing is found. Much is not carried but inserted."""
    kept, size = [], 0
    out = f"COPY ({query.text}) TO STDOUT (FORMAT csv)"
    async with conn.cursor() as cursor, cursor.copy(out, asked) as copy:
        async for piece in copy:
            size += len(piece)
            if size <= _CARRIED:
                kept.append(bytes(piece))
    if size > _CARRIED:
        into = target.text.removeprefix("COPY ").partition("FROM STDIN")[0]
        await execute(conn, Query(query.name, query.purpose, f"INSERT INTO {into} {query.text}"), asked)
    elif size:
        await copy_in(conn, target, b"".join(kept))
    return size > 0


class _Tally(msgspec.Struct):
    table_name: str
    change: str
    fields: list[str]
    rows: int
    identity: int


class Named(msgspec.Struct):
    """A row of one name."""

    name: str
