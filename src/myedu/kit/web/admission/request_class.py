"""A share of a process's capacity: an adaptive concurrency limit with a short queue before it."""

import asyncio
from collections import deque
from typing import Literal

import msgspec

Why = Literal["queue-full", "waited"]
_SHRINK, _SHRINK_FAST = 0.8, 0.25  # of the limit, each time the process is found too busy, or far too busy
_FIRST = 4  # the limit begins at this fraction of its maximum
_GROW = 32  # and grows back by this fraction of it


class RequestClassSpec(msgspec.Struct, frozen=True):
    """Which paths belong to a class, and its share of the process's capacity.

    `paths` are whole, `prefixes` beginnings; with neither it takes every path.
    """

    name: str
    share: float
    paths: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()

    def has(self, path: str) -> bool:
        """Whether a path belongs to the class."""
        if not self.paths and not self.prefixes:
            return True
        return path in self.paths or path.startswith(self.prefixes)


class Overloaded(Exception):
    """No capacity; come later. `why` is a code for the operator."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class RequestClass:
    """At most `limit` requests at a time; as many again may wait, in order, for `wait_seconds`.

    A longer queue would admit no more: it would only make every request late.
    """

    def __init__(self, spec: RequestClassSpec, *, most: int, least: int, wait_seconds: float) -> None:
        self.name = spec.name
        self.has = spec.has
        self._most = most
        self._least = min(least, most)
        self.limit = max(self._least, most // _FIRST)  # what a process can do is found from below
        self.under_way = 0
        self._wait_seconds = wait_seconds
        self._queue: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._queue)

    async def enter(self) -> None:
        """Take a slot; give it back with `leave`. Raises Overloaded."""
        if self.under_way < self.limit and not self._queue:
            self.under_way += 1
            return
        if len(self._queue) >= self.limit:
            raise Overloaded("queue-full")
        loop = asyncio.get_running_loop()
        slot: asyncio.Future[None] = loop.create_future()
        self._queue.append(slot)
        timer = loop.call_later(self._wait_seconds, self._give_up, slot)
        try:
            await slot
        except asyncio.CancelledError:
            if slot.done() and not slot.cancelled() and slot.exception() is None:
                self.leave()  # the slot was given in the same moment
            else:
                self._forget(slot)
            raise
        finally:
            timer.cancel()

    def leave(self) -> None:
        """Give a slot back; the longest waiting request gets it."""
        self.under_way -= 1
        self._admit()

    def adapt(self, pressure: float) -> None:
        """Lower the limit while the process can't keep up, raise it again when it can.

        `pressure`: how late everything is, above 1 too late. The later the process, the rarer it is asked to
        adapt: shrinking by a fixed step would be slowest where it matters.
        """
        if pressure > 1:
            if self.under_way * 2 > self.limit:
                share = max(_SHRINK_FAST, min(_SHRINK, 1 / pressure))
                self.limit = max(self._least, int(self.limit * share))
        elif self.limit < self._most and self.under_way * 2 > self.limit:
            self.limit = min(self._most, self.limit + max(1, self._most // _GROW))
            self._admit()

    def _admit(self) -> None:
        while self._queue and self.under_way < self.limit:
            slot = self._queue.popleft()
            if not slot.done():
                self.under_way += 1
                slot.set_result(None)

    def _give_up(self, slot: "asyncio.Future[None]") -> None:
        if not slot.done():
            self._forget(slot)
            slot.set_exception(Overloaded("waited"))

    def _forget(self, slot: "asyncio.Future[None]") -> None:
        if slot in self._queue:
            self._queue.remove(slot)
