"""Accepts every client."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import CLIENT_ID, Good, Hostile, claims_of


async def spoil(request: Request, good: Good) -> Response:
    if good.assertion and claims_of(good.assertion)["iss"] != CLIENT_ID:
        return await good.grant()
    return await good()


HOSTILE = Hostile(spoil=spoil)
