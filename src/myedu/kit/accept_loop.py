"""Takes connections off a listening socket, many at a time.

uvloop takes one in each turn of the loop (libuv since 1.45). A busy process turns slowly, so that people
would wait in the kernel for seconds, and that only to be told to come later.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable

_log = logging.getLogger(__name__)
_AT_ONCE = 64  # a turn; the rest is left to the other workers, who hold the same socket
_PAUSE_SECONDS = 1  # where the system has no descriptor left


class AcceptLoop:
    """Looks like asyncio's Server to whoever closes it."""

    def __init__(self, listener: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> None:
        listener.setblocking(False)
        self._listener = listener
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._connecting: set[asyncio.Task[None]] = set()
        self._listen()

    def close(self) -> None:
        """Take no more. The socket stays open elsewhere."""
        if self._listener.fileno() != -1:
            self._loop.remove_reader(self._listener)
            self._listener.close()

    async def wait_closed(self) -> None:
        """What was taken has become a connection."""
        if self._connecting:
            await asyncio.wait(self._connecting)

    def _listen(self) -> None:
        if self._listener.fileno() != -1:
            self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                taken, _place = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                _log.error("no connection can be taken for %s s", _PAUSE_SECONDS, exc_info=error)
                self._loop.remove_reader(self._listener)
                self._loop.call_later(_PAUSE_SECONDS, self._listen)
                return
            task = self._loop.create_task(self._connect(taken))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    async def _connect(self, taken: socket.socket) -> None:
        taken.setblocking(False)
        with contextlib.suppress(OSError):  # gone already
            # asyncio sets it only on sockets that say they are TCP: 45 ms a request.
            taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._loop.connect_accepted_socket(self._protocol, taken)
