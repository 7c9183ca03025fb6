"""Is two servers of which one is older."""

from itertools import count

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json

requests = count()


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request) == "/v1/capabilities" and response.status_code == 200 and next(requests):
        return with_json(response, lambda body: body | {"capabilities": body["capabilities"][:-1]})
    return response


HOSTILE = Hostile(spoil=spoil)
