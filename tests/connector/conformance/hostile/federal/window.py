"""Makes a day of a window with one end."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    start = request.query_params.get("start")
    if path_of(request).startswith("/Schedule/") and start and "end" not in request.query_params:
        return await good(query=f"start={start}&end={start}")
    return await good()


HOSTILE = Hostile(spoil=spoil)
