"""Reads what it gets and breaks."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, problem_of


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).endswith("/meeting") and response.status_code == 400:
        return problem_of("internal")
    return response


HOSTILE = Hostile(spoil=spoil)
