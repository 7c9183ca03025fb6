"""Records claims with any signature."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, wrongly_signed


async def spoil(request: Request, good: Good) -> Response:
    act = request.headers.get("myedu-act")
    return (
        await good(headers={"myedu-act": None}) if act and wrongly_signed(act, good.portal) else await good()
    )


HOSTILE = Hostile(spoil=spoil)
