"""Answers slowly to whoever asks often."""

import asyncio
import time
from collections import defaultdict

from starlette.requests import Request
from starlette.responses import Response

from tests.connector.conformance.hostile.load.no_errors import is_plain
from tests.connector.conformance.hostiles import Good, Hostile

_recent: defaultdict[str, list[float]] = defaultdict(list)


async def spoil(request: Request, good: Good) -> Response:
    now, asked = time.monotonic(), _recent[str(request.url)]
    if is_plain(request):
        asked[:] = [at for at in asked if now - at < 1] + [now]
        if len(asked) > 2:
            await asyncio.sleep(1.3)
    return await good()


HOSTILE = Hostile(spoil=spoil)
