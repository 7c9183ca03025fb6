"""Accepts any signature."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, wrongly_signed


async def spoil(request: Request, good: Good) -> Response:
    if good.assertion and wrongly_signed(good.assertion, good.portal):
        return await good.grant()
    return await good()


HOSTILE = Hostile(spoil=spoil)
