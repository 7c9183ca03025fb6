"""Is content with any header."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    sent = request.headers.get("authorization")
    return await good.let_in() if sent and "." not in sent else await good()


HOSTILE = Hostile(spoil=spoil)
