"""Remembers no jti."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile

seen: set[str] = set()


async def spoil(request: Request, good: Good) -> Response:
    if good.assertion in seen:
        return await good.grant()
    if good.assertion:
        seen.add(good.assertion)
    return await good()


HOSTILE = Hostile(spoil=spoil)
