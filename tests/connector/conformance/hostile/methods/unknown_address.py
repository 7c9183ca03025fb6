"""Leads to the page to sign in."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    return RedirectResponse("/login") if path_of(request) == "/v1/conformance-nothing" else await good()


HOSTILE = Hostile(spoil=spoil)
