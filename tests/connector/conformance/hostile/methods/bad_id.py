"""Cuts an id off at the blank."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of
from tests.connector.sdk.school import PUPIL


async def spoil(request: Request, good: Good) -> Response:
    if path_of(request) == "/v1/students/a b/schedule":
        return await good(path=f"/v1/students/{PUPIL}/schedule")
    return await good()


HOSTILE = Hostile(spoil=spoil)
