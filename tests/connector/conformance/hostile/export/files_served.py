"""Names a file that it doesn't have."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, problem_of


async def spoil(request: Request, good: Good) -> Response:
    answer = await good()
    lost = path_of(request).endswith("/teaching.csv.gz") and answer.status_code in (200, 206)
    return problem_of("not-found") if lost else answer


HOSTILE = Hostile(spoil=spoil)
