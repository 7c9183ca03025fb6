"""Signs each answer with a new time."""

from itertools import count

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, with_manifest

_asked = count()


async def spoil(request: Request, good: Good) -> Response:
    return await with_manifest(request, good, change)


def change(manifest: dict) -> None:
    manifest["system"]["version"] = f"1.{next(_asked)}"


HOSTILE = Hostile(spoil=spoil)
