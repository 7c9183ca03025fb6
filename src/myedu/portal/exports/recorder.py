"""Progress as a row that the operator's page reads: written every second, not at every batch."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec
import psycopg

from myedu.portal.exports import ledger
from myedu.portal.exports.progress import Stage
from myedu.portal.exports.service import LoadContext

_log = logging.getLogger(__name__)
_SECONDS = 1.0


class Recorder:
    """Takes what the belt tells, from any thread; `write` puts the newest of it into the database."""

    def __init__(self, context: LoadContext, system_id: str) -> None:
        self._context, self._system_id = context, system_id
        self._newest: tuple[Stage, int, int | None] | None = None
        self._written: tuple[Stage, int, int | None] | None = None

    def __call__(self, stage: Stage, rows: int, total: int | None = None) -> None:
        self._newest = (stage, rows, total)

    async def write(self) -> None:
        newest = self._newest
        if newest is None or newest == self._written:
            return
        async with self._context.database.connection() as conn:
            await ledger.keep_progress(conn, self._system_id, *newest, self._context.clock.now())
        self._written = newest


@asynccontextmanager
async def recording(
    context: LoadContext, system_id: str, every: float = _SECONDS
) -> AsyncIterator[LoadContext]:
    """Tools whose belt tells the database how far it is."""
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
        except psycopg.Error as error:  # the work itself goes on
            _log.warning("progress could not be written", exc_info=error)
