"""Says that it answers about the days that have something."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).endswith("/homework") and response.status_code == 200 and request.url.query:
        return with_json(response, lambda body: body | {"to": body["from"]})
    return response


HOSTILE = Hostile(spoil=spoil)
