"""Takes its local time for UTC."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, with_manifest


async def spoil(request: Request, good: Good) -> Response:
    return await with_manifest(request, good, change)


def change(manifest: dict) -> None:
    manifest["created_at"] = "2026-11-26T04:00:00Z"


HOSTILE = Hostile(spoil=spoil)
