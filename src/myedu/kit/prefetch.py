"""Items made in a thread while the items before them are used."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class _End:
    """After the last item."""


class Prefetch(Generic[T]):
    """The items of an iterator, at most `most` of them made before they are asked for; it begins at once."""

    def __init__(self, items: Iterator[T], *, most: int) -> None:
        self._queue: asyncio.Queue[T | _End] = asyncio.Queue()
        # Taken before an item is made, so that no more than these are held here.
        self._room = asyncio.Semaphore(most)
        self._wanted = True
        self._making = asyncio.create_task(self._make(items))

    async def _make(self, items: Iterator[T]) -> None:
        end = _End()
        try:
            while await self._room.acquire() and self._wanted:
                if isinstance(item := await asyncio.to_thread(next, items, end), _End):
                    return
                self._queue.put_nowait(item)
        finally:
            self._queue.put_nowait(end)

    async def __aiter__(self) -> AsyncIterator[T]:
        """The items, once. An exception of the iterator is raised after the items before it."""
        try:
            while not isinstance(item := await self._queue.get(), _End):
                self._room.release()
                yield item
            await self._making
        finally:
            await self.aclose()

    async def aclose(self) -> None:
        """Make no more.

        A thread can't be stopped: it is waited for, so that its file is closed at the end.
        """
        self._wanted = False
        self._room.release()
        await asyncio.wait([self._making])
        if not self._making.cancelled():
            self._making.exception()  # raised to the reader already, or there is no reader any more
