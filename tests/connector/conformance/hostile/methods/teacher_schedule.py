"""Shows today's lessons for every window."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    if path_of(request).startswith("/v1/teachers/") and len(request.query_params) == 2:
        return await good(query="from=2026-11-25&to=2026-11-25")
    return await good()


HOSTILE = Hostile(spoil=spoil)
