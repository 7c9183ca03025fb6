"""The jobs of exports: what is asked of the worker for a system."""

from typing import Literal
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.portal.jobs import service as jobs
from myedu.portal.tasks import Due

TASK = "exports"

Way = Literal["pull", "push", "agree", "roll-back"]


class ImportJob(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """pull: the system's newest package. push, agree: the package `export_id`, from the spool.

    roll-back: put back the region as it was before `export_id`, asked for by the operator `account_id`.
    """

    way: Way
    export_id: UUID | None = None
    account_id: UUID | None = None


def due(system_id: str, job: ImportJob) -> Due:
    """The job as the queue takes it; the same job is queued once."""
    dedupe_key = f"{system_id} {job.way} {job.export_id or ''}"
    return Due(subject=system_id, dedupe_key=dedupe_key, payload=msgspec.json.encode(job))


def read_job(payload: bytes) -> ImportJob:
    """What `due` wrote."""
    return msgspec.json.decode(payload, type=ImportJob)


async def enqueue(conn: AsyncConnection, system_id: str, job: ImportJob) -> bool:
    """Ask for work, in the caller's transaction; False if the same is asked for or under way already."""
    return await jobs.enqueue(conn, TASK, due(system_id, job))


async def retry_failed(conn: AsyncConnection, system_id: str) -> int:
    """Queue again a system's jobs that failed for good; how many there were."""
    return await jobs.retry_failed(conn, task=TASK, subject=system_id)
