"""Doesn't compare client_id."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    if path_of(request) == "/oauth2/token" and "client_id" in good.form:
        return await good.grant()
    return await good()


HOSTILE = Hostile(spoil=spoil)
