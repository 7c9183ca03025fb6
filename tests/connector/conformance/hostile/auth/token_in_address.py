"""Reads the token from wherever it stands."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    return await good.let_in(query="") if "access_token" in request.query_params else await good()


HOSTILE = Hostile(spoil=spoil)
