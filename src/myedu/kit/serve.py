"""An ASGI application on a real socket: within a running event loop (tests, metrics) or as a program.

Every server of ours is made here or in kit.worker, with `bounded_config`: a stranger can't keep it busy.
"""

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn

from myedu.kit.asgi import ASGIApp
from myedu.kit.bounded_protocol import BODY_BYTES, bounded_protocol
from myedu.kit.connections import ConnectionLimits, raise_descriptor_limit
from myedu.kit.terminal import tr

# A response that streams for longer than this at shutdown is cut.
GRACE_SECONDS = 3
_BACKLOG = 2048  # connections that wait in the kernel while the process is busy
_LISTEN_FD = 3  # of the socket that systemd passes on (sd_listen_fds)


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
async def serving(
    app: ASGIApp,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    limits: ConnectionLimits | None = None,
    body_bytes: int | None = None,
) -> AsyncIterator[str]:
    """Serve an ASGI application until the block ends; yields its address without a trailing slash.

    Port 0: any free one. Raises OSError if the address can't be bound, ServeError if the application does not
    start.
    """
    with _bind(host, port) as listener:
        bound = listener.getsockname()[1]
        shown = f"[{host}]" if listener.family is socket.AF_INET6 else host
        server = _Server(bounded_config(app, limits, body_bytes=body_bytes, log_level="warning"))
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


def run(app: ASGIApp | str, *, host: str, port: int, limits: ConnectionLimits | None = None) -> None:
    """Serve an application, or that of `package.module:factory`, in this process until SIGINT or SIGTERM.

    Raises ServeError if it can't listen there.
    """
    raise_descriptor_limit()
    with listen(host, port) as listener:
        config = bounded_config(app, limits, body_bytes=BODY_BYTES, factory=isinstance(app, str))
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises the signal again at its end
            uvicorn.Server(config).run(sockets=[listener])


def bounded_config(
    app: ASGIApp | str,
    limits: ConnectionLimits | None,
    *,
    body_bytes: int | None = None,
    factory: bool = False,
    log_level: str | None = None,
) -> uvicorn.Config:
    """How every server of ours runs. `body_bytes`: of a request; None: the application bounds bodies."""
    limits = limits or ConnectionLimits()
    return uvicorn.Config(
        app,
        factory=factory,
        http=bounded_protocol(limits, body_bytes=body_bytes),
        ws="none",  # nothing here speaks WebSocket
        lifespan="on",
        log_config=None,  # the program's own logging, kit.log
        log_level=log_level,
        access_log=False,  # addresses hold codes and ids
        server_header=False,
        timeout_keep_alive=limits.idle_seconds,
        timeout_graceful_shutdown=GRACE_SECONDS,
        forwarded_allow_ips=list(limits.trusted_proxies),
    )


def listen(host: str, port: int) -> socket.socket:
    """The socket that systemd passes on, else a new one. Raises ServeError if it can't listen there."""
    if os.environ.get("LISTEN_PID") == str(os.getpid()):
        return socket.socket(fileno=_LISTEN_FD)
    try:
        return _bind(host, port)
    except OSError as error:
        way_out = (
            tr("another program listens there: stop it, or choose another port")
            if error.errno == errno.EADDRINUSE
            else error.strerror
        )
        sentence = tr("can't listen on {host}, port {port}: {reason}", host=host, port=port, reason=way_out)
        raise ServeError(sentence) from None


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    # asyncio sets it only if socket.proto is IPPROTO_TCP, and here it is 0. Without: 45 ms a request.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
