"""Refuses and doesn't say when to come again."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.good import LimitedSchool
from tests.connector.conformance.hostiles import Good, Hostile, with_headers


async def spoil(request: Request, good: Good) -> Response:
    answer = await good()
    return with_headers(answer, retry_after=None) if answer.status_code == 429 else answer


HOSTILE = Hostile(system=LimitedSchool, spoil=spoil)
