"""Sends its errors as plain JSON."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_headers


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).endswith("/schedule") and response.status_code == 404:
        return with_headers(response, content_type="application/json")
    return response


HOSTILE = Hostile(spoil=spoil)
