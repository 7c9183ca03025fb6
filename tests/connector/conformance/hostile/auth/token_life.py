"""Gives tokens for a year."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, with_json


async def spoil(request: Request, good: Good) -> Response:
    return with_json(await good(), for_a_year)


def for_a_year(body: dict[str, object]) -> None:
    if "expires_in" in body:
        body["expires_in"] = 365 * 24 * 3600


HOSTILE = Hostile(spoil=spoil)
