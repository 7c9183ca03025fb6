"""An ASGI application on a real socket: within a running event loop (tests, metrics) or as a program."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import uvicorn

from myedu.kit.asgi import ASGIApp

# A response that streams for longer than this at shutdown is cut.
GRACE_SECONDS = 3
QUIET: dict[str, Any] = {
    "log_config": None,  # the program's own logging, kit.log
    "access_log": False,  # addresses hold codes and ids
    "server_header": False,
    "timeout_graceful_shutdown": GRACE_SECONDS,
}


class ServeError(Exception):
    """The application can't serve; the message or the log says why."""


class _Server(uvicorn.Server):
    """A server that may be one of several in a loop, so it leaves signals to the program."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn would exit the process, and with it every other server of the loop.
        try:
            await super().startup(sockets=sockets)
        except SystemExit:
            raise ServeError("the application did not start: the log above says why") from None


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve an ASGI application until the block ends; yields its address without a trailing slash.

    Port 0: any free one. Raises OSError if the address can't be bound, ServeError if the application does not
    start.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=512) as listener:
        # asyncio sets it only if socket.proto is IPPROTO_TCP, and here it is 0. Without: 45 ms a request.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        bound = listener.getsockname()[1]
        shown = f"[{host}]" if family is socket.AF_INET6 else host
        server = _Server(uvicorn.Config(app, lifespan="on", log_level="warning", **QUIET))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            # uvicorn has no event for it.
            while not server.started and not task.done():  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            if server.started:
                yield f"http://{shown}:{bound}"
        finally:
            server.should_exit = True
            await task


def run(app_factory: str, *, host: str, port: int) -> None:
    """Serve the application of `package.module:factory` in this process until SIGINT or SIGTERM."""
    uvicorn.run(app_factory, factory=True, host=host, port=port, lifespan="on", **QUIET)
