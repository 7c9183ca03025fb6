"""Leaves the first lesson out of the federal answer."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).startswith("/Schedule/") and response.status_code == 200:
        return with_json(response, shorter)
    return response


def shorter(body: dict[str, Any]) -> None:
    del body["school"][0]["class"][0]["lesson"][:1]


HOSTILE = Hostile(spoil=spoil)
