"""Makes a new UUID at every answer."""

from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).startswith("/Schedule/") and response.status_code == 200:
        return with_json(response, renamed)
    return response


def renamed(body: dict[str, Any]) -> None:
    for lesson in body["school"][0]["class"][0]["lesson"]:
        lesson["id"] = str(uuid4())


HOSTILE = Hostile(spoil=spoil)
