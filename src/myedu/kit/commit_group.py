"""Many small transactions, one wait for the disk.

A commit that others rely on must be on disk before its answer goes out. Each commit that waits alone keeps a
connection of the pool busy for as long as the disk takes. So transactions that run at the same time commit
without the wait, give their connections back, and wait together for one later commit: PostgreSQL writes its
log in order, so what was committed before is on disk (and on a synchronous standby) when that one is.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

from myedu.kit.db import Database, execute
from myedu.kit.sql import Query

T = TypeVar("T")

Waits = Literal["on", "off"]
"""A value for PostgreSQL's `synchronous_commit`."""

_FEW = 2
"""So many at a time wait for their own commits: that is one round trip less, and leaves connections free."""

# A commit of its own, which writes something: one that writes nothing waits for nothing.
_FLUSH = Query(
    "flush_log",
    "Wait until all that was committed before is on disk.",
    "SELECT pg_logical_emit_message(true, 'myedu', '')",
)


class CommitGroup:
    """The transactions of one kind in one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._running = 0
        self._turn = asyncio.Lock()
        self._next: asyncio.Task[None] | None = None

    async def run(self, transaction: Callable[[Waits], Awaitable[T]]) -> T:
        """Run a transaction that sets `synchronous_commit` to the given value for itself; its result.

        Returns when what it has committed can't be lost any more. Raises what the transaction raises, and
        psycopg's errors if that could not be made sure of.
        """
        self._running += 1
        try:
            if self._running <= _FEW:
                return await transaction("on")
            result = await transaction("off")
            await self._flushed()
            return result
        finally:
            self._running -= 1

    async def _flushed(self) -> None:
        """A flush that runs already may have begun before this commit: the next one counts."""
        if self._next is None:
            self._next = asyncio.create_task(self._flush())
        await asyncio.shield(self._next)  # one who gives up doesn't take it away from the others

    async def _flush(self) -> None:
        async with self._turn:
            self._next = None
            async with self._database.connection() as conn:
                await execute(conn, _FLUSH)
