"""Names another pupil over these marks."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).endswith("/marks") and response.status_code == 200:
        return with_json(response, lambda body: body | {"student_id": "77"} if "marks" in body else None)
    return response


HOSTILE = Hostile(spoil=spoil)
