"""Numbers its answers."""

from itertools import count

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_headers

numbers = count()


async def spoil(request: Request, good: Good) -> Response:
    if not path_of(request).endswith("/marks"):
        return await good()
    sent = request.headers.get("if-none-match")
    response = await good(headers={"if-none-match": sent and sent.rpartition("-")[0] + '"'})
    tag = response.headers.get("etag")
    return with_headers(response, etag=f'{tag[:-1]}-{next(numbers)}"') if tag else response


HOSTILE = Hostile(spoil=spoil)
