"""The worker: takes the conveyor's jobs from the queue, one of a system at a time, until told to stop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
import psycopg
from pgqueuer.core.qm import QueueManager
from pgqueuer.core.sm import SchedulerManager
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.models import Job, Schedule
from pgqueuer.queries import Queries
from psycopg import AsyncConnection

from myedu.connector.sdk.client import JournalAddress, JournalClient, JournalError, JournalSilent
from myedu.portal.audit import service as audit
from myedu.portal.exports import ledger, queue, schedules, service, spool, store
from myedu.portal.exports.models import PackageRefused, Report
from myedu.portal.exports.recorder import recording
from myedu.portal.people import service as people

_log = logging.getLogger(__name__)

ClientFor = Callable[[JournalAddress], JournalClient]
Erase = Callable[[], Awaitable[int]]
"""Erases what another room has kept for its term; how many."""

_TRIES = 6  # with the waits below: about four hours, within the night
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=2)
_EXPIRE_AT = "30 22 * * *"  # UTC: the night of most regions; the packages come later
_LOG_KEPT = timedelta(days=7)  # pgqueuer writes some lines a job, and there is a job a minute and system
_RECONNECT_SECONDS = 3  # a restarted PostgreSQL is back in about this time


class Errands(Protocol):
    """Another room's work that comes again and again for each system; one run of a system at a time."""

    name: str

    async def due(self, conn: AsyncConnection, now: datetime) -> Sequence[str]:
        """Systems whose time has come; puts off their next time. In a transaction; several may ask."""

    async def run(self, system_id: str) -> None:
        """Once. What fails isn't tried again before its next time."""


class Pace(msgspec.Struct, frozen=True):
    """`heartbeat`: a job without a sign of life for so long is taken by another worker; some seconds at
    least, as signs can be a second late. `tick`: how often schedules and new systems are looked for."""

    heartbeat: timedelta = timedelta(seconds=30)
    tick: timedelta = timedelta(seconds=20)


class Worker:
    """`database_url`: of the worker's own connection to the queue, beside the pool of `tools`."""

    def __init__(
        self,
        tools: service.Tools,
        client_for: ClientFor,
        database_url: str,
        pace: Pace | None = None,
        *,
        nightly: Mapping[str, Erase] | None = None,
        errands: Sequence[Errands] = (),
    ) -> None:
        """`nightly`: by the name of the job, what other rooms erase once a night."""
        self._errands = errands
        self._tools, self._client_for, self._database_url = tools, client_for, database_url
        self._nightly_of_rooms = nightly or {}
        self._pace = pace or Pace()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`; the job under way is finished first. A lost database is waited for."""
        while not stop.is_set():
            try:
                await self._session(stop)
            except psycopg.OperationalError as error:
                _log.warning("the database is away, the worker waits for it", exc_info=error)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _RECONNECT_SECONDS)

    async def _session(self, stop: asyncio.Event) -> None:
        """As long as one connection to the queue holds."""
        async with await psycopg.AsyncConnection.connect(
            self._database_url, autocommit=True, application_name="myedu-worker"
        ) as conn:
            queries = queue.queue_on(conn)
            manager = QueueManager(queries, queue.SETTINGS.channel)
            await self._tick(manager)
            helpers = [
                asyncio.create_task(self._ticking(manager)),
                asyncio.create_task(_passing_on(stop, manager.shutdown)),
                asyncio.create_task(self._nightly(queries, manager).run()),
            ]
            try:
                await manager.run(
                    dequeue_timeout=self._pace.heartbeat / 2, heartbeat_timeout=self._pace.heartbeat
                )
            finally:
                for helper in helpers:
                    helper.cancel()
                await asyncio.gather(*helpers, return_exceptions=True)

    def _nightly(self, queries: Queries, manager: QueueManager) -> SchedulerManager:
        """What one of the workers does once a night: erase what was archived longer ago than its term."""
        scheduler = SchedulerManager(queries)
        scheduler.shutdown = manager.shutdown

        async def expire(_: Schedule) -> None:
            async with self._tools.database.connection() as conn:
                await schedules.sweep_log(conn, self._tools.clock.now() - _LOG_KEPT)
            erased = await service.erase_expired(self._tools)
            _log.info("erased after their term: %s persons", sum(erased.values()))
            swept = await spool.sweep(
                self._tools.database, self._tools.spool, self._tools.clock.now() - spool.KEPT
            )
            _log.info("removed from the spool after their term: %s packages", swept)

        scheduler.schedule("exports/expire", _EXPIRE_AT)(expire)
        for name, erase in self._nightly_of_rooms.items():
            scheduler.schedule(name, _EXPIRE_AT)(_told(name, erase))
        return scheduler

    async def _ticking(self, manager: QueueManager) -> None:
        while not manager.shutdown.is_set():
            await asyncio.sleep(self._pace.tick.total_seconds())
            try:
                await self._tick(manager)
            except psycopg.OperationalError as error:
                _log.warning("schedules could not be read, they are read again soon", exc_info=error)

    async def _tick(self, manager: QueueManager) -> None:
        async with self._tools.database.transaction() as conn:
            known = await people.systems(conn)
            await schedules.enqueue_due(conn, self._tools.clock.now())
            for errands in self._errands:
                for system_id in await errands.due(conn, self._tools.clock.now()):
                    await queue.enqueue_errand(conn, f"{errands.name}/{system_id}")
        for system in known:
            if queue.entrypoint(system.id) not in manager.entrypoint_registry:
                register = manager.entrypoint(
                    queue.entrypoint(system.id), concurrency_limit=1, on_failure="hold"
                )
                register(self._handler(system.id))
                for errands in self._errands:
                    entrypoint = f"{errands.name}/{system.id}"
                    manager.entrypoint(entrypoint, concurrency_limit=1)(_once(errands, system.id))

    def _handler(self, system_id: str) -> Callable[[Job], Awaitable[None]]:
        async def handle(job: Job) -> None:
            await self._work(
                system_id, msgspec.json.decode(job.payload or b"", type=queue.Task), job.attempts
            )

        return handle

    async def _work(self, system_id: str, task: queue.Task, attempts: int) -> None:
        """One job. What is worth another try is tried again later, what is not is told to the operator."""
        await self._note_run(system_id, task)
        try:
            async with recording(self._tools, system_id) as tools:
                report = await self._take_in(tools, system_id, task)
        except (PackageRefused, JournalError) as error:
            code = error.code if isinstance(error, PackageRefused) else error.reason
            await self._note_end(system_id, code, error.sentence)
            if isinstance(error, JournalSilent) and attempts + 1 < _TRIES:
                raise RetryRequested(delay=wait_before(attempts + 1), reason=str(error)) from error
            await self._give_up(system_id, task, code)
        except Exception as error:
            await self._note_end(
                system_id, "failed", f"the portal failed ({type(error).__name__}); see its log"
            )
            if attempts + 1 < _TRIES:
                _log.error("a job of %s failed and is tried again", system_id, exc_info=error)
                raise RetryRequested(delay=wait_before(attempts + 1), reason=repr(error)) from error
            await self._give_up(system_id, task, type(error).__name__)
            raise
        else:
            _log.info("%s %s: %s", system_id, report.export_id, report.state)
            await self._note_end(system_id, None, None)

    async def _give_up(self, system_id: str, task: queue.Task, what: str) -> None:
        """Nobody goes on by themselves: what the job had begun must not look as if somebody worked on it."""
        reason = (
            f"the portal failed over this package ({what}) and tries no more. Vendor: nothing to mend in it,"
            " ask the operator. Operator: read the worker's log, mend what it says, then"
            f" `myedu portal retry {system_id}`"
        )
        async with self._tools.database.transaction() as conn:
            await store.give_up(conn, system_id, task.export_id, code="failed", reason=reason)

    async def _take_in(self, tools: service.Tools, system_id: str, task: queue.Task) -> Report:
        if task.way == "pull":
            return await self._pull(tools, system_id)
        assert task.export_id is not None
        if task.way == "agree":
            report = await service.agree(tools, system_id, str(task.export_id))
        else:
            folder = spool.folder_of(tools.spool, system_id, task.export_id)
            report = await service.load_folder(tools, system_id, folder)
        if report.state != "held":
            spool.forget(tools.spool, system_id, task.export_id)
        return report

    async def _pull(self, tools: service.Tools, system_id: str) -> Report:
        async with tools.database.connection() as conn:
            system = await people.system(conn, system_id)
        if system is None:
            raise PackageRefused("unknown-system", f"no system {system_id} is registered: register it first")
        client = self._client_for(people.address_of(system))
        report = await service.pull(tools, client)
        if report.state != "unchanged":
            async with tools.database.transaction() as conn:
                await audit.record(
                    conn,
                    at=tools.clock.now(),
                    action="export.pull",
                    actor_account=None,
                    actor_relation="system",
                    region=system.region,
                    system_id=system_id,
                    detail={"export_id": str(report.export_id), "state": report.state},
                )
        return report

    async def _note_run(self, system_id: str, task: queue.Task) -> None:
        async with self._tools.database.transaction() as conn:
            await ledger.begin_run(conn, system_id, task.way, self._tools.clock.now())

    async def _note_end(self, system_id: str, code: str | None, sentence: str | None) -> None:
        async with self._tools.database.transaction() as conn:
            now = self._tools.clock.now()
            await ledger.end_run(conn, system_id, now, code=code, sentence=sentence)


def _once(errands: Errands, system_id: str) -> Callable[[Job], Awaitable[None]]:
    async def run(_: Job) -> None:
        await errands.run(system_id)

    return run


def wait_before(attempt: int) -> timedelta:
    """Before the second try a minute, then four times as long each time, at most two hours."""
    return min(_FIRST_WAIT * 4 ** (attempt - 1), _LONGEST_WAIT)


def _told(name: str, erase: Erase) -> Callable[[Schedule], Awaitable[None]]:
    async def run(_: Schedule) -> None:
        _log.info("%s: erased after their term: %s", name, await erase())

    return run


async def _passing_on(stop: asyncio.Event, shutdown: asyncio.Event) -> None:
    await stop.wait()
    shutdown.set()
