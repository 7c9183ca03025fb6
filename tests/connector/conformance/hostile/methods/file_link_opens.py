"""Wants a token at the link, too."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, problem_of


async def spoil(request: Request, good: Good) -> Response:
    if path_of(request).startswith("/v1/file-content/") and "authorization" not in request.headers:
        return problem_of("unauthorized")
    return await good()


HOSTILE = Hostile(spoil=spoil)
