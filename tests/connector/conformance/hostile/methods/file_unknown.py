"""Gives links for every id."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request) == "/v1/files/conformance-nothing" and response.status_code == 404:
        link = {"url": "https://files.example/1", "name": "1", "expires_at": "2026-11-25T03:10:00Z"}
        return JSONResponse(link)
    return response


HOSTILE = Hostile(spoil=spoil)
