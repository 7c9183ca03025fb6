"""Answers the federal method's errors as its own."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, problem_of


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).startswith("/Schedule/") and response.status_code == 404:
        return problem_of("not-found")
    return response


HOSTILE = Hostile(spoil=spoil)
