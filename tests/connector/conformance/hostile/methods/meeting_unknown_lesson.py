"""Takes meetings of any lesson."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).endswith("/meeting") and response.status_code == 404:
        return Response(status_code=204)
    return response


HOSTILE = Hostile(spoil=spoil)
