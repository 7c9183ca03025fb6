"""Tags everything but homework."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_headers


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    return with_headers(response, etag=None) if path_of(request).endswith("/homework") else response


HOSTILE = Hostile(spoil=spoil)
