"""Gives links for a year."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).startswith("/v1/files/") and response.status_code == 200:
        return with_json(response, lambda body: body | {"expires_at": "2027-11-25T00:00:00Z"})
    return response


HOSTILE = Hostile(spoil=spoil)
