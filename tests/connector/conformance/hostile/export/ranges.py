"""Counts the bytes of a part from one."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, with_body


async def spoil(request: Request, good: Good) -> Response:
    requested = request.headers.get("range", "")
    answer = await good()
    if answer.status_code == 206 and requested.endswith("-"):
        return with_body(answer, bytes(answer.body)[1:] + b" ")
    return answer


HOSTILE = Hostile(spoil=spoil)
