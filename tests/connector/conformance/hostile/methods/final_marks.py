"""Answers with the year that it is in."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).endswith("/final-marks") and response.status_code == 200:
        return with_json(response, lambda body: body | {"academic_year": body["academic_year"] + 1})
    return response


HOSTILE = Hostile(spoil=spoil)
