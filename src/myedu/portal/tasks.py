"""Tasks that rooms give to the worker (portal/jobs), which runs them without knowing what they do.

A queued task has jobs, each about a subject such as a journal system. Jobs of a subject run one at a time,
across all workers. A nightly task runs once every night, in one of the workers.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from psycopg import AsyncConnection


class Due(msgspec.Struct, frozen=True):
    """A job to be queued now.

    `dedupe_key`: while a job with this key waits or runs, it isn't queued again. `payload`: what the task
    itself reads, such as JSON.
    """

    subject: str
    dedupe_key: str
    payload: bytes = b""


class JobRun(msgspec.Struct, frozen=True):
    """One run of a job. `attempt` counts from 1."""

    subject: str
    payload: bytes
    attempt: int


class RetryLater(Exception):
    """Raised by a task's `run`: retry the job after `delay`. `reason` is for the log."""

    def __init__(self, delay: timedelta, reason: str) -> None:
        super().__init__(f"again in {delay}: {reason}")
        self.delay, self.reason = delay, reason


class QueuedTask(Protocol):
    """A kind of jobs.

    `keeps_failed`: a job that fails for good stays in the queue until an operator retries it. `interval`: how
    often jobs become due, if that is more often than the worker looks by itself; else None.
    """

    name: str
    keeps_failed: bool
    interval: timedelta | None

    async def subjects(self, conn: AsyncConnection) -> Sequence[str]:
        """Everything that jobs may be about at present; called every tick."""

    async def due(self, conn: AsyncConnection, now: datetime) -> Sequence[Due]:
        """The jobs whose time has come. It sets their next time, as several workers call it.

        `conn` is in the transaction in which the jobs are queued.
        """

    async def run(self, job: JobRun) -> None:
        """Do the job. Raises RetryLater; after any other exception the job has failed for good."""


class NightlyTask(msgspec.Struct, frozen=True, kw_only=True):
    """Work of every night. `run` gives a sentence for the log, such as "erased 3 persons"."""

    name: str
    run: Callable[[], Awaitable[str]]


Task = QueuedTask | NightlyTask
