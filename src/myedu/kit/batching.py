"""Requests that wait for the database at the same moment go in one statement.

A request that is alone waits for nobody: a batch is what has gathered while the batches before it ran.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Generic, TypeVar

import psycopg
from psycopg_pool import PoolTimeout

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST = 32
"""Items of a batch: more of them save little more, and a batch answers when its last item is done."""
AT_ONCE = 2
"""Batches under way in a process: while one is in PostgreSQL, the next is made or read here."""
_AT_A_TIME = 4
"""Callers that go on in one turn of the loop: a whole batch of pages would keep everything else waiting."""
WAIT_SECONDS = 5.0
"""The same patience as for a connection of the pool."""
_OF_ONE_ITEM = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.DeadlockDetected)


class Batcher(Generic[Item, Result]):
    """Gives each item to `run` in a batch and returns its result.

    `run` gets items, the first come first, and returns as many results in their order. If it fails by what
    may be the fault of one item, the items are run one by one, so that one fails alone. Raises PoolTimeout
    for an item that has waited too long. A caller that is cancelled leaves the batch of the others as it is.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        *,
        most: int = MOST,
        at_once: int = AT_ONCE,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._run, self._most, self._at_once, self._wait_seconds = run, most, at_once, wait_seconds
        self._waiting: deque[tuple[Item, asyncio.Future[Result], float]] = deque()
        self._workers: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many statements' worth of items wait, the last one perhaps not full."""
        return -(-len(self._waiting) // self._most)

    async def __call__(self, item: Item) -> Result:
        """The result of this item."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, future, loop.time() + self._wait_seconds))
        if len(self._workers) < self._at_once:
            # Of no request: who comes first is not who must wait, or whose trace it is.
            worker = asyncio.create_task(self._work(), context=Context())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        return await future

    async def _work(self) -> None:
        while batch := self._take():
            try:
                await self._run_batch(batch)
            finally:
                for _, future in batch:
                    future.cancel()  # nothing if it is done

    def _take(self) -> list[tuple[Item, asyncio.Future[Result]]]:
        """The next items whose callers still wait."""
        now = asyncio.get_running_loop().time()
        batch: list[tuple[Item, asyncio.Future[Result]]] = []
        while self._waiting and len(batch) < self._most:
            item, future, until = self._waiting.popleft()
            if future.done():
                continue
            if until < now:
                future.set_exception(PoolTimeout("the statements before this one took too long"))
                continue
            batch.append((item, future))
        return batch

    async def _run_batch(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._run([item for item, _ in batch])
        except _OF_ONE_ITEM as error:
            if len(batch) == 1:
                _fail(batch, error)
                return
            for one in batch:
                await self._run_batch([one])
        except Exception as error:
            _fail(batch, error)
        else:
            for place, ((_, future), result) in enumerate(zip(batch, results, strict=True), start=1):
                if not future.done():
                    future.set_result(result)
                if place % _AT_A_TIME == 0:
                    await asyncio.sleep(0)


def _fail(batch: Sequence[tuple[Item, asyncio.Future[Result]]], error: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
