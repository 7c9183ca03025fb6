"""Answers for a guardian that the person is not a student."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.good import MOTHER
from tests.connector.conformance.hostiles import Good, Hostile, path_of, problem_of


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if response.status_code == 404 and f"/{MOTHER}/" in path_of(request):
        return problem_of("not-found", detail="this person is not a pupil")
    return response


HOSTILE = Hostile(spoil=spoil)
