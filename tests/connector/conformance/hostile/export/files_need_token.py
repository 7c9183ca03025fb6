"""Has its web server give out the folder."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    if path_of(request).endswith(".csv.gz") and "authorization" not in request.headers:
        return await good.let_in()
    return await good()


HOSTILE = Hostile(spoil=spoil)
