"""Is ten minutes fast."""

from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request) == "/v1/capabilities" and response.status_code == 200:
        return with_json(response, fast)
    return response


def fast(body: dict[str, Any]) -> dict[str, Any]:
    stated = datetime.fromisoformat(body["server_time"])
    return body | {"server_time": (stated + timedelta(minutes=10)).isoformat()}


HOSTILE = Hostile(spoil=spoil)
