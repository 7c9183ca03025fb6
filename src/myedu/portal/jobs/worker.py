"""The worker: takes jobs from the queue, one of a subject at a time, until it is stopped."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

import msgspec
import psycopg
from pgqueuer.core.qm import QueueManager
from pgqueuer.core.sm import SchedulerManager
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.types import OnFailure
from pgqueuer.models import Job, Schedule
from pgqueuer.queries import Queries

from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.kit.telemetry import Telemetry
from myedu.portal.jobs import queue, service
from myedu.portal.jobs.models import QueueDepth
from myedu.portal.tasks import JobRun, NightlyTask, QueuedTask, RetryLater, Task

_log = logging.getLogger(__name__)

_NIGHTLY_AT = "30 22 * * *"  # UTC: the night of most regions; the packages come later
_LOG_KEPT = timedelta(days=7)  # pgqueuer writes some lines a job, and each system has a job a minute
_RECONNECT_SECONDS = 3  # a restarted PostgreSQL is back in about this time


class Pace(msgspec.Struct, frozen=True):
    """How often the worker looks. A job without a heartbeat for `heartbeat` is taken over by another worker:
    at least some seconds, as a heartbeat can be a second late. `tick`: between searches for due jobs and new
    subjects.
    """

    heartbeat: timedelta = timedelta(seconds=30)
    tick: timedelta = timedelta(seconds=20)


class Worker:
    """Runs the tasks.

    `database_url`: of the worker's own connection to the queue, beside the pool `database`. `measures`: set
    gauges; they are called each time the worker looks for due jobs.
    """

    def __init__(
        self,
        database: Database,
        database_url: str,
        clock: Clock,
        tasks: Sequence[Task],
        pace: Pace | None = None,
        telemetry: Telemetry | None = None,
        measures: Sequence[Callable[[], Awaitable[None]]] = (),
    ) -> None:
        self._measures = measures
        self._database, self._database_url, self._clock = database, database_url, clock
        self._queued = [task for task in tasks if not isinstance(task, NightlyTask)]
        self._nightly = [task for task in tasks if isinstance(task, NightlyTask)]
        self._pace = pace or Pace()
        self._telemetry = telemetry or Telemetry.disabled()
        self._depths: set[tuple[str, str]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Run jobs until `stop`, then finish those under way. While the database is away, it waits for it."""
        while not stop.is_set():
            try:
                await self._session(stop)
            except psycopg.OperationalError as error:
                _log.warning("the database is away, the worker waits for it", exc_info=error)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _RECONNECT_SECONDS)

    async def _session(self, stop: asyncio.Event) -> None:
        """Run jobs over one connection to the queue, until `stop` or until the connection is lost."""
        async with await psycopg.AsyncConnection.connect(
            self._database_url, autocommit=True, application_name="myedu-worker"
        ) as conn:
            queries = queue.queue_on(conn)
            manager = QueueManager(queries, queue.SETTINGS.channel)
            await self._tick(manager)
            scheduler = asyncio.create_task(self._scheduler(queries, manager).run())
            # If it fails, the session ends too: a worker that runs no nightly tasks must not look healthy.
            scheduler.add_done_callback(lambda _: manager.shutdown.set())
            helpers = [
                scheduler,
                asyncio.create_task(self._tick_forever(manager)),
                asyncio.create_task(_pass_on(stop, manager.shutdown)),
            ]
            try:
                await manager.run(
                    dequeue_timeout=self._pace.heartbeat / 2, heartbeat_timeout=self._pace.heartbeat
                )
                await scheduler  # raises its error; on a stop it finishes the nightly tasks under way
            finally:
                for helper in helpers:
                    helper.cancel()
                await asyncio.gather(*helpers, return_exceptions=True)

    def _scheduler(self, queries: Queries, manager: QueueManager) -> SchedulerManager:
        scheduler = SchedulerManager(queries)
        scheduler.shutdown = manager.shutdown
        for task in (NightlyTask(name="jobs/sweep-log", run=self._delete_old_log), *self._nightly):
            scheduler.schedule(task.name, _NIGHTLY_AT)(self._nightly_run(task))
        return scheduler

    async def _delete_old_log(self) -> str:
        async with self._database.connection() as conn:
            deleted = await service.delete_old_log(conn, self._clock.now() - _LOG_KEPT)
        return f"deleted log lines: {deleted}"

    def _nightly_run(self, task: NightlyTask) -> Callable[[Schedule], Awaitable[None]]:
        async def run(_: Schedule) -> None:
            try:
                _log.info("%s: %s", task.name, await task.run())
            except BaseException:
                self._telemetry.count("myedu_nightly_runs", task.name, "failed")
                raise
            self._telemetry.count("myedu_nightly_runs", task.name, "done")

        return run

    async def _tick_forever(self, manager: QueueManager) -> None:
        while not manager.shutdown.is_set():
            await asyncio.sleep(self._pace.tick.total_seconds())
            try:
                await self._tick(manager)
            except psycopg.OperationalError as error:
                _log.warning("due jobs could not be read, they are read again soon", exc_info=error)

    async def _tick(self, manager: QueueManager) -> None:
        """Queue the due jobs of every task, and accept those of its new subjects."""
        for task in self._queued:
            try:
                self._accept(manager, task, await self._queue_due(task))
            except psycopg.OperationalError:
                raise
            except Exception as error:  # of the task's own code: the other tasks go on
                _log.error(
                    "due jobs of %s could not be read, they are read again soon", task.name, exc_info=error
                )
        async with self._database.connection() as conn:
            self._record_depth(await service.depth(conn))
        for measure in self._measures:
            try:
                await measure()
            except psycopg.OperationalError:
                raise
            except Exception as error:  # a number that can't be read must not stop the jobs
                _log.error("some metrics could not be read", exc_info=error)

    async def _queue_due(self, task: QueuedTask) -> Sequence[str]:
        """Queue the task's due jobs; its subjects."""
        async with self._database.transaction() as conn:
            subjects = await task.subjects(conn)
            for due in await task.due(conn, self._clock.now()):
                await service.enqueue(conn, task.name, due)
        return subjects

    def _accept(self, manager: QueueManager, task: QueuedTask, subjects: Sequence[str]) -> None:
        for subject in subjects:
            entrypoint = queue.entrypoint(task.name, subject)
            if entrypoint not in manager.entrypoint_registry:
                on_failure: OnFailure = "hold" if task.keeps_failed else "delete"
                register = manager.entrypoint(entrypoint, concurrency_limit=1, on_failure=on_failure)
                register(self._handler(task, subject))

    def _record_depth(self, depths: Sequence[QueueDepth]) -> None:
        now = {(depth.task, depth.state): depth.jobs for depth in depths}
        self._depths |= set(now)
        for task, state in self._depths:  # a state that is empty now has to be set to 0
            self._telemetry.set("myedu_jobs_in_queue", now.get((task, state), 0), task, state)
        moment = self._clock.now()
        waited: dict[tuple[str, ...], float] = {
            (depth.task,): max(0.0, (moment - depth.since).total_seconds())
            for depth in depths
            if depth.state == "queued"
        }
        self._telemetry.set_all("myedu_jobs_oldest_seconds", waited)
        self._telemetry.set("myedu_worker_looked_timestamp_seconds", moment.timestamp())

    def _handler(self, task: QueuedTask, subject: str) -> Callable[[Job], Awaitable[None]]:
        async def handle(job: Job) -> None:
            began, result = time.monotonic(), "failed"
            try:
                await task.run(JobRun(subject=subject, payload=job.payload or b"", attempt=job.attempts + 1))
                result = "done"
            except RetryLater as again:
                result = "retried"
                raise RetryRequested(delay=again.delay, reason=again.reason) from again
            finally:
                self._telemetry.count("myedu_jobs", task.name, result)
                self._telemetry.observe("myedu_job_seconds", time.monotonic() - began, task.name)

        return handle


async def _pass_on(stop: asyncio.Event, shutdown: asyncio.Event) -> None:
    await stop.wait()
    shutdown.set()
