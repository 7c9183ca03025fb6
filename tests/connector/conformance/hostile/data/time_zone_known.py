"""Names the zone its own way."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, with_json


async def spoil(request: Request, good: Good) -> Response:
    def change(answer: dict) -> None:
        if "lessons" in answer:
            answer["time_zone"] = "MSK+7"

    return with_json(await good(), change)


HOSTILE = Hostile(spoil=spoil)
