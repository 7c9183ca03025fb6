"""A share of a process's capacity: an adaptive concurrency limit with a short queue before it."""

import asyncio
from collections import deque
from typing import Literal

import msgspec

Why = Literal["queue-full", "waited"]
_SHRINK, _SHRINK_FAST = 0.8, 0.25  # what stays of the limit if the process is too busy, or far too busy
_FIRST = 4  # the limit begins at its maximum divided by this
_GROW = 32  # and grows by its maximum divided by this


class RequestClassSpec(msgspec.Struct, frozen=True):
    """Which paths belong to a class, and its share of the process's capacity.

    `share`: 0 to 1; the shares of all classes need not add up to 1. With neither `paths` (whole) nor
    `prefixes` it takes every path; with `methods` only requests of these. `is_streamed`: the handler reads
    the body piece by piece, and asks who sends it before that.
    """

    name: str
    share: float
    paths: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    is_streamed: bool = False

    def has(self, method: str, path: str) -> bool:
        """Whether a request belongs to the class."""
        if self.methods and method not in self.methods:
            return False
        if not self.paths and not self.prefixes:
            return True
        return path in self.paths or path.startswith(self.prefixes)


class Overloaded(Exception):
    """The class has no capacity left. `why`: a code for metrics."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class RequestClass:
    """At most `limit` requests at a time; as many again may wait in a queue, for `wait_seconds`.

    A longer queue would admit no more requests: it would only delay all.
    """

    def __init__(self, spec: RequestClassSpec, *, most: int, least: int, wait_seconds: float) -> None:
        """`most`, `least`: bounds of the limit, in requests."""
        self.name = spec.name
        self.has = spec.has
        self.is_streamed = spec.is_streamed
        self._most = most
        self._least = min(least, most)
        self.limit = max(self._least, most // _FIRST)  # it grows until it finds what the process can do
        self.under_way = 0
        self._wait_seconds = wait_seconds
        self._queue: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return len(self._queue)

    async def enter(self) -> None:
        """Take a slot, which `leave` gives back. Raises Overloaded."""
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
                self.leave()  # the request got its slot at the same moment
            else:
                self._forget(slot)
            raise
        finally:
            timer.cancel()

    def leave(self) -> None:
        """Give a slot back; the request that has waited longest gets it."""
        self.under_way -= 1
        self._admit()

    def adapt(self, pressure: float) -> None:
        """Lower the limit while the process can't keep up, raise it again when it can.

        `pressure`: how late the process is; above 1 it is too late. The later it is, the less often this is
        called, so the step grows with the pressure.
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
