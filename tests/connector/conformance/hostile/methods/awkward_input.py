"""Breaks at a zero byte."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, problem_of


async def spoil(request: Request, good: Good) -> Response:
    return problem_of("internal") if "\0" in path_of(request) else await good()


HOSTILE = Hostile(spoil=spoil)
