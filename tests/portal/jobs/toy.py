"""A task that does nothing but record its runs, and a worker that runs it.

As a program, `python -m tests.portal.jobs.toy <database URL>`, it is a worker whose job never ends.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from psycopg import AsyncConnection

from myedu.kit.clock import SystemClock
from myedu.kit.db import Database
from myedu.portal.jobs import service as jobs
from myedu.portal.jobs.worker import Pace, Worker
from myedu.portal.tasks import Due, JobRun

Ask = Callable[..., list[Any]]

PACE = Pace(tick=timedelta(milliseconds=100))
# No shorter: a heartbeat may be a second late, as the queue's connection also listens.
IMPATIENT = Pace(heartbeat=timedelta(seconds=1), tick=timedelta(milliseconds=100))


class ToyTask:
    """Records the runs of its jobs; `action` is what a run does (tasks.QueuedTask)."""

    def __init__(
        self,
        *subjects: str,
        name: str = "toy",
        action: Callable[[JobRun], Awaitable[None]] | None = None,
        keeps_failed: bool = False,
        interval: timedelta | None = None,
    ) -> None:
        self.name, self.keeps_failed, self.interval = name, keeps_failed, interval
        self.subjects_now = list(subjects)
        self.times: dict[str, datetime] = {}
        """Subject → when its next job is due; a job is due every `interval`, or once."""
        self.runs: list[JobRun] = []
        self._action = action

    async def subjects(self, conn: AsyncConnection) -> Sequence[str]:
        return self.subjects_now

    async def due(self, conn: AsyncConnection, now: datetime) -> Sequence[Due]:
        due = [subject for subject, time in self.times.items() if time <= now]
        for subject in due:
            if self.interval:
                self.times[subject] += self.interval
            else:
                del self.times[subject]
        return [Due(subject, f"{self.name} {subject}", b"scheduled") for subject in due]

    async def run(self, job: JobRun) -> None:
        self.runs.append(job)
        if self._action is not None:
            await self._action(job)


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[None]:
    """The worker runs while the block does; its own failure fails the test."""
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def until(found: Callable[[], Any], wanted: Any) -> None:
    """Wait until `found` gives this value; fails with what it gives after 20 seconds."""
    for _ in range(200):
        if found() == wanted:
            return
        await asyncio.sleep(0.1)
    assert found() == wanted


async def until_async(found: Callable[[], Awaitable[Any]], wanted: Any) -> None:
    """The same for a coroutine function."""
    for _ in range(200):
        if await found() == wanted:
            return
        await asyncio.sleep(0.1)
    assert await found() == wanted


async def enqueue(
    database: Database, subject: str, payload: bytes = b"", *, task: str = "toy", key: str = ""
) -> bool:
    """Queue a job as a room does: in a transaction of its own. `key`: its dedupe key, if not its payload."""
    async with database.transaction() as conn:
        due = Due(subject, key or f"{task} {subject} {payload.decode()}", payload)
        return await jobs.enqueue(conn, task, due)


async def _hang(url: str) -> None:
    async def forever(_: JobRun) -> None:
        await asyncio.Event().wait()

    database = await Database.open(url, max_size=2)
    worker = Worker(database, url, SystemClock(), [ToyTask("a", action=forever)], PACE)
    await worker.run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(_hang(sys.argv[1]))
