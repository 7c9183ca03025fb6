"""Refuses any scope."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    if path_of(request) == "/oauth2/token" and "scope" in good.form:
        return JSONResponse({"error": "invalid_scope"}, 400)
    return await good()


HOSTILE = Hostile(spoil=spoil)
