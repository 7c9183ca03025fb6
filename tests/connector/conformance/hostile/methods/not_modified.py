"""Tags its answers and never looks at what comes back."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    if path_of(request).endswith("/marks"):
        return await good(headers={"if-none-match": None})
    return await good()


HOSTILE = Hostile(spoil=spoil)
