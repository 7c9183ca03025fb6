"""Has homework for some pupils only."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, problem_of
from tests.connector.sdk.school import STRANGE_PUPIL


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request) == f"/v1/students/{STRANGE_PUPIL}/homework" and response.status_code == 200:
        return problem_of("not-found")
    return response


HOSTILE = Hostile(spoil=spoil)
