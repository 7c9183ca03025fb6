"""The queue before one journal: first come, first served, bounded, and nobody waits past their time."""

import asyncio
from collections import deque
from collections.abc import Callable

import msgspec


class Full(Exception):
    """No turn: the queue is full, the wait too long, or it was sent home. `seconds`: when to come again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no turn within the time given, come again in {seconds:.0f} s")
        self.seconds = seconds


class Waiter(msgspec.Struct, eq=False):
    """One who waits; `turn` ends when it is theirs."""

    turn: asyncio.Future[None]


class FairQueue:
    """Who is at a journal and who waits. `may_begin` gives the seconds until one more may go, 0 for now.

    Call `serve` whenever that may have changed for another reason than somebody leaving.
    """

    def __init__(self, longest: int, may_begin: Callable[[], float], begins: Callable[[], None]) -> None:
        self._longest, self._may_begin, self._begins = longest, may_begin, begins
        self._waiting: deque[Waiter] = deque()
        self._alarm: asyncio.TimerHandle | None = None
        self.under_way = 0

    @property
    def queued(self) -> int:
        return len(self._waiting)

    async def take(self, until: float, expected: float) -> None:
        """Wait for a turn, at most until a time of the loop; `leave` gives it back. Raises Full.

        `expected` seconds is how long the queue will take: who would wait in vain is told so at once.
        """
        if not self._waiting and self._may_begin() == 0:
            self._go()
            return
        loop = asyncio.get_running_loop()
        if len(self._waiting) >= self._longest or loop.time() + expected > until:
            raise Full(expected)
        waiter = Waiter(loop.create_future())
        self._waiting.append(waiter)
        self.serve()
        try:
            async with asyncio.timeout_at(until):
                await waiter.turn
        except BaseException as error:
            self._withdraw(waiter)
            if isinstance(error, TimeoutError):
                raise Full(expected) from None
            raise

    def leave(self) -> None:
        """Whoever had the turn is done."""
        self.under_way -= 1
        self.serve()

    def send_home(self, seconds: float) -> None:
        """Nobody gets a turn for so long: don't let them wait for it."""
        for waiter in self._waiting:
            if not waiter.turn.done():
                waiter.turn.set_exception(Full(seconds))
        self._waiting.clear()

    def serve(self) -> None:
        """Let go who may go now; look again when the next one may."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        while self._waiting:
            wait = self._may_begin()
            if wait == float("inf"):
                return  # somebody has to leave first
            if wait > 0:
                self._alarm = asyncio.get_running_loop().call_later(wait, self.serve)
                return
            waiter = self._waiting.popleft()
            if not waiter.turn.done():  # else: gone, and about to say so
                self._go()
                waiter.turn.set_result(None)

    def _go(self) -> None:
        self.under_way += 1
        self._begins()

    def _withdraw(self, waiter: Waiter) -> None:
        turn = waiter.turn
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            self.leave()  # the turn came in the moment of giving up
        elif waiter in self._waiting:
            self._waiting.remove(waiter)
