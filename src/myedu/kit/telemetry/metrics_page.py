"""/metrics on an address of its own: visitors never reach it, and it answers while every worker is busy.

The parent of the workers serves it, if MYEDU_METRICS_PORT is set.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric

from myedu.kit.asgi import Receive, Scope, Send
from myedu.kit.serve import ServeError, serving
from myedu.kit.telemetry.process_files import merged

_PATH = "/metrics"


class MetricsPage:
    """An ASGI application with one page: the metrics that `families` gives at each request."""

    def __init__(self, families: Callable[[], Iterable[Metric]]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Collector(families))

    @classmethod
    def of_folder(cls, folder: Path) -> "MetricsPage":
        """The metrics of every process that keeps its values in the folder."""
        return cls(lambda: merged(folder))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """GET /metrics: the metrics in Prometheus' text format; 404 for other addresses."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        found = scope["path"] == _PATH and scope["method"] in ("GET", "HEAD")
        body = generate_latest(self._registry) if found else b"only GET /metrics is here\n"
        kind = CONTENT_TYPE_LATEST if found else "text/plain; charset=utf-8"
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200 if found else 404, "headers": headers})
        await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})


@asynccontextmanager
async def metrics_served(page: MetricsPage, host: str, port: int) -> AsyncIterator[None]:
    """Serve the page until the block ends. Raises ServeError if it can't listen on the address."""
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(serving(page, host=host, port=port))
        except OSError as error:
            raise ServeError(f"can't show metrics on {host}, port {port}: {error.strerror}") from None
        yield


class _Collector:
    def __init__(self, families: Callable[[], Iterable[Metric]]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return list(self._families())

    def describe(self) -> list[Metric]:
        return []  # so that registering reads nothing


async def _lifespan(receive: Receive, send: Send) -> None:
    for kind in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{kind}.complete"})
