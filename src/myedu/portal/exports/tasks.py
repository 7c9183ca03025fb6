"""What the worker does for exports: pulled, pushed and approved packages; each night what has expired."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from myedu.connector.sdk.client import JournalAddress, JournalClient, JournalError, JournalSilent
from myedu.portal.exports import audit_lines, queue, schedules, service, store
from myedu.portal.exports.models import LoadContext, PackageRefused, Report
from myedu.portal.exports.receive import spool
from myedu.portal.exports.report import package_queries
from myedu.portal.exports.report.recorder import recording
from myedu.portal.people import service as people
from myedu.portal.people.models import Place
from myedu.portal.tasks import Due, JobRun, NightlyTask, RetryLater

_log = logging.getLogger(__name__)

ClientFor = Callable[[JournalAddress], JournalClient]

_ATTEMPTS = 6  # with the delays below: about four hours, within the night
_FIRST_DELAY = timedelta(minutes=1)
_LONGEST_DELAY = timedelta(hours=2)


class ImportTask:
    """Imports packages, one of a system at a time (tasks.QueuedTask)."""

    name = queue.TASK
    keeps_failed = True
    interval: timedelta | None = None

    def __init__(self, context: LoadContext, client_for: ClientFor) -> None:
        self._context, self._client_for = context, client_for

    async def subjects(self, conn: AsyncConnection) -> Sequence[str]:
        """Every registered system, paused ones included: their vendors may push."""
        return [system.id for system in await people.systems(conn)]

    async def due(self, conn: AsyncConnection, now: datetime) -> Sequence[Due]:
        """A pull of each system whose time of day has come."""
        return [
            queue.due(system_id, queue.ImportJob(way="pull")) for system_id in await schedules.due(conn, now)
        ]

    async def run(self, job: JobRun) -> None:
        """One import.

        An error that another attempt may cure is retried; any other is left to the operator.
        """
        system_id, wanted = job.subject, queue.read_job(job.payload)
        await self._begin_run(system_id, wanted)
        try:
            async with recording(self._context, system_id) as context:
                report = await self._import(context, system_id, wanted)
        except (PackageRefused, JournalError) as error:
            code = error.code if isinstance(error, PackageRefused) else error.reason
            await self._end_run(system_id, code, error.sentence)
            if isinstance(error, JournalSilent) and job.attempt < _ATTEMPTS:
                raise RetryLater(delay_after(job.attempt), str(error)) from error
            await self._give_up(system_id, wanted, code)
        except Exception as error:
            await self._end_run(
                system_id, "failed", f"the portal failed ({type(error).__name__}); see its log"
            )
            if job.attempt < _ATTEMPTS:
                _log.error("a job of %s failed and is tried again", system_id, exc_info=error)
                raise RetryLater(delay_after(job.attempt), repr(error)) from error
            await self._give_up(system_id, wanted, type(error).__name__)
            raise
        else:
            _log.info("%s %s: %s", system_id, report.export_id, report.state)
            await self._end_run(system_id, None, None)

    async def _give_up(self, system_id: str, job: queue.ImportJob, what: str) -> None:
        """The job has failed for good: its package must not look as if it were still being imported."""
        reason = (
            f"the portal failed over this package ({what}) and tries no more. Vendor: nothing to fix in it,"
            " ask the operator. Operator: read the worker's log, fix what it says, then"
            f" `myedu portal retry {system_id}`"
        )
        if job.way == "roll-back":
            return  # the package stands, as before
        async with self._context.database.transaction() as conn:
            await store.give_up(conn, system_id, job.export_id, code="failed", reason=reason)

    async def _import(self, context: LoadContext, system_id: str, job: queue.ImportJob) -> Report:
        if job.way == "pull":
            return await self._pull(context, system_id)
        assert job.export_id is not None
        if job.way == "roll-back":
            return await self._roll_back(context, system_id, job)
        if job.way == "agree":
            report = await service.apply_held(context, system_id, job.export_id)
        else:
            folder = spool.folder_of(context.spool, system_id, job.export_id)
            report = await service.load_folder(context, system_id, folder)
        if report.state != "held":
            spool.delete_files(context.spool, system_id, job.export_id)
        return report

    async def _pull(self, context: LoadContext, system_id: str) -> Report:
        async with context.database.connection() as conn:
            system = await people.system(conn, system_id)
        if system is None:
            raise PackageRefused("unknown-system", f"no system {system_id} is registered: register it first")
        report = await service.pull(context, self._client_for(people.address_of(system)))
        if report.state != "unchanged":
            async with context.database.transaction() as conn:
                await audit_lines.note(
                    conn, "export.pull", Place(system.region, system_id), context.clock.now(),
                    actor="system", export_id=str(report.export_id), state=report.state,
                )  # fmt: skip
        return report

    async def _roll_back(self, context: LoadContext, system_id: str, job: queue.ImportJob) -> Report:
        async with context.database.connection() as conn:
            system = await people.system(conn, system_id)
        if system is None:
            raise PackageRefused("unknown-system", f"no system {system_id} is registered: register it first")
        return await service.roll_back(context, system.region, job.export_id, job.account_id)

    async def _begin_run(self, system_id: str, job: queue.ImportJob) -> None:
        async with self._context.database.transaction() as conn:
            await package_queries.begin_run(conn, system_id, job.way, self._context.clock.now())

    async def _end_run(self, system_id: str, code: str | None, sentence: str | None) -> None:
        async with self._context.database.transaction() as conn:
            now = self._context.clock.now()
            await package_queries.end_run(conn, system_id, now, code=code, sentence=sentence)


def delay_after(attempt: int) -> timedelta:
    """Until the next attempt: a minute, then four times as long each time, at most two hours."""
    tries_before = min(attempt - 1, 10)  # a timedelta overflows at 4 ** 21 minutes
    return min(_FIRST_DELAY * int(4**tries_before), _LONGEST_DELAY)


def nightly_tasks(context: LoadContext) -> Sequence[NightlyTask]:
    """Erase archived persons and delete files of packages whose retention is over."""

    async def erase() -> str:
        erased = await service.erase_expired(context)
        return f"erased after their retention: {sum(erased.values())} persons"

    async def sweep() -> str:
        before = context.clock.now() - spool.KEPT
        swept = await spool.sweep(context.database, context.spool, before)
        return f"removed from the spool after their retention: {swept} packages"

    return (NightlyTask(name="exports/expire", run=erase), NightlyTask(name="exports/sweep-spool", run=sweep))
