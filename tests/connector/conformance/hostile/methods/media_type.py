"""Calls everything a page."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_headers


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).endswith("/homework") and response.status_code == 200:
        return with_headers(response, content_type="text/html; charset=utf-8")
    return response


HOSTILE = Hostile(spoil=spoil)
