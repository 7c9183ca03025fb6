"""Progress as a row that the operator's page reads, written once a second."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec
import psycopg

from myedu.portal.exports.models import LoadContext, Stage
from myedu.portal.exports.report.package_queries import keep_progress

_log = logging.getLogger(__name__)
_SECONDS = 1.0


class Recorder:
    """A Progress; `write` puts the newest state into the database."""

    def __init__(self, context: LoadContext, system_id: str) -> None:
        self._context, self._system_id = context, system_id
        self._newest: tuple[Stage, int, int | None] | None = None
        self._written: tuple[Stage, int, int | None] | None = None

    def __call__(self, stage: Stage, done: int, total: int | None = None) -> None:
        """Remember the state; from any thread."""
        self._newest = (stage, done, total)

    async def write(self) -> None:
        """Write the state, if it has changed since the last time."""
        newest = self._newest
        if newest is None or newest == self._written:
            return
        async with self._context.database.connection() as conn:
            await keep_progress(conn, self._system_id, *newest, self._context.clock.now())
        self._written = newest


@asynccontextmanager
async def recording(
    context: LoadContext, system_id: str, every: float = _SECONDS
) -> AsyncIterator[LoadContext]:
    """The context with a progress that is written to the database `every` seconds."""
    recorder = Recorder(context, system_id)
    task = asyncio.create_task(_writing(recorder, every))
    try:
        yield msgspec.structs.replace(context, progress=recorder)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _writing(recorder: Recorder, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        try:
            await recorder.write()
        except psycopg.Error as error:  # the import itself goes on
            _log.warning("progress could not be written", exc_info=error)
