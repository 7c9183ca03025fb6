"""Keeps the student in a variable that all requests share."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of

_shared: list[str] = []
_CONCURRENT = 8


async def spoil(request: Request, good: Good) -> Response:
    if not path_of(request).endswith("/schedule"):
        return await good()
    own = request.scope["raw_path"].decode().removeprefix(request.scope.get("root_path", ""))
    _shared.append(own)
    await asyncio.sleep(0.02)
    answered = _shared[-1] if len(_shared) >= _CONCURRENT else own
    answer = await good(path=answered)
    _shared.remove(own)
    return answer


HOSTILE = Hostile(spoil=spoil)
