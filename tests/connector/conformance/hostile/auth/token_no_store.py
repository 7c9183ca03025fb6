"""Lets proxies cache the token."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_headers


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    return with_headers(response, cache_control=None) if path_of(request) == "/oauth2/token" else response


HOSTILE = Hostile(spoil=spoil)
