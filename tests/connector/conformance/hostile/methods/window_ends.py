"""Leaves out the last day of a short window."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json


async def spoil(request: Request, good: Good) -> Response:
    response, query = await good(), request.query_params
    if path_of(request).endswith("/schedule") and response.status_code == 200 and "to" in query:
        return with_json(response, lambda body: without(body, query["to"]))
    return response


def without(body: dict[str, Any], day: str) -> dict[str, Any]:
    return body | {
        "lessons": [lesson for lesson in body["lessons"] if not lesson["starts_at"].startswith(day)]
    }


HOSTILE = Hostile(spoil=spoil)
