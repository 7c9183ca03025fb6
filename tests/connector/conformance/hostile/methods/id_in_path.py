"""Stands behind a proxy that doesn't let %2F through."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if response.status_code == 404 and b"%2F" in request.scope["raw_path"]:
        return PlainTextResponse("ambiguous path separator", 400)
    return response


HOSTILE = Hostile(spoil=spoil)
