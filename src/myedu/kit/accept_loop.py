"""Accepts connections from a listening socket, many in each iteration of the event loop.

uvloop accepts one per iteration (libuv since 1.45). In a busy process iterations are long, so that visitors
would wait in the kernel's queue for seconds only to get a 503.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable

_log = logging.getLogger(__name__)
_AT_ONCE = 64  # in an iteration; the rest is left to the other workers, which hold the same socket
_PAUSE_SECONDS = 1  # when the process has no file descriptor left


class AcceptLoop:
    """Has the interface of asyncio.Server that uvicorn uses to close it."""

    def __init__(self, listener: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> None:
        listener.setblocking(False)
        self._listener = listener
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._connecting: set[asyncio.Task[None]] = set()
        self._listen()

    def close(self) -> None:
        """Accept no more. Other processes that hold the socket go on."""
        if self._listener.fileno() != -1:
            self._loop.remove_reader(self._listener)
            self._listener.close()

    async def wait_closed(self) -> None:
        """Wait until every accepted socket has become a connection."""
        if self._connecting:
            await asyncio.wait(self._connecting)

    def _listen(self) -> None:
        if self._listener.fileno() != -1:
            self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                accepted, _address = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                _log.error("no connection can be accepted for %s s", _PAUSE_SECONDS, exc_info=error)
                self._loop.remove_reader(self._listener)
                self._loop.call_later(_PAUSE_SECONDS, self._listen)
                return
            task = self._loop.create_task(self._connect(accepted))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    async def _connect(self, accepted: socket.socket) -> None:
        accepted.setblocking(False)
        with contextlib.suppress(OSError):  # the client has gone already
            # asyncio sets it only if socket.proto is IPPROTO_TCP, and here it is 0. Without: 45 ms a request.
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._loop.connect_accepted_socket(self._protocol, accepted)
