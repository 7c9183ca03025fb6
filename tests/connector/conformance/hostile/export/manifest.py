"""Leaves the region out of its manifest."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, with_manifest


async def spoil(request: Request, good: Good) -> Response:
    return await with_manifest(request, good, change)


def change(manifest: dict) -> None:
    manifest.pop("region", None)


HOSTILE = Hostile(spoil=spoil)
