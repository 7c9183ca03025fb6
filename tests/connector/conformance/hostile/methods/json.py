"""Leaves a comma behind the last mark."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_body


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).endswith("/marks") and response.status_code == 200:
        return with_body(response, response.body.replace(b"}]", b"},]"))
    return response


HOSTILE = Hostile(spoil=spoil)
