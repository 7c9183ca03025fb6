"""Has no news for cursors that it doesn't know."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if response.status_code == 410:
        return JSONResponse({"cursor": "c-2", "changes": []})
    return response


HOSTILE = Hostile(spoil=spoil)
