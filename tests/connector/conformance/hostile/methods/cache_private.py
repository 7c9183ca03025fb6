"""Lets every cache keep the timetable for ten minutes."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_headers


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).endswith("/schedule"):
        return with_headers(response, cache_control="public, max-age=600")
    return response


HOSTILE = Hostile(spoil=spoil)
