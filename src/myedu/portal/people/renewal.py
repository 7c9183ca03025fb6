"""A full package of a system that is known: most rows say what they said last night (ADR 0019).

Each held row has a digest of what it said when it was taken in. Of a file only (id, line, digest) is copied
for all rows; what differs is staged and goes on as the rows of a delta do. A row whose digest is the same
was judged before, and what it was judged by is the same too, but for what this package takes away or
changes: the rows that name it are suspect, and staged as they are held. What a problem was found in has no
digest and is judged again.
"""

import msgspec
from psycopg import AsyncConnection

from myedu.contract import tables
from myedu.kit.db import execute, fetch_all, fetch_one
from myedu.portal.people.intake import Named, carry, copy_in, count
from myedu.portal.people.statements import COMMON, FAMILY, GONE, QUERIES, REFERENCE_QUERIES, Staging, about


async def see(conn: AsyncConnection, staging: Staging, rows: bytes) -> None:
    """Rows of a file as CSV: table, id, line, digest."""
    await copy_in(conn, staging.query(COMMON.copy_seen), rows)


async def note_differences(
    conn: AsyncConnection, staging: Staging, table: str, *, archive_absent: bool, ordered: bool
) -> "Differing":
    """Compare the file's rows with the held ones; lines that differ are to be staged.
    `archive_absent`: what the file doesn't have is gone; `ordered`: no id stands twice."""
    asked = {**about(staging.place), "archive_absent": archive_absent}
    found = staging.query(QUERIES[table].find_differences)
    await carry(conn, found, staging.query(COMMON.copy_differences), asked)
    if not ordered:
        await execute(conn, staging.query(QUERIES[table].note_doubles), about(staging.place))
    await count(conn, staging.place, "incoming_differences")
    counted = await fetch_one(
        conn, COMMON.count_differences, {**about(staging.place), "table": table}, Differing
    )
    assert counted is not None
    return counted


async def differing_lines(
    conn: AsyncConnection, staging: Staging, table: str, first: int, last: int
) -> list[int]:
    """Those of these lines of the file that differ, the last one included."""
    asked = {**about(staging.place), "table": table, "first": first, "last": last}
    return [one.line for one in await fetch_all(conn, COMMON.differing_lines, asked, _Line)]


async def stage_suspects(conn: AsyncConnection, staging: Staging) -> None:
    """Stage held rows which the package has unchanged and which are judged by what it changes or takes away.
    Of a delta they are only noted: the next full package looks at them."""
    place = about(staging.place)
    gone = {row.name for row in await fetch_all(conn, staging.query(GONE), place, Named)}
    for (table, column), queries in REFERENCE_QUERIES.items():
        if tables.REFERENCES[table][column] in gone:
            await execute(conn, staging.query(queries.suspect_loose), place)
    await execute(conn, staging.query(FAMILY.suspect_ages), place)
    await execute(conn, staging.query(FAMILY.suspect_schools), place)
    for row in await fetch_all(conn, COMMON.suspect_tables, place, Named):
        await execute(conn, staging.query(QUERIES[row.name].stage_suspects), place)


class Differing(msgspec.Struct, frozen=True):
    """How many lines of a file differ from what is held, and how many held rows it lacks."""

    lines: int
    absent: int


class _Line(msgspec.Struct):
    line: int
