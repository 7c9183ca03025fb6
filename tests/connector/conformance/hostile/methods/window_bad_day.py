"""Reads days as Russians write them, too."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    if request.query_params.get("from") == "01.09.2026":
        return await good(query="from=2026-09-01&to=2026-09-01")
    return await good()


HOSTILE = Hostile(spoil=spoil)
