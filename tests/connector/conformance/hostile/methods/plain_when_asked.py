"""Always compresses."""

import gzip

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_body, with_headers


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).endswith("/marks") and response.status_code == 200:
        return with_headers(with_body(response, gzip.compress(response.body)), content_encoding="gzip")
    return response


HOSTILE = Hostile(spoil=spoil)
