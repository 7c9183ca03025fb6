"""Ends the week on its first day."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).startswith("/Schedule/") and response.status_code == 200:
        return with_json(response, cut)
    return response


def cut(body: dict[str, Any]) -> None:
    for school in body["school"]:
        school["period"]["end"] = school["period"]["start"]


HOSTILE = Hostile(spoil=spoil)
