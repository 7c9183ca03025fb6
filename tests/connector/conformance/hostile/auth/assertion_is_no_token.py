"""Accepts anything that the portal has signed."""

import jwt
from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token.count(".") == 2 and jwt.get_unverified_header(token)["alg"] == "ES256":
        return await good.let_in()
    return await good()


HOSTILE = Hostile(spoil=spoil)
