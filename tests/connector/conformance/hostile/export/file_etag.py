"""Tags its files weakly."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_headers


async def spoil(request: Request, good: Good) -> Response:
    answer = await good()
    if path_of(request).endswith(".csv.gz") and "etag" in answer.headers:
        return with_headers(answer, etag=f"W/{answer.headers['etag']}")
    return answer


HOSTILE = Hostile(spoil=spoil)
