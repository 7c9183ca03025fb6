"""What vendors, operators and the worker read and note about packages and runs. Changes no row of people."""

from collections.abc import AsyncIterator
from datetime import datetime, time
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import Database, execute, fetch_all, fetch_one, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.exports.models import RowProblem
from myedu.portal.exports.words import WORDS
from myedu.portal.exports.words_ru import WORDS_RU

QUERIES = load_queries(__package__, "ledger.sql")

_EACH = 5  # packages of a system on the list; older ones have addresses
_BATCH = 5000  # problems read at once for the file


class TableChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What a package does, or would do, to a table. `fields`: in how many rows each column changes;
    `identity`: rows whose known SNILS or birth date becomes another."""

    table: str
    held: int = 0
    added: int = 0
    changed: int = 0
    archived: int = 0
    restored: int = 0
    erased: int = 0
    identity: int = 0
    fields: dict[str, int] = {}


class TableLine(msgspec.Struct, frozen=True, kw_only=True):
    changes: TableChanges
    rows: int
    set_aside: int = 0


class ProblemCount(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    severity: str
    rows: int


class PackageReport(msgspec.Struct, frozen=True, kw_only=True):
    """A package as exports.packages has it; the state «received» means that it is worked on."""

    system_id: str
    region: str
    export_id: UUID
    mode: str
    base: UUID | None
    created_at: datetime
    received_at: datetime
    applied_at: datetime | None
    state: str
    code: str | None
    reason: str | None
    tables: tuple[TableLine, ...]
    problems: tuple[ProblemCount, ...] = ()


class PackageLine(msgspec.Struct, frozen=True, kw_only=True):
    """A package on the operator's list."""

    system_id: str
    region: str
    name: str
    export_id: UUID
    mode: str
    created_at: datetime
    received_at: datetime
    applied_at: datetime | None
    state: str
    code: str | None
    reason: str | None
    tables: tuple[TableLine, ...]
    problem_rows: int


class SystemLine(msgspec.Struct, frozen=True, kw_only=True):
    """A system: when it is pulled, how its last run ended, how far the job under way is.

    `job_status`: queued, picked (under way) or failed for good; `heartbeat`: its worker's sign of life.
    """

    id: str
    region: str
    name: str
    local_time: time | None
    time_zone: str | None
    next_at: datetime | None
    way: str | None
    began_at: datetime | None
    ended_at: datetime | None
    code: str | None
    sentence: str | None
    stage: str | None
    rows: int | None
    total: int | None
    progress_at: datetime | None
    job_status: str | None
    attempts: int | None
    heartbeat: datetime | None
    execute_after: datetime | None


def words_en(code: str) -> str:
    return WORDS.get(code, code)


def words_ru(code: str) -> str:
    return WORDS_RU.get(code, words_en(code))


async def report(conn: AsyncConnection, system_id: str, export_id: UUID) -> PackageReport | None:
    """What became of a package, with its problems counted; None where it was never seen."""
    key = {"system_id": system_id, "export_id": export_id}
    found = await fetch_one(conn, QUERIES.report, key, PackageReport)
    if found is None:
        return None
    counts = await fetch_all(conn, QUERIES.problem_counts, key, ProblemCount)
    return msgspec.structs.replace(found, problems=tuple(counts))


async def problems(
    conn: AsyncConnection, system_id: str, export_id: UUID, *, limit: int, offset: int = 0
) -> list[RowProblem]:
    """Some of a package's problems, file by file and line by line."""
    wanted = {"system_id": system_id, "export_id": export_id, "limit": limit, "offset": offset}
    return await fetch_all(conn, QUERIES.problems, wanted, RowProblem)


async def every_problem(database: Database, system_id: str, export_id: UUID) -> AsyncIterator[RowProblem]:
    """All of them; no connection is held while whoever reads them is slow."""
    offset = 0
    while True:
        async with database.connection() as conn:
            batch = await problems(conn, system_id, export_id, limit=_BATCH, offset=offset)
        for one in batch:
            yield one
        if len(batch) < _BATCH:
            return
        offset += _BATCH


async def newest(conn: AsyncConnection) -> list[PackageLine]:
    """The newest packages of every system; those that wait for an operator come first."""
    return await fetch_all(conn, QUERIES.newest, {"each": _EACH}, PackageLine)


async def systems(conn: AsyncConnection) -> list[SystemLine]:
    return await fetch_all(conn, QUERIES.systems, {"system_id": None}, SystemLine)


async def system(conn: AsyncConnection, system_id: str) -> SystemLine | None:
    return await fetch_one(conn, QUERIES.systems, {"system_id": system_id}, SystemLine)


async def held_region(conn: AsyncConnection, system_id: str, export_id: UUID) -> str | None:
    """The region of a package that waits for an operator; None for any other package."""
    region: str | None = await fetch_value(
        conn, QUERIES.held, {"system_id": system_id, "export_id": export_id}
    )
    return region


async def refuse(conn: AsyncConnection, system_id: str, export_id: UUID, reason: str) -> str | None:
    """An operator refuses a held package: its region; None where it is not held any more."""
    refusal = {"system_id": system_id, "export_id": export_id, "reason": reason}
    region: str | None = await fetch_value(conn, QUERIES.refuse, refusal)
    return region


async def begin_run(conn: AsyncConnection, system_id: str, way: str, now: datetime) -> None:
    await execute(conn, QUERIES.begin_run, {"system_id": system_id, "way": way, "now": now})


async def end_run(
    conn: AsyncConnection,
    system_id: str,
    now: datetime,
    *,
    code: str | None = None,
    sentence: str | None = None,
) -> None:
    outcome = {"system_id": system_id, "now": now, "code": code, "sentence": sentence}
    await execute(conn, QUERIES.end_run, outcome)
    await execute(conn, QUERIES.forget_progress, {"system_id": system_id})


async def keep_progress(
    conn: AsyncConnection, system_id: str, stage: str, rows: int, total: int | None, now: datetime
) -> None:
    far = {"system_id": system_id, "stage": stage, "rows": rows, "total": total, "now": now}
    await execute(conn, QUERIES.keep_progress, far)
