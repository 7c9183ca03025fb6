"""What only the sight of all rows shows: one id twice, ids that lead nowhere, impossible families.

All of it is set-based and stands in people.incoming_found afterwards; rows with an error leave the staging.
What the package changes is worked out in between (intake.compare): it tells which held rows to judge too.
"""

from collections.abc import Collection
from typing import Literal

from psycopg import AsyncConnection

from myedu.contract.tables import REFERENCES, TABLES, required_columns
from myedu.kit.db import execute, fetch_all, fetch_value
from myedu.kit.sql import Query
from myedu.portal.people import renewal
from myedu.portal.people.intake import Named, carry, close, compare, compare_again, count
from myedu.portal.people.statements import (
    COMMON,
    FAMILY,
    QUERIES,
    REFERENCE_QUERIES,
    Staging,
    about,
    joined_columns,
)

# A person's guardians' guardians: no real chain is this long, so what is left after it is taken for a ring.
_GENERATIONS = 20


async def match(conn: AsyncConnection, staging: Staging, table: str, *, ordered: bool) -> bool:
    """A table's staged rows, each id once, and what they change; False where that is nothing.
    `ordered`: no id can stand twice."""
    if staging.held:  # else the plans are none that could hang on it
        await count(conn, staging.place, f"incoming_{table}", (*joined_columns(table), "deleted"))
    if not ordered:
        await _one_row_an_id(conn, staging, table)
    return await compare(conn, staging, table)


async def sift(
    conn: AsyncConnection, staging: Staging, tables: Collection[str], *, moved: Collection[str]
) -> None:
    """Judge the package's tables, which are matched, by the sight of all. `moved`: those in which something
    changes. Rows of another that name none of these are as they were when they were judged last."""
    if staging.held:
        await renewal.stage_suspects(conn, staging)
    tables = [table for table in tables if {table, *REFERENCES[table].values()} & set(moved)]
    # In the contract's order, so that a row that is set aside costs those that name it.
    for table in TABLES:
        if table in tables and (staging.held or table != "guardianships"):
            await _references(conn, staging, table)
    if "guardianships" in tables:
        await _guardians(conn, staging)
    if "enrollments" in tables:
        await _find(conn, staging, staging.query(FAMILY.find_two_schools), about(staging.place))
    for row in await fetch_all(conn, COMMON.found_tables, about(staging.place), Named):
        await compare_again(conn, staging, row.name)
    if staging.held:
        await close(conn, staging)


async def _one_row_an_id(conn: AsyncConnection, staging: Staging, table: str) -> None:
    queries, place = QUERIES[table], about(staging.place)
    if await fetch_value(conn, staging.query(queries.has_doubles), place):
        await execute(conn, staging.query(queries.drop_repeated), place)
        await execute(conn, staging.query(queries.find_doubles), place)
        await execute(conn, staging.query(queries.set_aside), place)


async def _references(conn: AsyncConnection, staging: Staging, table: str) -> None:
    """All loose ids of a row are found before the row goes."""
    place = about(staging.place)
    any_error = False
    for column in REFERENCES[table]:
        severity = severity_of(table, column)
        queries = REFERENCE_QUERIES[table, column]
        loose = await _find(conn, staging, staging.query(queries.find_loose), {**place, "severity": severity})
        if loose and severity == "field":
            await execute(conn, staging.query(queries.empty_loose), place)
        any_error = any_error or (loose and severity == "error")
    if any_error:
        await execute(conn, staging.query(QUERIES[table].set_aside), place)


def severity_of(table: str, column: str) -> Literal["error", "field"]:
    """A reference that the contract requires costs its row, any other only its value."""
    return "error" if column in required_columns(table) else "field"


async def _guardians(conn: AsyncConnection, staging: Staging) -> None:
    asked = _asked(staging)
    by_itself = FAMILY.find_elder_children if staging.held else FAMILY.find_odd_links
    wrong = await _find(conn, staging, staging.query(by_itself), asked)
    if await carry(conn, staging.query(FAMILY.begin_rings), staging.query(FAMILY.copy_rings), asked):
        wrong = await _rings(conn, staging) or wrong
    if wrong:
        await execute(conn, staging.query(QUERIES["guardianships"].set_aside), about(staging.place))


async def _rings(conn: AsyncConnection, staging: Staging) -> bool:
    """Peel off what is in no ring; whether anything is left."""
    place = about(staging.place)
    for _ in range(_GENERATIONS if staging.held else 0):
        if not await execute(conn, staging.query(FAMILY.grow_rings), place):
            break
    for _ in range(_GENERATIONS):
        if not await execute(conn, FAMILY.peel_rings, place):
            break
    if staging.held:
        await execute(conn, staging.query(FAMILY.suspect_rings), place)
        await execute(conn, staging.query(QUERIES["guardianships"].stage_suspects), place)
    return await _find(conn, staging, staging.query(FAMILY.find_rings), place)


async def _find(conn: AsyncConnection, staging: Staging, query: Query, asked: dict[str, object]) -> bool:
    """Note as found what the query finds; whether it is anything."""
    return await carry(conn, query, staging.query(COMMON.copy_found), asked)


def _asked(staging: Staging) -> dict[str, object]:
    return {**about(staging.place), "with_held": bool(staging.held)}
