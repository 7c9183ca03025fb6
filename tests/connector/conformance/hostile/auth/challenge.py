"""Says 401 and nothing more."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, with_headers


async def spoil(request: Request, good: Good) -> Response:
    return with_headers(await good(), www_authenticate=None)


HOSTILE = Hostile(spoil=spoil)
