"""Gives the whole file for a part outside it."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    answer = await good()
    return await good(headers={"range": None}) if answer.status_code == 416 else answer


HOSTILE = Hostile(spoil=spoil)
