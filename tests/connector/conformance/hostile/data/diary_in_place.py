"""Lists all marks at the end."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of, with_json


async def spoil(request: Request, good: Good) -> Response:
    def change(answer: dict) -> None:
        if path_of(request).endswith("/diary") and "lessons" in answer:
            answer["marks"] = [mark for entry in answer["lessons"] for mark in entry.pop("marks", [])]

    return with_json(await good(), change)


HOSTILE = Hostile(spoil=spoil)
