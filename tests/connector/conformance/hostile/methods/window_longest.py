"""Serves a day less than it says."""

from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, problem_of


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if response.status_code == 200 and {"from", "to"} <= set(request.query_params):
        first, last = (date.fromisoformat(request.query_params[end]) for end in ("from", "to"))
        if (last - first).days >= 91:
            return problem_of("window-too-long", field="to")
    return response


HOSTILE = Hostile(spoil=spoil)
