"""Serves the timetable to every verb."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    return await good(verb="GET") if path_of(request).endswith("/schedule") else await good()


HOSTILE = Hostile(spoil=spoil)
