"""Takes assertions made for others."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, claims_of


async def spoil(request: Request, good: Good) -> Response:
    if good.assertion and "another" in claims_of(good.assertion)["aud"]:
        return await good.grant()
    return await good()


HOSTILE = Hostile(spoil=spoil)
