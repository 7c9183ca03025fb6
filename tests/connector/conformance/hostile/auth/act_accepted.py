"""Takes the claim for something that is good once."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, problem_of

seen: set[str] = set()


async def spoil(request: Request, good: Good) -> Response:
    act = request.headers.get("myedu-act")
    if act in seen:
        return problem_of("bad-act")
    if act:
        seen.add(act)
    return await good()


HOSTILE = Hostile(spoil=spoil)
