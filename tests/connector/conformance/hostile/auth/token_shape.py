"""Gives the life of a token as text."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, with_json


async def spoil(request: Request, good: Good) -> Response:
    return with_json(await good(), as_text)


def as_text(body: dict[str, object]) -> None:
    if "expires_in" in body:
        body["expires_in"] = str(body["expires_in"])


HOSTILE = Hostile(spoil=spoil)
