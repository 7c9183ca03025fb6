"""Names a base of a full package."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, with_manifest


async def spoil(request: Request, good: Good) -> Response:
    return await with_manifest(request, good, change)


def change(manifest: dict) -> None:
    manifest["base"] = "0b0e5a52-3f5e-4c7e-9d5d-0a4f6f9a1c11"


HOSTILE = Hostile(spoil=spoil)
