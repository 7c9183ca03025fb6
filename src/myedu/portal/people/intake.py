"""Rows of an export package become people's rows: staged, compared, and changed as a set; or put back.

Call it in one transaction: nothing of a package is seen before its end, and an exception leaves nothing.
begin → open_staging → stage → people.sift → compare → proposal → apply; `undo` takes the last package of a
system back.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from importlib.resources import files
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.contract import tables
from myedu.kit.db import execute, fetch_all, fetch_value
from myedu.kit.sql import Queries, Query, load_queries, parse_queries


class Place(msgspec.Struct, frozen=True):
    """Whose rows: every key of people begins with these two."""

    region: str
    system_id: str


class Staging(msgspec.Struct, frozen=True):
    """Where the rows of a package wait. `bare`: in the region's own new parts, which nobody sees before the
    end, for no other rows are there yet; else in people.incoming_…. `gives_ids`: each person is staged with a
    public_id (uuid.uuid4, as 32 hexadecimal digits), for the system has no persons yet."""

    place: Place
    bare: bool
    gives_ids: bool

    def query(self, query: Query) -> Query:
        """The query, about the rows where they wait; else about the region's parts by their own names, as of
        the table over them the planner knows no statistics, and would read all rows to find a few."""
        pattern = _STAGED if self.bare else _IN_PARTS
        text = pattern.sub(rf"people.\1_r{self.place.region}", query.text)
        return msgspec.structs.replace(query, text=text)


_TABLES = "|".join(tables.TABLES)
_STAGED = re.compile(rf"people\.incoming_({_TABLES})\b")
_IN_PARTS = re.compile(rf"people\.((?:incoming|undo)_[a-z]+|{_TABLES})\b")


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What a package does to one table. `held`: rows that stood before it; `fields`: column → rows that have
    it otherwise; `identity`: rows whose known SNILS or birth date becomes another."""

    table: str
    held: int = 0
    added: int = 0
    changed: int = 0
    archived: int = 0
    restored: int = 0
    erased: int = 0
    identity: int = 0
    fields: dict[str, int] = {}

    @property
    def any(self) -> bool:
        return bool(self.added or self.changed or self.archived or self.restored or self.erased)


IDENTITY = {"persons": ("snils", "birth_date")}
"""What an account is matched by. A system that renumbers its persons hands children to strangers."""

FAIL_CLOSED = frozenset({"guardianships"})
"""A row of these that is set aside gives no right either: its held version is archived, not kept."""


def data_columns(table: str) -> tuple[str, ...]:
    """The contract's columns that are compared: all but the id, its stamp and the tombstone."""
    return tuple(name for name in tables.columns(table) if name not in ("id", "updated_at", "deleted"))


COMMON = load_queries(__package__, "intake_common.sql")


def _queries_of(table: str, join: str) -> Queries:
    names = data_columns(table)
    was = (
        f"old.{name} IS NOT NULL AND new.{name} IS DISTINCT FROM old.{name}"
        for name in IDENTITY.get(table, ())
    )
    text = (files(__package__) / "intake.sql").read_text(encoding="utf-8")
    filled = text.format(
        table=table,
        join=join,
        columns=", ".join(names),
        new_columns=", ".join(f"new.{name}" for name in names),
        old_columns=", ".join(f"old.{name}" for name in names),
        was_columns=", ".join(f"was.{name}" for name in names),
        fields=", ".join(
            f"CASE WHEN new.{name} IS DISTINCT FROM old.{name} THEN '{name}' END" for name in names
        ),
        identity=" OR ".join(was) or "false",
        public_id=", public_id" if table == "persons" else "",
        given_public_id=", coalesce(new.public_id, gen_random_uuid())" if table == "persons" else "",
    )
    return parse_queries(filled, f"{__package__}/intake.sql for {table}")


QUERIES = {table: _queries_of(table, "FULL") for table in tables.TABLES}
DELTA_COMPARE = {table: _queries_of(table, "LEFT").compare for table in tables.TABLES}


def references_to_persons() -> list[tuple[str, str]]:
    """(table, column) of rows that say something about a person."""
    return [
        (table, column)
        for table, named in tables.REFERENCES.items()
        for column, target in named.items()
        if target == "persons"
    ]


def _reference_queries(table: str, column: str) -> Queries:
    text = (files(__package__) / "intake_references.sql").read_text(encoding="utf-8")
    filled = text.format(table=table, column=column, target=tables.REFERENCES[table][column])
    return parse_queries(filled, f"{__package__}/intake_references.sql for {table}.{column}")


REFERENCE_QUERIES = {
    (table, column): _reference_queries(table, column)
    for table, named in tables.REFERENCES.items()
    for column in named
}


async def begin(conn: AsyncConnection, place: Place, *, full: bool) -> None:
    """Wait for the region's turn and start with empty staging."""
    await execute(conn, COMMON.settle, {"full": full})
    await execute(conn, COMMON.lock, _about(place))
    await execute(conn, COMMON.open_region, _about(place))
    await execute(conn, COMMON.clear, _about(place))


async def open_staging(conn: AsyncConnection, place: Place, export_id: UUID, *, full: bool) -> Staging:
    """Where this package's rows are to wait. A region's first package never waits for an operator: there is
    nothing that it could take away. An exception takes its parts away again."""
    wanted = {"region": place.region, "tables": list(tables.TABLES)}
    if full and await fetch_value(conn, COMMON.is_new, wanted):
        for table in tables.TABLES:
            await execute(
                conn, COMMON.make_bare_part, {**_about(place), "table": table, "export_id": export_id}
            )
        return Staging(place, bare=True, gives_ids=True)
    await execute(conn, COMMON.open_rest, _about(place))
    any_person = await fetch_value(conn, QUERIES["persons"].any_held, _about(place))
    return Staging(place, bare=False, gives_ids=not any_person)


async def stage(conn: AsyncConnection, staging: Staging, table: str, rows: bytes) -> None:
    """Copy checked rows in: CSV without a header.

    Columns: region and system_id but where staging is bare; id, those of `data_columns`, updated_at, deleted,
    line; of persons public_id too.
    """
    queries = QUERIES[table]
    await _copy(conn, staging.query(queries.stage_bare if staging.bare else queries.stage), rows)


async def set_aside(conn: AsyncConnection, rows: bytes) -> None:
    """Note rows that can't be taken and whose ids are known: CSV of region, system, table, id, line."""
    await _copy(conn, COMMON.copy_aside, rows)


async def compare(
    conn: AsyncConnection, staging: Staging, table: str, *, delta: bool, archive_absent: bool
) -> None:
    """Work out the table's changes; where nothing is held there is nothing to compare, and all is new."""
    place = staging.place
    if not await fetch_value(conn, QUERIES[table].any_held, _about(place)):
        return
    query = DELTA_COMPARE[table] if delta else QUERIES[table].compare
    await execute(conn, staging.query(query), {**_about(place), "archive_absent": archive_absent})
    if table in FAIL_CLOSED:
        await execute(conn, staging.query(QUERIES[table].close_aside), _about(place))


async def proposal(
    conn: AsyncConnection, staging: Staging, staged: Iterable[str], stand: Mapping[str, int]
) -> list[Changes]:
    """What would be done, by table, in the contract's order; `staged`: the tables that the package has;
    `stand`: how many rows stand in tables where that is known: counting them reads the whole table."""
    place = staging.place
    await execute(conn, COMMON.count_changes, _about(place))
    counts: dict[str, dict[str, int]] = {table: {} for table in tables.TABLES}
    for tally in await fetch_all(conn, COMMON.tally, _about(place), _Tally):
        counts[tally.table_name][tally.change] = tally.rows
        counts[tally.table_name]["identity"] = tally.identity + counts[tally.table_name].get("identity", 0)
    fields: dict[str, dict[str, int]] = {table: {} for table in tables.TABLES}
    for one in await fetch_all(conn, COMMON.tally_fields, _about(place), _Field):
        fields[one.table_name][one.field] = one.rows
    found = []
    for table in tables.TABLES:
        queries = QUERIES[table]
        if table in staged and not await fetch_value(conn, queries.any_held, _about(place)):
            counts[table]["added"] = await fetch_value(
                conn, staging.query(queries.count_staged), _about(place)
            )
            found.append(_changes(table, counts[table]))
        else:
            held = stand.get(table)
            if held is None:
                held = await fetch_value(conn, queries.count, _about(place))
            found.append(_changes(table, counts[table], held, fields[table]))
    return found


def _changes(table: str, rows: Mapping[str, int], held: int = 0, fields: Mapping[str, int] = {}) -> Changes:
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
    deed = {**_about(place), "export_id": export_id, "now": now}
    for change in changes:
        await _apply_table(conn, staging, change, deed)
    if any(change.table == "persons" and change.erased for change in changes):
        for reference in references_to_persons():
            await execute(conn, REFERENCE_QUERIES[reference].keep_of_erased, _about(place))
            await execute(conn, REFERENCE_QUERIES[reference].erase_of_erased, _about(place))
        await execute(conn, COMMON.forget_kids, _about(place))


async def _apply_table(
    conn: AsyncConnection, staging: Staging, change: Changes, deed: dict[str, object]
) -> None:
    queries, about = QUERIES[change.table], _about(staging.place)
    await execute(conn, staging.query(queries.forget), about)
    if change.changed or change.archived or change.restored or change.erased:
        await execute(conn, staging.query(queries.keep), about)
    if change.archived:
        await execute(conn, staging.query(queries.archive), deed)
    if change.changed or change.restored:
        await execute(conn, staging.query(queries.change), deed)
    if change.erased:
        if change.table == "persons":
            await execute(conn, staging.query(COMMON.note_erased), about)
        await execute(conn, staging.query(queries.erase), deed)
    if change.added:
        any_held = await fetch_value(conn, queries.any_held, about)
        await execute(conn, staging.query(queries.add if any_held else queries.add_all), deed)
    if change.added > change.held:
        await execute(conn, COMMON.count_part, {"table": change.table, "region": staging.place.region})


async def _show(conn: AsyncConnection, place: Place) -> None:
    """Build the indexes of a region's first parts, all rows being there, and let them be seen."""
    for table in tables.TABLES:
        part = {"table": table, "region": place.region}
        await execute(conn, COMMON.attach_bare_part, part)
        await execute(conn, COMMON.count_part, part)


async def end(conn: AsyncConnection, place: Place) -> None:
    """Leave no person's data in the staging."""
    await execute(conn, COMMON.clear, _about(place))


async def undo(conn: AsyncConnection, place: Place, *, export_id: UUID) -> None:
    """Put everything back as it was before the system's last package, erased rows too."""
    deed = {**_about(place), "export_id": export_id}
    for queries in QUERIES.values():
        await execute(conn, queries.take_back_added, deed)
        await execute(conn, queries.put_back_changed, deed)
        await execute(conn, queries.put_back_erased, deed)
        await execute(conn, queries.forget, deed)


async def expire(conn: AsyncConnection, place: Place, before: datetime) -> int:
    """Erase what was archived before then, and what stands about the persons among it; how many persons.
    They stand in people.incoming_erased until `end`."""
    deed = {**_about(place), "before": before}
    persons = await execute(conn, COMMON.note_expired, deed)
    for queries in QUERIES.values():
        await execute(conn, queries.expire, deed)
    for reference in references_to_persons():
        await execute(conn, REFERENCE_QUERIES[reference].erase_of_erased, deed)
    await execute(conn, COMMON.forget_kids, deed)
    return persons


async def known_zones(conn: AsyncConnection) -> frozenset[str]:
    """The names that are time zones to the server."""
    return frozenset(row.name for row in await fetch_all(conn, COMMON.zones, None, _Named))


async def _copy(conn: AsyncConnection, query: Query, rows: bytes) -> None:
    async with conn.cursor() as cursor, cursor.copy(query.text) as copy:
        await copy.write(rows)


def _about(place: Place) -> dict[str, object]:
    return {"region": place.region, "system_id": place.system_id}


class _Tally(msgspec.Struct):
    table_name: str
    change: str
    rows: int
    identity: int


class _Field(msgspec.Struct):
    table_name: str
    field: str
    rows: int


class _Named(msgspec.Struct):
    name: str
