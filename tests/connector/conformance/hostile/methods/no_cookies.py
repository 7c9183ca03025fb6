"""Begins a session at every question."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_headers


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).endswith("/diary"):
        return with_headers(response, set_cookie="session=1; Path=/")
    return response


HOSTILE = Hostile(spoil=spoil)
