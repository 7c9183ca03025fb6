"""`myedu portal work`: the worker, with the tasks of all rooms."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from datetime import timedelta
from functools import partial

import msgspec

from myedu.connector.sdk.clients import JournalClients
from myedu.kit.clock import SystemClock
from myedu.kit.db import Database
from myedu.kit.log import configure_logging
from myedu.kit.settings import Settings
from myedu.kit.telemetry import Metrics, Telemetry
from myedu.kit.telemetry.metrics_page import MetricsPage, metrics_served
from myedu.portal import database_metrics
from myedu.portal.app import ROOMS, erasers_of, metric_specs
from myedu.portal.commands import Call
from myedu.portal.context import WorkerContext
from myedu.portal.jobs.settings import WorkerSettings
from myedu.portal.jobs.worker import Pace, Worker
from myedu.portal.room import Room
from myedu.portal.settings import (
    DatabaseSettings,
    EncryptionSettings,
    JournalAccessSettings,
    SandboxSettings,
    journal_key,
)
from myedu.portal.tasks import NightlyTask, Task

_CONNECTIONS = 12  # one for each package under way, of ten regions, and two for the worker itself
_EAGER = Pace(tick=timedelta(seconds=1))  # in the sandbox a vendor who has just registered a system waits


def worker_settings(rooms: tuple[Room, ...] = ROOMS) -> tuple[type[msgspec.Struct], ...]:
    """The structs of the worker's settings: its own, and those of the rooms that have tasks."""
    own = (JournalAccessSettings, EncryptionSettings, SandboxSettings, WorkerSettings)
    kinds = [
        kind for room in rooms if room.tasks is not None for kind in (*room.settings, *room.task_settings)
    ]
    return tuple(dict.fromkeys((*own, *kinds)))


async def work(call: Call, rooms: tuple[Room, ...] = ROOMS) -> None:
    """Run jobs until SIGTERM or Ctrl-C; those under way are finished first, also after a second Ctrl-C."""
    configure_logging("worker")
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with opened_worker(call.settings, rooms) as worker:
        await worker.run(stop)


@asynccontextmanager
async def opened_worker(settings: Settings, rooms: tuple[Room, ...] = ROOMS) -> AsyncIterator[Worker]:
    """The worker, with its database, clients, metrics page and the tasks of all rooms opened.

    Raises DatabaseUnreachable; ServeError if the port of the metrics page is taken.
    """
    async with AsyncExitStack() as stack:
        url = settings.of(DatabaseSettings).database_url
        database = await Database.open(url, max_size=_CONNECTIONS, name="myedu-worker")
        stack.push_async_callback(database.close)
        metrics = Metrics(metric_specs(rooms))
        telemetry = Telemetry(metrics)
        own = settings.of(WorkerSettings)
        if own.worker_metrics_port:
            page = MetricsPage(metrics.families)
            stack.callback(asyncio.create_task(telemetry.keep_fresh()).cancel)
            await stack.enter_async_context(
                metrics_served(page, own.worker_metrics_host, own.worker_metrics_port)
            )
        clients = await stack.enter_async_context(aclosing(_clients(settings)))
        context = WorkerContext(
            settings=settings,
            clock=SystemClock(),
            database=database,
            clients=clients,
            telemetry=telemetry,
            erasers=erasers_of(rooms),
        )
        tasks: list[Task] = []
        for room in rooms:
            if room.tasks is not None:
                tasks += await stack.enter_async_context(room.tasks(context))
        measures = [database_metrics.measure, *(room.measure for room in rooms if room.measure)]
        yield Worker(
            database,
            url,
            context.clock,
            tasks,
            _pace(settings, tasks),
            telemetry,
            [partial(measure, context) for measure in measures],
        )


def _pace(settings: Settings, tasks: Sequence[Task]) -> Pace:
    intervals = [task.interval for task in tasks if not isinstance(task, NightlyTask) and task.interval]
    is_eager = settings.of(SandboxSettings).sandbox or min(intervals, default=Pace().tick) < Pace().tick
    return _EAGER if is_eager else Pace()


def _clients(settings: Settings) -> JournalClients:
    access = settings.of(JournalAccessSettings)
    key = journal_key(settings)
    return JournalClients(key, clock=SystemClock(), allow_private=access.allow_private_journals)
