"""One flight for equal questions: who asks the same at the same time waits for one answer."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

A = TypeVar("A")


class SingleFlight(Generic[A]):
    """The questions under way in this process. A passenger may leave; the flight lands all the same."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[A]] = {}

    async def join(
        self, key: Hashable, start: Callable[[], Coroutine[Any, Any, A]], wait_seconds: float
    ) -> A:
        """The answer of the flight `key`, started by who comes first; TimeoutError after `wait_seconds`."""
        flight = self._under_way.get(key)
        if flight is None:
            flight = self._under_way[key] = asyncio.create_task(start())
            flight.add_done_callback(lambda _: self._under_way.pop(key, None))
        # Not wait_for: that would cancel the flight for everybody when one passenger's patience ends.
        done, _ = await asyncio.wait({flight}, timeout=wait_seconds)
        if not done:
            raise TimeoutError
        return flight.result()

    async def close(self) -> None:
        """Cancel what is still under way, at the program's end."""
        flights = list(self._under_way.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
