"""What is counted of requests, and of connections that the server ended."""

import asyncio
from collections.abc import Mapping

import pytest

from myedu.kit.asgi import Receive, Scope, Send
from myedu.kit.serve import serving
from myedu.kit.telemetry import Metrics, Telemetry
from myedu.kit.telemetry.requests import METRICS, RequestTelemetry


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Starts and stops; returns without an answer if the client has gone; else fails."""
    if scope["type"] == "lifespan":
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})
    elif (await receive())["type"] == "http.request":
        raise RuntimeError("a fault of the application")


def counted(metrics: Metrics, name: str) -> Mapping[str, float]:
    """The last label's value → its count."""
    family = next(family for family in metrics.families() if family.name == name)
    label = METRICS[[spec.name for spec in METRICS].index(name)].labels[-1]
    return {one.labels[label]: one.value for one in family.samples if one.name.endswith("_total")}


async def send(url: str, text: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    writer.write(text)
    found = await reader.read()
    writer.close()
    return found


async def test_a_connection_that_was_cut_is_counted() -> None:
    metrics = Metrics(METRICS)
    async with serving(RequestTelemetry(application, Telemetry(metrics), log_requests=False)) as url:
        assert b" 400 " in await send(url, b"no HTTP\r\n")
    assert counted(metrics, "myedu_connections_cut") == {"bad-request": 1}


async def test_a_client_that_has_gone_is_a_499_and_a_fault_is_a_500() -> None:
    metrics = Metrics(METRICS)
    wrapped = RequestTelemetry(application, Telemetry(metrics), log_requests=False)
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}

    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def here() -> dict[str, str]:
        return {"type": "http.request"}

    async def nothing(message: object) -> None:
        raise AssertionError("nothing is to be sent")

    await wrapped(dict(scope), gone, nothing)
    with pytest.raises(RuntimeError):
        await wrapped(dict(scope), here, nothing)
    assert counted(metrics, "myedu_requests") == {"499": 1, "500": 1}
