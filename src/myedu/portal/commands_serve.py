"""`myedu portal serve`: the workers, and beside them what the operator's Prometheus reads."""

import asyncio
import functools
import os
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from myedu.kit.serve import ServeError, serving
from myedu.kit.workers import Workers, listen
from myedu.portal.settings import PortalSettings
from myedu.portal.sight.files import VARIABLE, fold
from myedu.portal.sight.page import MetricsPage, keep_figures

_APP = "myedu.portal.app:portal_from_environment"


async def serve(settings: PortalSettings, *, workers: int) -> None:
    """Until SIGTERM or Ctrl-C; SIGHUP replaces the workers. Raises ServeError with what to do."""
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(listen(settings.host, settings.port))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="myedu-sight-")))
        os.environ[VARIABLE] = str(folder)  # the workers inherit it
        if settings.metrics_port:
            page = serving(MetricsPage(folder), host=settings.metrics_host, port=settings.metrics_port)
            try:
                await stack.enter_async_context(page)
            except OSError as error:
                place = f"{settings.metrics_host}, port {settings.metrics_port}"
                raise ServeError(f"can't show metrics on {place}: {error.strerror}") from None
        looking = asyncio.create_task(keep_figures(folder))
        stack.callback(looking.cancel)
        await Workers(_APP, listener, workers, functools.partial(fold, folder)).run()
