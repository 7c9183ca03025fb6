"""Has one tag a pupil."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_body, with_headers


async def spoil(request: Request, good: Good) -> Response:
    if not path_of(request).endswith("/attendance") or "authorization" not in request.headers:
        return await good()
    response = await good(headers={"if-none-match": None})
    if response.status_code != 200:
        return response
    if '"pupil"' in request.headers.get("if-none-match", ""):
        response = with_body(response, b"")
        response.status_code = 304
    return with_headers(response, etag='"pupil"')


HOSTILE = Hostile(spoil=spoil)
