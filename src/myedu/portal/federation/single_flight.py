"""Single flight: equal calls at the same time share one result, as Go's singleflight does."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class SingleFlight:
    """The calls under way in this process, by key. Equal keys must have results of equal types.

    A caller that stops waiting doesn't stop the call: it ends for the others, and for what it leaves behind.
    """

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[Any]] = {}

    async def run(self, key: Hashable, start: Callable[[], Coroutine[Any, Any, T]], wait_seconds: float) -> T:
        """The result of the call `key`, which the first caller starts.

        Raises TimeoutError after `wait_seconds`, and what the call raised.
        """
        call: asyncio.Task[T] | None = self._under_way.get(key)
        if call is None:
            call = self._under_way[key] = asyncio.create_task(start())
            call.add_done_callback(lambda _: self._under_way.pop(key, None))
        # Not wait_for: that would cancel the call for all callers when one of them has waited long enough.
        done, _ = await asyncio.wait({call}, timeout=wait_seconds)
        if not done:
            raise TimeoutError
        return call.result()

    async def close(self) -> None:
        """Cancel what is still under way, at the program's end."""
        calls = list(self._under_way.values())
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
