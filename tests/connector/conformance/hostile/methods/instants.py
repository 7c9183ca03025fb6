"""Gives the bells without an offset."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_body


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).endswith("/diary") and response.status_code == 200:
        return with_body(response, response.body.replace(b"+10:00", b""))
    return response


HOSTILE = Hostile(spoil=spoil)
