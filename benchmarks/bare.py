"""What the portal is measured against: a bare ASGI application, one indexed query, the same bytes.

It has what any program has (a pool, prepared statements, binary results) and checks nothing.
"""

import os
from typing import Any

from psycopg_pool import AsyncConnectionPool

QUERY = "SELECT body FROM bench.answers WHERE id = %s"


class Bare:
    def __init__(self, url: str) -> None:
        self._url = url

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        async with self._pool.connection() as conn, conn.cursor(binary=True) as cursor:
            await cursor.execute(QUERY, [int(scope["path"][1:])])
            (body,) = await cursor.fetchone()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        self._pool = AsyncConnectionPool(
            self._url,
            min_size=1,
            max_size=8,
            open=False,
            kwargs={"autocommit": True, "prepare_threshold": 1},
        )
        await self._pool.open(wait=True)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})


def app() -> Bare:
    return Bare(os.environ["MYEDU_DATABASE_URL"])
