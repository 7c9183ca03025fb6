"""Serves the end of a window that is too long for it."""

from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if response.status_code == 400 and b"window-too-long" in response.body:
        last = date.fromisoformat(request.query_params["to"])
        return await good(query=f"from={last - timedelta(days=30)}&to={last}")
    return response


HOSTILE = Hostile(spoil=spoil)
