"""One share of a process: a limit that adapts, and a short queue before it."""

import asyncio
from collections import deque
from typing import Literal

Why = Literal["queue-full", "waited"]
_SHRINK, _SHRINK_FAST = 0.8, 0.25  # of the limit, each time the process is found too busy, or far too busy
_FIRST = 4  # the part of the greatest limit with which a process begins
_GROW = 32  # the part of the greatest limit by which it grows again


class Refused(Exception):
    """Come later. `why` is a code for the operator."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Lane:
    """At most `limit` at a time; as many again may wait, in order, for `wait_seconds`.

    A longer queue would let nobody else in: it would only make everyone late.
    """

    def __init__(self, name: str, *, most: int, least: int, wait_seconds: float) -> None:
        self.name = name
        self._most = most
        self._least = min(least, most)
        self.limit = max(self._least, most // _FIRST)  # what a process can do is found from below
        self.under_way = 0
        self._wait_seconds = wait_seconds
        self._queue: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        return len(self._queue)

    async def enter(self) -> None:
        """Take a place; give it back with `leave`. Raises Refused."""
        if self.under_way < self.limit and not self._queue:
            self.under_way += 1
            return
        if len(self._queue) >= self.limit:
            raise Refused("queue-full")
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._queue.append(turn)
        timer = loop.call_later(self._wait_seconds, self._give_up, turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.leave()  # its turn came in the same moment
            else:
                self._forget(turn)
            raise
        finally:
            timer.cancel()

    def leave(self) -> None:
        """Give a place back; whoever waits longest gets it."""
        self.under_way -= 1
        self._admit()

    def adapt(self, pressure: float) -> None:
        """Narrow the lane while the process can't keep up, widen it again when it can.

        `pressure`: how late everything is, above 1 too late. The later, the rarer we are asked, so that a
        lane that narrowed at one pace would be slowest where it matters.
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
            turn = self._queue.popleft()
            if not turn.done():
                self.under_way += 1
                turn.set_result(None)

    def _give_up(self, turn: "asyncio.Future[None]") -> None:
        if not turn.done():
            self._forget(turn)
            turn.set_exception(Refused("waited"))

    def _forget(self, turn: "asyncio.Future[None]") -> None:
        if turn in self._queue:
            self._queue.remove(turn)
