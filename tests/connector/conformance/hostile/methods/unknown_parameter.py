"""Wants exactly two parameters."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, problem_of


async def spoil(request: Request, good: Good) -> Response:
    if "conformance" in request.query_params:
        return problem_of("bad-parameter", field="conformance")
    return await good()


HOSTILE = Hostile(spoil=spoil)
