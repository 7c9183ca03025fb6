"""Fails under load."""

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, problem_of

_asked: Counter[str] = Counter()


async def spoil(request: Request, good: Good) -> Response:
    if is_plain(request):
        _asked[str(request.url)] += 1
        if _asked[str(request.url)] == 3:
            return problem_of("unavailable")
    return await good()


def is_plain(request: Request) -> bool:
    """A schedule without special headers, which a judge requests repeatedly only under load."""
    headers = request.headers
    special = {"myedu-act", "if-none-match"} & set(headers) or headers["accept-encoding"] != "identity"
    is_schedule = request.method == "GET" and path_of(request).endswith("/schedule")
    return is_schedule and "authorization" in headers and not special


HOSTILE = Hostile(spoil=spoil)
