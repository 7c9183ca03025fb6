"""Asking for work, and looking after it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import execute, fetch_all, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.jobs.models import STUCK_AFTER, JobDetail, JobEvent, JobLine
from myedu.portal.jobs.queue import entrypoint, queue_on
from myedu.portal.tasks import Due

QUERIES = load_queries(__package__)

_MAX_LISTED = 1000
_MAX_EVENTS = 20


async def enqueue(conn: AsyncConnection, task: str, due: Due) -> bool:
    """Ask for work, in the caller's transaction; False if a job with this key waits or runs already."""
    (job,) = await queue_on(conn).enqueue(
        entrypoint(task, due.subject), due.payload or None, dedupe_key=due.dedupe_key, on_conflict="skip"
    )
    return job is not None


async def retry_failed(conn: AsyncConnection, *, task: str, subject: str) -> int:
    """Queue again all jobs of a subject that failed for good; how many."""
    return await _retry(conn, {"id": None, "entrypoint": entrypoint(task, subject)})


async def retry_job(conn: AsyncConnection, job_id: int) -> bool:
    """Queue a job again that failed for good; False if there is none of this id."""
    return await _retry(conn, {"id": job_id, "entrypoint": None}) > 0


async def jobs(conn: AsyncConnection, now: datetime) -> list[JobLine]:
    """Jobs that wait, run or failed for good, at most a thousand; failed ones first, then running ones."""
    return await _jobs(conn, None, now)


async def job(conn: AsyncConnection, job_id: int, now: datetime) -> JobDetail | None:
    """One job with its last steps; None if it is done, or never was."""
    found = await _jobs(conn, job_id, now)
    if not found:
        return None
    key = {"id": job_id, "limit": _MAX_EVENTS}
    events = await fetch_all(conn, QUERIES.events, key, JobEvent)
    payload = await fetch_value(conn, QUERIES.payload, {"id": job_id}) or ""
    return JobDetail(job=found[0], payload=payload, events=tuple(reversed(events)))


async def depth(conn: AsyncConnection) -> Sequence["Depth"]:
    """How many jobs of each task are in each of pgqueuer's states."""
    return await fetch_all(conn, QUERIES.depth, None, Depth)


async def sweep_log(conn: AsyncConnection, before: datetime) -> int:
    """Delete pgqueuer's log lines about jobs long done; how many."""
    return await execute(conn, QUERIES.sweep_log, {"before": before})


class Depth(msgspec.Struct, frozen=True):
    """A number of jobs; `state` is pgqueuer's: queued, picked, failed."""

    task: str
    state: str
    jobs: int


async def _jobs(conn: AsyncConnection, job_id: int | None, now: datetime) -> list[JobLine]:
    wanted = {"id": job_id, "stuck_before": now - STUCK_AFTER, "limit": _MAX_LISTED}
    return await fetch_all(conn, QUERIES.jobs, wanted, JobLine)


async def _retry(conn: AsyncConnection, wanted: dict[str, object]) -> int:
    failed = [row.id for row in await fetch_all(conn, QUERIES.failed, wanted, _Id)]
    if failed:
        await queue_on(conn).requeue_jobs(failed)
    return len(failed)


class _Id(msgspec.Struct):
    id: int
