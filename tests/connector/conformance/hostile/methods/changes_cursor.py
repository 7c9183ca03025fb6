"""Begins at the beginning of the year."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    if path_of(request) == "/v1/changes" and not request.url.query:
        return await good(query="since=c-1")
    return await good()


HOSTILE = Hostile(spoil=spoil)
