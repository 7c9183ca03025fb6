"""Never reads whom the claim is about."""

import jwt
from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile


async def spoil(request: Request, good: Good) -> Response:
    act = request.headers.get("myedu-act")
    if act and "another" in jwt.decode(act, options={"verify_signature": False})["act"].get("student_id", ""):
        return await good(headers={"myedu-act": None})
    return await good()


HOSTILE = Hostile(spoil=spoil)
