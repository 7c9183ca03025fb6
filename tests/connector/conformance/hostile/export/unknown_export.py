"""Serves the newest file for any export_id."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.good import EXPORT
from tests.connector.conformance.hostiles import Good, Hostile, path_of

_UNKNOWN_EXPORT = "00000000-0000-4000-8000-000000000000"


async def spoil(request: Request, good: Good) -> Response:
    path = path_of(request)
    return (
        await good(path=path.replace(_UNKNOWN_EXPORT, str(EXPORT)))
        if _UNKNOWN_EXPORT in path
        else await good()
    )


HOSTILE = Hostile(spoil=spoil)
