"""Takes the last of several."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    if len(request.query_params.getlist("from")) > 1:
        return await good(query=urlencode(dict(request.query_params)))
    return await good()


HOSTILE = Hostile(spoil=spoil)
