"""Fails when it is asked often."""

import time
from collections import defaultdict

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, problem_of

_recent: defaultdict[str, list[float]] = defaultdict(list)


async def spoil(request: Request, good: Good) -> Response:
    now, asked = time.monotonic(), _recent[str(request.url)]
    if is_plain(request):
        asked[:] = [at for at in asked if now - at < 1] + [now]
        if len(asked) == 3:
            return problem_of("unavailable")
    return await good()


def is_plain(request: Request) -> bool:
    """A schedule asked with nothing special: a judge asks for that again only under load."""
    headers = request.headers
    special = {"myedu-act", "if-none-match"} & set(headers) or headers["accept-encoding"] != "identity"
    asked = request.method == "GET" and path_of(request).endswith("/schedule")
    return asked and "authorization" in headers and not special


HOSTILE = Hostile(spoil=spoil)
