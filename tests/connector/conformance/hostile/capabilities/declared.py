"""Declares the teachers' schedule and doesn't have it."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, problem_of


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).startswith("/v1/teachers/") and response.status_code in (200, 404):
        return problem_of("not-implemented")
    return response


HOSTILE = Hostile(spoil=spoil)
