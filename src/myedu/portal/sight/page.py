"""/metrics, on an address of its own: families never see it, and it answers while every worker is busy.

Served by the parent of the workers. Fail closed: without MYEDU_METRICS_PORT there is none.
"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric

from myedu.portal.sight.figures import EVERY_SECONDS, Recent, publish
from myedu.portal.sight.files import merged

_PATH = "/metrics"


class MetricsPage:
    """An ASGI application with one page: the metrics of every process that keeps its numbers in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Collector(folder))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        found = scope["path"] == _PATH and scope["method"] in ("GET", "HEAD")
        body = generate_latest(self._registry) if found else b"only GET /metrics is here\n"
        kind = CONTENT_TYPE_LATEST if found else "text/plain; charset=utf-8"
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200 if found else 404, "headers": headers})
        await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})


async def keep_figures(folder: Path) -> None:
    """Leave the journals' figures of the last minutes in the folder, for ever."""
    recent = Recent()
    while True:
        publish(folder, recent.look(merged(folder), datetime.now(UTC)))
        await asyncio.sleep(EVERY_SECONDS)


class _Collector:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> list[Metric]:
        return list(merged(self._folder))

    def describe(self) -> list[Metric]:
        return []  # so that registering doesn't read the folder


async def _live(receive: Any, send: Any) -> None:
    for kind in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{kind}.complete"})
