"""`myedu portal serve`: the worker processes, and beside them the metrics page for Prometheus."""

import asyncio
import functools
import os
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg

from myedu.kit.log import configure_logging
from myedu.kit.serve import listen
from myedu.kit.settings import Settings
from myedu.kit.telemetry.metrics_page import MetricsPage, metrics_served
from myedu.kit.telemetry.process_files import VARIABLE, fold
from myedu.kit.telemetry.traces import require_traces
from myedu.kit.workers import Workers
from myedu.portal.app import ROOMS, check_settings
from myedu.portal.commands import Call
from myedu.portal.settings import DatabaseSettings, ServerSettings

_APP = "myedu.portal.app:portal_from_environment"
_CONNECT_SECONDS = 5


async def serve(call: Call) -> None:
    """Serve until SIGTERM or Ctrl-C; SIGHUP replaces the workers.

    Raises ServeError, SettingsError, psycopg.OperationalError.
    """
    # Checked once, in the parent; each worker would log a traceback.
    check_settings(call.settings)
    server = call.settings.of(ServerSettings)
    if server.traces_url:
        require_traces()
    psycopg.connect(call.settings.of(DatabaseSettings).database_url, connect_timeout=_CONNECT_SECONDS).close()
    configure_logging("portal", json=server.log_json)
    await _serve_checked(call.settings, call.options.workers or server.workers)


async def _serve_checked(settings: Settings, workers: int) -> None:
    server = settings.of(ServerSettings)
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(listen(server.host, server.port))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="myedu-metrics-")))
        os.environ[VARIABLE] = str(folder)  # the workers inherit it
        if server.metrics_port:
            await stack.enter_async_context(
                metrics_served(MetricsPage.of_folder(folder), server.metrics_host, server.metrics_port)
            )
        for room in ROOMS:
            if room.beside_workers is not None:
                stack.callback(asyncio.create_task(room.beside_workers(folder)).cancel)
        await Workers(_APP, listener, workers, functools.partial(fold, folder)).run()
