"""Work that rooms hand to the worker (portal/jobs), which runs it and knows nothing of what it does.

A queued task runs for a subject, such as a journal system: jobs of one subject run one at a time, across all
workers. A nightly task runs once in each night, in one of the workers.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from psycopg import AsyncConnection


class Due(msgspec.Struct, frozen=True):
    """A job to be queued now.

    `dedupe_key`: while a job with this key waits or runs, it isn't queued again.
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
    """Raised by a task's run: try the job again after `delay`."""

    def __init__(self, delay: timedelta, reason: str) -> None:
        super().__init__(f"again in {delay}: {reason}")
        self.delay, self.reason = delay, reason


class QueuedTask(Protocol):
    """A kind of jobs.

    `keeps_failed`: a job that fails for good stays in the queue until somebody retries it. `interval`: how
    often jobs become due; None: as rarely as the worker looks.
    """

    name: str
    keeps_failed: bool
    interval: timedelta | None

    async def subjects(self, conn: AsyncConnection) -> Sequence[str]:
        """All that jobs may be about at present; asked every tick."""

    async def due(self, conn: AsyncConnection, now: datetime) -> Sequence[Due]:
        """The jobs whose time has come; puts off their next time.

        In a transaction; several workers may ask.
        """

    async def run(self, job: JobRun) -> None:
        """Do it. Raises RetryLater; any other exception is a failure for good."""


class NightlyTask(msgspec.Struct, frozen=True, kw_only=True):
    """Work of each night. `run` gives what the log says of it, e.g. "erased 3 persons"."""

    name: str
    run: Callable[[], Awaitable[str]]


Task = QueuedTask | NightlyTask
