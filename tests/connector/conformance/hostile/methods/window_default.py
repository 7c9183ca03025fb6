"""Serves this week only."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    if request.url.path.endswith("/homework") and not request.url.query:
        return await good(query="from=2026-11-23&to=2026-11-29")
    return await good()


HOSTILE = Hostile(spoil=spoil)
