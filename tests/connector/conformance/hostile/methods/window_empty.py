"""Doesn't find what isn't there."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, problem_of


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if response.status_code == 200 and request.query_params.get("to", "9") < "2001":
        return problem_of("not-found")
    return response


HOSTILE = Hostile(spoil=spoil)
