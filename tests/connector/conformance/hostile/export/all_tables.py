"""Forgets a table."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, with_manifest


async def spoil(request: Request, good: Good) -> Response:
    return await with_manifest(request, good, change)


def change(manifest: dict) -> None:
    manifest["tables"] = [table for table in manifest["tables"] if table["table"] != "teaching"]


HOSTILE = Hostile(spoil=spoil)
