"""Answers an undeclared method as an unknown student."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.good import BareSchool
from tests.connector.conformance.hostiles import Good, Hostile, problem_of


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    return problem_of("not-found") if response.status_code == 501 else response


HOSTILE = Hostile(system=BareSchool, spoil=spoil, package=lambda folder: None)
