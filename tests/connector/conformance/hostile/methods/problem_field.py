"""Doesn't say what is wrong."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, with_json


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if response.status_code == 400:
        return with_json(response, lambda body: {key: body[key] for key in body if key != "field"})
    return response


HOSTILE = Hostile(spoil=spoil)
