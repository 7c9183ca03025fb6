"""Serves every file of the folder."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    if path_of(request).endswith("/passwords.csv"):
        return Response(b"root,secret", media_type="text/csv")
    return await good()


HOSTILE = Hostile(spoil=spoil)
