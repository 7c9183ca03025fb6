"""Sends more than it says."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request) == "/v1/capabilities" and response.status_code == 200:
        return with_json(response, lambda body: body | {"limits": body["limits"] | {"answer_bytes": 9000}})
    return response


HOSTILE = Hostile(spoil=spoil)
