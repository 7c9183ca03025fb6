"""What is no page: static files, the service worker, and the questions whether the portal is well."""

import asyncio
from typing import Any

import psycopg
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from myedu.kit.assets import Assets
from myedu.portal.tools import FromTools

AnyRequest = Request[Any, Any, Any]

_HEALTH_SECONDS = 2  # whoever asks has to know soon: the next visitor is waiting


@get("/static/{file:str}")
async def static(request: AnyRequest, file: FromPath[str]) -> Response[bytes]:
    """A built file by its hashed name."""
    return _file(request, file)


@get("/sw.js")
async def service_worker(request: AnyRequest) -> Response[bytes]:
    """At the root, for a service worker governs only what lies below its own address."""
    return _file(request, "sw.js")


@get("/health")
async def health() -> Response[str]:
    """200 while this process answers: for whoever would restart it. A dead database is no reason for that."""
    return Response("ok\n", media_type="text/plain")


@get("/ready")
async def ready(tools: FromTools) -> Response[str]:
    """200 while this process and its database answer: for whoever sends visitors here."""
    try:
        async with asyncio.timeout(_HEALTH_SECONDS), tools.database.connection() as conn:
            await conn.execute("SELECT 1")
    except (psycopg.OperationalError, TimeoutError):
        return Response("database does not answer\n", status_code=503, media_type="text/plain")
    return Response("ok\n", media_type="text/plain")


ROUTES = [static, service_worker, health, ready]


def _file(request: AnyRequest, name: str) -> Response[bytes]:
    assets: Assets = request.app.state.assets
    answer = assets.answer(name, request.headers.get("accept-encoding", ""))
    if answer is None:
        raise NotFoundException
    return Response(
        answer.body, headers=dict(answer.headers), media_type=dict(answer.headers)["content-type"]
    )
