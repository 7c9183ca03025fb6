"""Takes the missing end to be the given one."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    first, last = request.query_params.get("from"), request.query_params.get("to")
    if (first is None) is not (last is None):
        return await good(query=f"from={first or last}&to={last or first}")
    return await good()


HOSTILE = Hostile(spoil=spoil)
