"""What only the sight of all staged rows shows: one id twice, ids that lead nowhere, impossible families.

All of it is set-based and stands in people.incoming_found afterwards; rows with an error leave the staging.
"""

from collections.abc import Collection, Mapping
from typing import Literal

from psycopg import AsyncConnection

from myedu.contract.tables import REFERENCES, TABLES, required_columns
from myedu.kit.db import execute, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.people.intake import COMMON, QUERIES, REFERENCE_QUERIES, Place, Staging

FAMILY = load_queries(__package__, "intake_family.sql")

# A person's guardians' guardians: no real chain is this long, so what is left after it is taken for a ring.
_GENERATIONS = 20


async def sift(
    conn: AsyncConnection,
    staging: Staging,
    whole: Mapping[str, bool],
    ordered: Collection[str],
    *,
    full: bool,
) -> None:
    """`whole`: the tables of the package, and whether every line and id of them could be read; `ordered`:
    those whose ids are known to stand once."""
    place = staging.place
    for table in whole:
        if not full:  # the plans of a full package are none that could hang on it
            await execute(conn, COMMON.count_part, {"table": f"incoming_{table}", "region": place.region})
        if table not in ordered:
            await _one_row_an_id(conn, staging, table)
    # In the contract's order, so that a row that is set aside costs those that name it.
    for table in TABLES:
        if table in whole:
            await _references(conn, staging, table, whole, full)
    if "guardianships" in whole:
        await _guardians(conn, staging, with_held=not full)
    if "enrollments" in whole:
        query = staging.query(FAMILY.find_two_schools)
        await execute(conn, query, {**_about(place), "with_held": not full})


async def _one_row_an_id(conn: AsyncConnection, staging: Staging, table: str) -> None:
    queries, about = QUERIES[table], _about(staging.place)
    if await fetch_value(conn, staging.query(queries.has_doubles), about):
        await execute(conn, staging.query(queries.drop_repeated), about)
        await execute(conn, staging.query(queries.find_doubles), about)
        await execute(conn, staging.query(queries.set_aside), about)


async def _references(
    conn: AsyncConnection, staging: Staging, table: str, whole: Mapping[str, bool], full: bool
) -> None:
    """All loose ids of a row are found before the row goes."""
    about = _about(staging.place)
    found: dict[str, int] = {"error": 0, "field": 0}
    for column, target in REFERENCES[table].items():
        severity = severity_of(table, column)
        queries = REFERENCE_QUERIES[table, column]
        wanted = {**about, "severity": severity, "absence_known": full and whole.get(target, False)}
        loose = await execute(conn, staging.query(queries.find_loose), wanted)
        found[severity] += loose
        if loose and severity == "field":
            await execute(conn, staging.query(queries.empty_loose), about)
    if found["error"]:
        await execute(conn, staging.query(QUERIES[table].set_aside), about)


def severity_of(table: str, column: str) -> Literal["error", "field"]:
    """A reference that the contract requires costs its row, any other only its value."""
    return "error" if column in required_columns(table) else "field"


async def _guardians(conn: AsyncConnection, staging: Staging, *, with_held: bool) -> None:
    about = _about(staging.place)
    asked = {**about, "with_held": with_held}
    wrong = await execute(conn, staging.query(FAMILY.find_elder_children), asked)
    if await execute(conn, staging.query(FAMILY.begin_rings), asked):
        for _ in range(_GENERATIONS if with_held else 0):
            if not await execute(conn, FAMILY.grow_rings, about):
                break
        for _ in range(_GENERATIONS):
            if not await execute(conn, FAMILY.peel_rings, about):
                break
        wrong += await execute(conn, staging.query(FAMILY.find_rings), about)
    if wrong:
        await execute(conn, staging.query(QUERIES["guardianships"].set_aside), about)


def _about(place: Place) -> dict[str, object]:
    return {"region": place.region, "system_id": place.system_id}
