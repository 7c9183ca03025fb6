"""Turns the window round."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    first, last = request.query_params.get("from", ""), request.query_params.get("to", "")
    if "2000" < last < first and request.url.path.endswith("/marks"):
        return await good(query=f"from={last}&to={first}")
    return await good()


HOSTILE = Hostile(spoil=spoil)
