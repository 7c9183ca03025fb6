"""Queuing jobs, reading the queue, retrying what failed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from pgqueuer.domain.types import JobId
from psycopg import AsyncConnection

from myedu.kit.db import execute, fetch_all, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.jobs.models import (
    STUCK_AFTER,
    JobDetail,
    JobEvent,
    JobLine,
    QueueDepth,
    RetryResult,
)
from myedu.portal.jobs.queue import entrypoint, queue_on
from myedu.portal.tasks import Due

QUERIES = load_queries(__package__)

_MAX_LISTED = 1000
_MAX_EVENTS = 20


async def enqueue(conn: AsyncConnection, task: str, due: Due) -> bool:
    """Queue a job in the caller's transaction; False if one with its dedupe key waits or runs already."""
    (job,) = await queue_on(conn).enqueue(
        entrypoint(task, due.subject), due.payload or None, dedupe_key=due.dedupe_key, on_conflict="skip"
    )
    return job is not None


async def retry_failed(conn: AsyncConnection, *, task: str, subject: str) -> int:
    """Queue again all jobs of a subject that failed for good; how many.

    Of several with one dedupe key the newest is queued and the others are deleted. Jobs whose key waits or
    runs already stay failed. Call it in a transaction.
    """
    failed = await _failed(conn, {"id": None, "entrypoint": entrypoint(task, subject)})
    return await _requeue(conn, [job.id for job in failed if not job.is_queued_already])


async def retry_job(conn: AsyncConnection, job_id: int) -> RetryResult:
    """Queue a job again that failed for good, and delete older failures of the same work.

    Call it in a transaction.
    """
    failed = await _failed(conn, {"id": job_id, "entrypoint": None})
    if not failed:
        return "not-failed"
    if failed[0].is_queued_already:
        return "already-queued"
    await _requeue(conn, [job_id])
    return "queued"


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
    payload: bytes = await fetch_value(conn, QUERIES.payload, {"id": job_id}) or b""
    return JobDetail(
        job=found[0], payload=payload.decode(errors="backslashreplace"), events=tuple(reversed(events))
    )


async def depth(conn: AsyncConnection) -> Sequence[QueueDepth]:
    """How many jobs of each task are in each of pgqueuer's states; empty states are left out."""
    return await fetch_all(conn, QUERIES.depth, None, QueueDepth)


async def delete_old_log(conn: AsyncConnection, before: datetime) -> int:
    """Delete pgqueuer's log lines written before a time; how many."""
    return await execute(conn, QUERIES.delete_old_log, {"before": before})


async def _jobs(conn: AsyncConnection, job_id: int | None, now: datetime) -> list[JobLine]:
    filters = {"id": job_id, "stuck_before": now - STUCK_AFTER, "limit": _MAX_LISTED}
    return await fetch_all(conn, QUERIES.jobs, filters, JobLine)


class _FailedJob(msgspec.Struct, frozen=True):
    id: int
    is_queued_already: bool


async def _failed(conn: AsyncConnection, filters: Mapping[str, object]) -> list[_FailedJob]:
    return await fetch_all(conn, QUERIES.failed, filters, _FailedJob)


async def _requeue(conn: AsyncConnection, ids: list[int]) -> int:
    if ids:
        await execute(conn, QUERIES.delete_superseded, {"ids": ids})
        await queue_on(conn).requeue_jobs([JobId(job_id) for job_id in ids])
    return len(ids)
