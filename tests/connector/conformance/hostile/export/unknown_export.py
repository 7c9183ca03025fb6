"""Gives the newest file whatever was asked."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.good import EXPORT
from tests.connector.conformance.hostiles import Good, Hostile, path_of

_NOBODY = "00000000-0000-4000-8000-000000000000"


async def spoil(request: Request, good: Good) -> Response:
    path = path_of(request)
    return await good(path=path.replace(_NOBODY, str(EXPORT))) if _NOBODY in path else await good()


HOSTILE = Hostile(spoil=spoil)
