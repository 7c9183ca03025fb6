"""Forgets a token once it gave two more."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, problem_of

used: set[str] = set()


async def spoil(request: Request, good: Good) -> Response:
    """The token that the whole run began with stays, so that this one fault can be seen."""
    sent = request.headers.get("authorization", "")
    if path_of(request) == "/v1/capabilities" and sent not in used:
        first = not used
        used.add(sent)
        if not first and (await good()).status_code == 200:
            return problem_of("unauthorized")
    return await good()


HOSTILE = Hostile(spoil=spoil)
