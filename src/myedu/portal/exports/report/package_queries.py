"""What vendors, operators and the worker read and note about packages and imports.

Changes no row of people.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import Database, execute, fetch_all, fetch_one, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.exports.models import (
    Arrivals,
    Connected,
    PackageLine,
    PackagePoint,
    PackageReport,
    ProblemCount,
    RowProblem,
    Stage,
    SystemLine,
)

QUERIES = load_queries(__package__, "package_queries.sql")

_LISTED_PACKAGES = 5  # of a system; older ones have addresses
_BATCH = 5000  # problems read at once for the file


async def report(conn: AsyncConnection, system_id: str, export_id: UUID) -> PackageReport | None:
    """What became of a package, with its problems counted; None if it was never received."""
    key = {"system_id": system_id, "export_id": export_id}
    found = await fetch_one(conn, QUERIES.report, key, PackageReport)
    if found is None:
        return None
    counts = await fetch_all(conn, QUERIES.problem_counts, key, ProblemCount)
    return msgspec.structs.replace(found, problems=tuple(counts))


async def connected(conn: AsyncConnection) -> list[Connected]:
    """Every system with a package in force, and since when."""
    return await fetch_all(conn, QUERIES.connected, None, Connected)


async def problems(
    conn: AsyncConnection, system_id: str, export_id: UUID, *, limit: int | None = None, offset: int = 0
) -> list[RowProblem]:
    """A package's problems by table (in alphabetical order) and line; without a limit, all."""
    wanted = {"system_id": system_id, "export_id": export_id, "limit": limit, "offset": offset}
    return await fetch_all(conn, QUERIES.problems, wanted, RowProblem)


async def iterate_problems(database: Database, system_id: str, export_id: UUID) -> AsyncIterator[RowProblem]:
    """All problems of a package; no connection is held while a slow reader takes them."""
    offset = 0
    while True:
        async with database.connection() as conn:
            batch = await problems(conn, system_id, export_id, limit=_BATCH, offset=offset)
        for problem in batch:
            yield problem
        if len(batch) < _BATCH:
            return
        offset += _BATCH


async def newest_packages(conn: AsyncConnection) -> list[PackageLine]:
    """The newest packages of every system; held ones come first."""
    return await fetch_all(conn, QUERIES.newest, {"each": _LISTED_PACKAGES}, PackageLine)


async def package_history(
    conn: AsyncConnection, system_ids: Sequence[str], since: datetime, step: timedelta
) -> list[PackagePoint]:
    """Packages that came, in steps from `since`, by system and time. Steps without any are left out."""
    wanted = {"system_ids": list(system_ids), "since": since, "step": step}
    return await fetch_all(conn, QUERIES.history, wanted, PackagePoint)


async def arrivals(conn: AsyncConnection) -> list[Arrivals]:
    """How the packages of every registered system arrive, by region and id."""
    return await fetch_all(conn, QUERIES.arrivals, None, Arrivals)


async def systems(conn: AsyncConnection) -> list[SystemLine]:
    """Every registered system, by region and id."""
    return await fetch_all(conn, QUERIES.systems, {"system_id": None}, SystemLine)


async def system(conn: AsyncConnection, system_id: str) -> SystemLine | None:
    """One system."""
    return await fetch_one(conn, QUERIES.systems, {"system_id": system_id}, SystemLine)


async def held_region(conn: AsyncConnection, system_id: str, export_id: UUID) -> str | None:
    """The region of a held package; None for any other package."""
    key = {"system_id": system_id, "export_id": export_id}
    region: str | None = await fetch_value(conn, QUERIES.held, key)
    return region


async def reject(conn: AsyncConnection, system_id: str, export_id: UUID, reason: str) -> str | None:
    """Note that an operator rejected a held package; its region, or None if it isn't held any more."""
    rejection = {"system_id": system_id, "export_id": export_id, "reason": reason}
    region: str | None = await fetch_value(conn, QUERIES.reject, rejection)
    return region


async def begin_run(conn: AsyncConnection, system_id: str, way: str, now: datetime) -> None:
    """Note that an import of a system begins. `way`: pull, push or agree."""
    await execute(conn, QUERIES.begin_run, {"system_id": system_id, "way": way, "now": now})


async def end_run(
    conn: AsyncConnection,
    system_id: str,
    now: datetime,
    *,
    code: str | None = None,
    sentence: str | None = None,
) -> None:
    """Note how an import of a system ended: without a code it succeeded."""
    outcome = {"system_id": system_id, "now": now, "code": code, "sentence": sentence}
    await execute(conn, QUERIES.end_run, outcome)
    await execute(conn, QUERIES.forget_progress, {"system_id": system_id})


async def keep_progress(
    conn: AsyncConnection, system_id: str, stage: Stage, done: int, total: int | None, now: datetime
) -> None:
    """Note how far a system's import is."""
    row = {"system_id": system_id, "stage": stage, "rows": done, "total": total, "now": now}
    await execute(conn, QUERIES.keep_progress, row)
