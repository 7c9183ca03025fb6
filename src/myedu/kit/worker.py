"""A worker process: one of several that serve the same socket. `kit.workers` starts it.

SIGTERM stops it after the requests under way. SIGHUP retires it when another worker has taken its place: kept
connections are not cut either, as a request may be on its way through one. Every further response says
`connection: close`, and idle connections end at their usual timeout.
"""

import asyncio
import os
import signal
import socket
import sys
from types import FrameType
from typing import cast

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from myedu.kit.accept_loop import AcceptLoop
from myedu.kit.asgi import ASGIApp, Message, Receive, Scope, Send
from myedu.kit.connections import raise_descriptor_limit, read_limits
from myedu.kit.gc_tuning import tune_gc
from myedu.kit.serve import bounded_config

RETIRE_SECONDS = 30  # after which a retired worker cuts open connections: longer than the slowest page
_CLOSE = (b"connection", b"close")
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _ConnectionCloser:
    """ASGI middleware that adds `connection: close` to responses once the worker is retired."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.retired = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_closing(message: Message) -> None:
            if self.retired and message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), _CLOSE]
            await send(message)

        await self._app(scope, receive, send_closing if scope["type"] == "http" else send)


class Worker(uvicorn.Server):
    """Serves a listening socket of its parent, and reports through a pipe when it is ready."""

    def __init__(self, app_factory: str, ready: int) -> None:
        """`app_factory`: package.module:function; `ready`: the pipe's file descriptor.

        Raises SettingsError.
        """
        config = bounded_config(app_factory, read_limits(os.environ), factory=True)
        config.load()
        self._closer = config.loaded_app = _ConnectionCloser(config.loaded_app)
        self._ready = ready
        self._retired = False
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the application, accept connections, write a byte into the pipe."""
        await super().startup(sockets=[])
        # uvicorn only closes its servers and waits for them, which an AcceptLoop can do.
        loops = [AcceptLoop(listener, self._protocol) for listener in sockets or []]
        self.servers = cast(list[asyncio.Server], loops)
        tune_gc()
        os.write(self._ready, b"1")
        os.close(self._ready)

    def _protocol(self) -> asyncio.Protocol:
        protocol: asyncio.Protocol = self.config.http_protocol_class(
            config=self.config,  # type: ignore[call-arg]  # declared as any asyncio.Protocol
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )
        return protocol

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish the requests under way; a retired worker first lets its connections end."""
        if self._retired:
            await self._retire()
        await super().shutdown(sockets=sockets)

    async def _retire(self) -> None:
        self._closer.retired = True
        for server in self.servers:
            server.close()  # in this process only: the parent and the other workers hold the same socket
        loop = asyncio.get_running_loop()
        until = loop.time() + RETIRE_SECONDS
        # uvicorn has no event for it. A second signal ends the wait.
        while self.server_state.connections and loop.time() < until and self._retired:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop or retire. uvicorn would raise the signal again at its end; a stopped worker exits with 0."""
        self._retired = sig == signal.SIGHUP and not self.should_exit
        self.should_exit = True

    def run_until_signal(self, listener: socket.socket) -> None:
        """Serve `listener` until SIGINT, SIGTERM or SIGHUP."""
        for number in _SIGNALS:
            signal.signal(number, self.handle_exit)
        self.run(sockets=[listener])


def main() -> int:
    """`python -m myedu.kit.worker package.module:factory LISTENER READY`, with two file descriptors.

    Exit status: 0 after a signal, uvicorn's STARTUP_FAILURE if the application did not start.
    """
    app_factory, listener, ready = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    raise_descriptor_limit()
    try:
        Worker(app_factory, ready).run_until_signal(socket.socket(fileno=listener))
    except KeyboardInterrupt:
        return 0
    except SystemExit as end:
        return STARTUP_FAILURE if end.code else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
