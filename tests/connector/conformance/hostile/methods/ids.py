"""Has numbers in its database and on the wire."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).endswith("/homework") and response.status_code == 200:
        return with_json(response, numbered)
    return response


def numbered(body: dict[str, Any]) -> None:
    for number, task in enumerate(body["homework"]):
        task["id"] = number


HOSTILE = Hostile(spoil=spoil)
