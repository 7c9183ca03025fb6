"""Worker processes that serve one socket, replaced one by one without losing a request.

SIGHUP to the parent replaces all: a new worker becomes ready, then the old one is retired (kit/worker.py). If
a new release does not start, the old workers stay. SIGTERM and SIGINT stop all.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import Callable

from myedu.kit.serve import GRACE_SECONDS, ServeError
from myedu.kit.subprocesses import end_with_parent
from myedu.kit.worker import RETIRE_SECONDS

_log = logging.getLogger(__name__)
_START_SECONDS = 60  # a cold disk and two busy cores
_RESTART_SECONDS = (0.2, 1, 2, 5, 10, 30)  # before a worker is restarted, by how often it ended in a row
_STEADY_SECONDS = 60  # after a life as long as this the count begins again
_STOP_SECONDS = GRACE_SECONDS + 2  # the grace period, and closing the database


class Workers:
    """`count` processes serving `package.module:factory` on `listener`."""

    def __init__(
        self,
        app_factory: str,
        listener: socket.socket,
        count: int,
        on_end: Callable[[int], None] = lambda pid: None,
    ) -> None:
        """`on_end` is called with the process id of every worker that has ended."""
        self._app_factory = app_factory
        self._listener = listener
        self._count = count
        self._on_end = on_end
        self._serving: dict[int, Process] = {}  # by slot, 0 to count - 1
        self._failures: Counter[int] = Counter()  # of a slot, in a row
        self._alive: dict[Process, asyncio.Task[None]] = {}  # starting and retired ones too
        self._filling = asyncio.Lock()  # so that an empty slot is filled once
        self._stopping = False

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises ServeError if a worker does not start at first."""
        loop = asyncio.get_running_loop()
        stop, replace = asyncio.Event(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        loop.add_signal_handler(signal.SIGHUP, replace.set)
        stopped = asyncio.create_task(stop.wait())
        working = asyncio.create_task(self._work(replace))
        try:
            await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
        finally:
            self._stopping = True
            working.cancel()
            stopped.cancel()
            await asyncio.wait({working, stopped})
            await self._stop_all()

    async def _work(self, replace: asyncio.Event) -> None:
        filled = await asyncio.gather(*map(self._fill, range(self._count)), return_exceptions=True)
        for outcome in filled:
            if isinstance(outcome, BaseException):
                raise outcome
        _log.info("%d workers are ready", self._count)
        while True:
            await replace.wait()
            replace.clear()
            await self._replace_all()

    async def _replace_all(self) -> None:
        for slot in range(self._count):
            try:
                async with self._filling:
                    old = self._serving[slot]
                    await self._fill(slot)
            except ServeError as error:
                _log.error("the other workers stay as they are: %s", error)
                return
            await self._end(old, signal.SIGHUP, RETIRE_SECONDS + GRACE_SECONDS)
        _log.info("every worker was replaced")

    async def _fill(self, slot: int) -> None:
        """Start a worker; it takes the slot when it is ready. Raises ServeError."""
        try:
            reading, writing = os.pipe()
        except OSError as error:
            raise _not_started(error) from None
        try:
            process = await self._start(writing)
        except OSError as error:  # no memory or file descriptors: there may be some again a moment later
            os.close(reading)
            raise _not_started(error) from None
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        watching = self._alive[process] = asyncio.create_task(self._watch(slot, process))
        watching.add_done_callback(lambda _: self._alive.pop(process, None))
        try:
            async with asyncio.timeout(_START_SECONDS):
                ready = await _read_byte(reading)
        except TimeoutError:
            await self._end(process, signal.SIGTERM, GRACE_SECONDS)
            raise ServeError(f"a worker was not ready within {_START_SECONDS} s") from None
        if not ready:
            raise ServeError("a worker did not start: the log above says why")
        self._serving[slot] = process

    async def _start(self, ready: int) -> Process:
        listener = self._listener.fileno()
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "myedu.kit.worker", self._app_factory, str(listener), str(ready)),
            pass_fds=(listener, ready),
            process_group=0,  # so that Ctrl-C in a terminal reaches only the parent, which stops the workers
            preexec_fn=end_with_parent(signal.SIGTERM),
        )

    async def _watch(self, slot: int, process: Process) -> None:
        """Wait for the worker's end, and restart it if it still has the slot."""
        loop = asyncio.get_running_loop()
        since = loop.time()
        await process.wait()
        self._on_end(process.pid)
        if loop.time() - since > _STEADY_SECONDS:
            self._failures[slot] = 0
        while self._serving.get(slot) is process and not self._stopping:
            _log.error("worker %d ended by itself with %s", process.pid, process.returncode)
            await asyncio.sleep(_RESTART_SECONDS[min(self._failures[slot], len(_RESTART_SECONDS) - 1)])
            self._failures[slot] += 1
            async with self._filling:
                if self._serving.get(slot) is process and not self._stopping:
                    with contextlib.suppress(ServeError):
                        await self._fill(slot)

    async def _end(self, process: Process, number: signal.Signals, seconds: float) -> None:
        """Send the signal; kill the process if it has not ended in time."""
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        try:
            async with asyncio.timeout(seconds):
                await process.wait()
        except TimeoutError:
            _log.error("worker %d did not end in %s s and is killed", process.pid, seconds)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _stop_all(self) -> None:
        watching = set(self._alive.values())
        await asyncio.gather(
            *(self._end(process, signal.SIGTERM, _STOP_SECONDS) for process in list(self._alive))
        )
        if watching:
            _, filling = await asyncio.wait(watching, timeout=1)
            for task in filling:
                task.cancel()


def _not_started(error: OSError) -> ServeError:
    return ServeError(
        f"no process could be started ({error.strerror}): look at the machine's memory and limits"
    )


async def _read_byte(descriptor: int) -> bytes:
    """The first byte written into a pipe; nothing if its last writer has ended without one."""
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb")
    )
    try:
        return await reader.read(1)
    finally:
        transport.close()
