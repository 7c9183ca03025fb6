"""Takes this year where none is given."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    if path_of(request).endswith("/final-marks") and not request.query_params.get("academic_year"):
        return await good(query="academic_year=2026")
    return await good()


HOSTILE = Hostile(spoil=spoil)
