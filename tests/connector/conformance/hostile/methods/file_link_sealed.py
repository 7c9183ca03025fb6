"""Opens a file to every request that names it."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).startswith("/v1/file-content/") and response.status_code == 404:
        return Response(b"%PDF-1.7 plan", media_type="application/pdf")
    return response


HOSTILE = Hostile(spoil=spoil)
