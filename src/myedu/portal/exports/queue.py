"""The conveyor's jobs as rows of pgqueuer, written in the transaction of whoever asks for the work.

An entry point a system, one job of it at a time: pgqueuer keeps that promise in the database, across workers.
"""

from typing import Literal
from uuid import UUID

import msgspec
from pgqueuer.adapters.drivers.psycopg import PsycopgDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.domain.settings import DBSettings
from pgqueuer.queries import Queries
from psycopg import AsyncConnection

SETTINGS = DBSettings(db_schema="jobs")
_PREFIX = "exports/"

Way = Literal["pull", "push", "agree"]


class Task(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """pull: the system's newest package. push, agree: the package `export_id`, from the spool."""

    way: Way
    export_id: UUID | None = None


def entrypoint(system_id: str) -> str:
    return f"{_PREFIX}{system_id}"


def queue_on(conn: AsyncConnection) -> Queries:
    """pgqueuer's statements over a connection of ours, for its tables in the schema `jobs`."""
    return Queries(
        PsycopgDriver(conn),
        qbe=QueryBuilderEnvironment(SETTINGS),
        qbq=QueryQueueBuilder(SETTINGS),
        qbs=QuerySchedulerBuilder(SETTINGS),
    )


async def enqueue(conn: AsyncConnection, system_id: str, task: Task) -> bool:
    """Ask for work, in the caller's transaction; False where the same is asked for or under way already."""
    (job,) = await queue_on(conn).enqueue(
        entrypoint(system_id),
        msgspec.json.encode(task),
        dedupe_key=f"{system_id} {task.way} {task.export_id or ''}",
        on_conflict="skip",
    )
    return job is not None


async def enqueue_errand(conn: AsyncConnection, entrypoint: str) -> None:
    """Ask for another room's work, in the caller's transaction; once, however often it is asked for."""
    await queue_on(conn).enqueue(entrypoint, None, dedupe_key=entrypoint, on_conflict="skip")


async def requeue_held(conn: AsyncConnection, system_id: str) -> int:
    """Jobs that failed for good are tried again; how many there were."""
    queue = queue_on(conn)
    held = [
        job.id for job in await queue.list_failed_jobs(limit=1000) if job.entrypoint == entrypoint(system_id)
    ]
    if held:
        await queue.requeue_jobs(held)
    return len(held)
