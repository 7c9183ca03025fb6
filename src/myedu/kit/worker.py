"""One of several processes that answer on the same socket; `kit.workers` starts it.

SIGTERM stops it: requests under way are finished. SIGHUP retires it, for another has taken its place: then
nobody's kept connection is cut either, as a request may be on its way through it. Every further answer says
`connection: close`, and connections that say nothing are left to their usual end.
"""

import asyncio
import os
import signal
import socket
import sys
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from myedu.kit.accept_loop import AcceptLoop
from myedu.kit.gc_tuning import tune_gc
from myedu.kit.serve import QUIET

KEPT_SECONDS = 5  # of a connection without a request; uvicorn closes it then
RETIRE_SECONDS = 30  # then a retired worker cuts what is still open: it has waited for the longest page
_CLOSE = (b"connection", b"close")
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Farewell:
    """Adds `connection: close` to answers from the moment when the worker is retired."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.retired = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def saying_goodbye(message: Any) -> None:
            if self.retired and message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), _CLOSE]
            await send(message)

        await self._app(scope, receive, saying_goodbye if scope["type"] == "http" else send)


class Worker(uvicorn.Server):
    """Serves a socket that it was given, and says through a pipe when it is ready."""

    def __init__(self, app_factory: str, ready: int) -> None:
        config = uvicorn.Config(
            app_factory, factory=True, lifespan="on", timeout_keep_alive=KEPT_SECONDS, **QUIET
        )
        config.load()
        self._farewell = config.loaded_app = _Farewell(config.loaded_app)
        self._ready = ready
        self._retired = False
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        self.servers = [AcceptLoop(listener, self._protocol) for listener in sockets or []]
        tune_gc()
        os.write(self._ready, b"1")
        os.close(self._ready)

    def _protocol(self) -> asyncio.Protocol:
        protocol: asyncio.Protocol = self.config.http_protocol_class(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return protocol

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._retired:
            await self._retire()
        await super().shutdown(sockets=sockets)

    async def _retire(self) -> None:
        self._farewell.retired = True
        for server in self.servers:
            server.close()  # only here: the parent and the other workers hold the same socket
        loop = asyncio.get_running_loop()
        until = loop.time() + RETIRE_SECONDS
        # uvicorn has no event for it. A second signal ends the waiting.
        while self.server_state.connections and loop.time() < until and self._retired:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # Not kept for afterwards, as uvicorn would: a worker that was told to end ends with 0.
        self._retired = sig == signal.SIGHUP and not self.should_exit
        self.should_exit = True

    def run_until_told(self, listener: socket.socket) -> None:
        """Serve until a signal comes."""
        for number in _SIGNALS:
            signal.signal(number, self.handle_exit)
        self.run(sockets=[listener])


def main() -> int:
    """`python -m myedu.kit.worker package.module:factory LISTENER READY`; the numbers are descriptors."""
    app_factory, listener, ready = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    try:
        Worker(app_factory, ready).run_until_told(socket.socket(fileno=listener))
    except KeyboardInterrupt:
        return 0
    except SystemExit as end:
        return STARTUP_FAILURE if end.code else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
