"""Makes other ids of subjects for the answers."""

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, with_json


async def spoil(request: Request, good: Good) -> Response:
    return with_json(await good(), _renamed)


def _renamed(value: object) -> None:
    if isinstance(value, dict):
        if isinstance(value.get("subject"), dict):
            value["subject"]["id"] = f"own-{value['subject']['id']}"
        for inner in value.values():
            _renamed(inner)
    elif isinstance(value, list):
        for inner in value:
            _renamed(inner)


HOSTILE = Hostile(spoil=spoil)
