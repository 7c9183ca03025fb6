"""Refuses without saying why."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request) == "/oauth2/token" and response.status_code >= 400:
        return with_json(response, lambda body: body.pop("error") and body)
    return response


HOSTILE = Hostile(spoil=spoil)
