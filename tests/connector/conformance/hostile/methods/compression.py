"""Never compresses."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    return await good(headers={"accept-encoding": "identity"})


HOSTILE = Hostile(spoil=spoil)
