"""The queue before one journal: first come, first served, of bounded length, no wait past a deadline."""

import asyncio
from collections import deque
from collections.abc import Callable

import msgspec


class QueueRejected(Exception):
    """No place: the queue is full, the wait would be too long, or all waiting callers were rejected.

    `retry_after`: seconds after which to try again.
    """

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"no place in the queue: try again in {retry_after:.0f} s")
        self.retry_after = retry_after


class Waiter(msgspec.Struct, eq=False):
    """A caller in the queue; `admitted` is done when its call may begin."""

    admitted: asyncio.Future[None]


class FairQueue:
    """Callers whose calls are under way, and those that wait.

    `wait_seconds` gives the seconds until one more call may begin: 0 for now, infinity if one must end first.
    Call `serve` whenever that may have changed for another reason than `release`. `on_begin` is called for
    every call that begins.
    """

    def __init__(
        self, max_length: int, wait_seconds: Callable[[], float], on_begin: Callable[[], None]
    ) -> None:
        self._max_length, self._wait_seconds, self._on_begin = max_length, wait_seconds, on_begin
        self._waiting: deque[Waiter] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self.under_way = 0

    @property
    def queued(self) -> int:
        """How many callers wait."""
        return len(self._waiting)

    async def acquire(self, deadline: float, expected_seconds: float) -> None:
        """Wait until the caller's call may begin; `release` must follow. Raises QueueRejected.

        `deadline`: a time of the loop. `expected_seconds`: how long the queue will take; if that is past the
        deadline, the caller is rejected at once.
        """
        if not self._waiting and self._wait_seconds() == 0:
            self._begin()
            return
        loop = asyncio.get_running_loop()
        if len(self._waiting) >= self._max_length or loop.time() + expected_seconds > deadline:
            raise QueueRejected(expected_seconds)
        waiter = Waiter(loop.create_future())
        self._waiting.append(waiter)
        self.serve()
        try:
            async with asyncio.timeout_at(deadline):
                await waiter.admitted
        except BaseException as error:
            self._withdraw(waiter)
            if isinstance(error, TimeoutError):
                raise QueueRejected(expected_seconds) from None
            raise

    def release(self) -> None:
        """A call has ended."""
        self.under_way -= 1
        self.serve()

    def reject_all(self, retry_after: float) -> None:
        """Reject all waiting callers: no call may begin for so many seconds."""
        for waiter in self._waiting:
            if not waiter.admitted.done():
                waiter.admitted.set_exception(QueueRejected(retry_after))
        self._waiting.clear()

    def serve(self) -> None:
        """Admit the callers whose calls may begin now; set a timer for the next one."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiting:
            wait = self._wait_seconds()
            if wait == float("inf"):
                return  # a call has to end first
            if wait > 0:
                self._timer = asyncio.get_running_loop().call_later(wait, self.serve)
                return
            waiter = self._waiting.popleft()
            if not waiter.admitted.done():  # else: it has given up and is about to withdraw
                self._begin()
                waiter.admitted.set_result(None)

    def _begin(self) -> None:
        self.under_way += 1
        self._on_begin()

    def _withdraw(self, waiter: Waiter) -> None:
        admitted = waiter.admitted
        if admitted.done() and not admitted.cancelled() and admitted.exception() is None:
            self.release()  # it was admitted in the moment of giving up
        elif waiter in self._waiting:
            self._waiting.remove(waiter)
