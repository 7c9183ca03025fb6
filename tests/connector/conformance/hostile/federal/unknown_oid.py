"""Answers an unknown account as a malformed request."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request) == "/Schedule/999999999999" and response.status_code == 404:
        response.status_code = 400
    return response


HOSTILE = Hostile(spoil=spoil)
