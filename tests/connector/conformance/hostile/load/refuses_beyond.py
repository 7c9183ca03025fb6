"""Declares a limit that it doesn't keep."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json


async def spoil(request: Request, good: Good) -> Response:
    answer = await good()
    return with_json(answer, change) if path_of(request) == "/v1/capabilities" else answer


def change(described: dict) -> None:
    if "limits" in described:
        described["limits"]["requests_per_second"] = 100.0


HOSTILE = Hostile(spoil=spoil)
