"""Accepts the algorithm that the token names."""

import jwt
from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    if good.assertion and jwt.get_unverified_header(good.assertion)["alg"] == "none":
        return await good.grant()
    return await good()


HOSTILE = Hostile(spoil=spoil)
