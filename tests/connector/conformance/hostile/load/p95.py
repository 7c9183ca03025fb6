"""Answers slowly under load."""

import asyncio
from collections import Counter

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostile.load.no_errors import is_plain
from tests.connector.conformance.hostiles import Good, Hostile

_asked: Counter[str] = Counter()


async def spoil(request: Request, good: Good) -> Response:
    if is_plain(request):
        _asked[str(request.url)] += 1
        if _asked[str(request.url)] > 2:
            await asyncio.sleep(1.3)
    return await good()


HOSTILE = Hostile(spoil=spoil)
