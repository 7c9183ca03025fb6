"""An ASGI application on a real socket: inside a running loop (tests, the demo) or as a program."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import uvicorn

# A page that streams for longer than this at shutdown is cut.
GRACE_SECONDS = 3
QUIET: dict[str, Any] = {
    "log_config": None,  # the program's own logging, kit.log
    "access_log": False,  # addresses hold codes and ids
    "server_header": False,
    "timeout_graceful_shutdown": GRACE_SECONDS,
}


class ServeError(Exception):
    """The application did not start; the log has its reason."""


class _Server(uvicorn.Server):
    """A server among others in one loop: signals belong to the program, not to it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn leaves the process here, and with it every other server of the loop.
        try:
            await super().startup(sockets=sockets)
        except SystemExit:
            raise ServeError("the application did not start: the log above says why") from None


@contextlib.asynccontextmanager
async def serving(app: Any, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve `app` until the block ends; yields its address without a trailing slash. Port 0: any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=512) as listener:
        # asyncio sets it only on sockets that say they are TCP, and these don't: 45 ms a request.
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
    """A program's main: serve `package.module:factory` in this process until SIGINT or SIGTERM."""
    uvicorn.run(app_factory, factory=True, host=host, port=port, lifespan="on", **QUIET)
