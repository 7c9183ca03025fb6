"""Health checks: whether the process answers, and whether it can serve visitors."""

import asyncio

import psycopg
from litestar import Response, get

from myedu.kit.web.error_handlers import context_of
from myedu.kit.web.responses import AnyRequest

_CHECK_SECONDS = 2  # a load balancer checks every second or so, and needs an answer soon

PATHS = ("/health", "/ready")


@get(PATHS[0])
async def health() -> Response[str]:
    """200 while this process answers, for the supervisor that restarts it. It doesn't ask the database."""
    return Response("ok\n", media_type="text/plain")


@get(PATHS[1])
async def ready(request: AnyRequest) -> Response[str]:
    """200 while this process and its database answer, else 503, for the load balancer."""
    try:
        async with asyncio.timeout(_CHECK_SECONDS), context_of(request).database.connection() as conn:
            await conn.execute("SELECT 1")
    except (psycopg.OperationalError, TimeoutError):
        return Response("database does not answer\n", status_code=503, media_type="text/plain")
    return Response("ok\n", media_type="text/plain")


ROUTES = [health, ready]
