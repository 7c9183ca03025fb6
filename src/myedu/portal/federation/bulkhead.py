"""What stands between the portal and one journal, so that its death is nobody else's.

Its own limit of calls, its own queue, its own breaker. Every call that a page waits for goes through here.
The pool of connections is the client's (connector/sdk/clients.py).
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

from myedu.connector.sdk.client import JournalError, JournalSilent
from myedu.portal.federation.breaker import Breaker
from myedu.portal.federation.concurrency_limiter import ConcurrencyLimiter
from myedu.portal.federation.fair_queue import FairQueue, Full
from myedu.portal.federation.models import BUSY, RESTING, Bounds
from myedu.portal.federation.rate_limiter import RateLimiter
from myedu.portal.federation.retry import RetryBudget, pause_before_retry
from myedu.portal.federation.telemetry import BulkheadState, JournalTelemetry

T = TypeVar("T")

Call = Callable[[float], Awaitable[T]]
"""One call to the journal, within so many seconds; raises JournalError."""

_LEAST_SECONDS = 0.03  # with less a call would end by our impatience, and count as the journal's illness
_log = logging.getLogger(__name__)


class NotAsked(JournalError):
    """The journal was spared. Reasons: busy, resting; `retry_after` seconds, come again."""

    def __init__(self, reason: str, sentence: str, retry_after: float) -> None:
        super().__init__(reason, sentence)
        self.retry_after = retry_after


class Bulkhead:
    """One journal's. `time` is seconds of a clock that never goes back: the running loop's."""

    def __init__(
        self, system_id: str, bounds: Bounds, telemetry: JournalTelemetry, time: Callable[[], float]
    ) -> None:
        self._system_id, self._bounds, self._telemetry, self._time = system_id, bounds, telemetry, time
        self._limiter = ConcurrencyLimiter(
            least=bounds.calls_least, start=bounds.calls_start, most=bounds.calls_most
        )
        self._pace = RateLimiter(bounds.share, bounds.rate)
        self._breaker = Breaker(bounds)
        self._turns = FairQueue(bounds.queue, self._wait, lambda: self._pace.take(self._time()))
        self._retries = RetryBudget()
        self._not_before = -math.inf  # the journal said so
        telemetry.watch(system_id, self.state)

    def declare(self, calls_per_second: float | None) -> None:
        """Keep to the rate that the journal declares for the portal; None: it declares none."""
        self._pace.declare(calls_per_second)

    def state(self) -> BulkheadState:
        """For whoever looks from outside."""
        now = self._time()
        resting = now < self._not_before
        return BulkheadState(
            breaker="open" if resting else self._breaker.state(now),
            limit=self._limiter.limit,
            under_way=self._turns.under_way,
            queued=self._turns.queued,
        )

    def rest(self) -> float:
        """Seconds for which the journal is left alone; 0 where it may be asked."""
        now = self._time()
        return max(self._not_before - now, self._breaker.rest(now), 0.0)

    async def call(self, method: str, call: Call[T], until: float) -> T:
        """Make a call when it is its turn, a second time where that may help. Raises JournalError.

        `until`: a time of the loop by which all must be over.
        """
        self._retries.called()
        try:
            return await self._once(method, call, until)
        except JournalError as error:
            pause = pause_before_retry(error, until - self._time(), self._limiter.seconds)
            if pause is None or not self._may_retry():
                raise
        await asyncio.sleep(pause)
        return await self._once(method, call, until)

    def _may_retry(self) -> bool:
        """Not while others wait for their first try, nor while it is ill."""
        healthy = self._breaker.state(self._time()) == "closed" and not self.rest()
        return healthy and not self._turns.queued and self._retries.take()

    async def _once(self, method: str, call: Call[T], until: float) -> T:
        self._spare_it_while_resting()
        try:
            await self._turns.take(min(until, self._time() + self._bounds.queue_seconds), self._expected())
        except Full as full:
            if self.rest():
                raise self._resting() from None
            raise NotAsked(BUSY, "too many ask it already", max(full.seconds, 1.0)) from None
        try:
            return await self._made(method, call, until)
        finally:
            self._turns.leave()

    async def _made(self, method: str, call: Call[T], until: float) -> T:
        # Here and not before the queue: the breaker may have opened, or a probe gone, meanwhile.
        self._spare_it_while_resting()
        began = self._time()
        if until - began < _LEAST_SECONDS:
            raise NotAsked(BUSY, "no time is left to ask it", 1.0)
        ticket = self._breaker.admit(began)
        if ticket is None:
            raise self._resting()
        try:
            with self._telemetry.span("journal", system=self._system_id, method=method):
                answer = await call(until - began)
        except JournalError as error:
            self._failed(method, error, ticket, began)
            raise
        except BaseException:
            self._breaker.gave_up(ticket)
            raise
        self._answered(method, ticket, began, reason=None)
        return answer

    def _answered(self, method: str, ticket: int, began: float, *, reason: str | None) -> None:
        now, was = self._time(), self._breaker.state(self._time())
        self._telemetry.called(self._system_id, method, reason=reason, seconds=now - began)
        self._limiter.answered(method, began=began, ended=now, under_way=self._turns.under_way)
        self._breaker.well(ticket, now)
        if was != "closed" and self._breaker.state(now) == "closed":
            _log.warning("journal is well again: system=%s", self._system_id)

    def _failed(self, method: str, error: JournalError, ticket: int, began: float) -> None:
        wait = error.retry_after if isinstance(error, JournalSilent) else None
        if not _is_ill(error):
            self._answered(method, ticket, began, reason=error.reason)
            return
        now = self._time()
        self._telemetry.called(self._system_id, method, reason=error.reason, seconds=now - began)
        self._limiter.overloaded(began=began, ended=now)
        if wait:
            self._not_before = max(self._not_before, now + wait)
            self._breaker.gave_up(ticket)  # it speaks for itself: no guess of ours is needed
            self._leave_alone(error.reason)
        elif self._breaker.ill(ticket, now):
            self._leave_alone(error.reason)

    def _leave_alone(self, reason: str) -> None:
        seconds = self.rest()
        _log.warning(
            "journal is left alone: system=%s reason=%s seconds=%.1f waiting=%d",
            self._system_id,
            reason,
            seconds,
            self._turns.queued,
        )
        self._turns.send_home(seconds)

    def _spare_it_while_resting(self) -> None:
        if self.rest():
            raise self._resting()

    def _resting(self) -> NotAsked:
        # While a probe is under way there is no pause to name: its answer is a call away.
        return NotAsked(RESTING, "it is left alone until it is well", max(self.rest(), 1.0))

    def _wait(self) -> float:
        """Seconds until one more call may begin; infinite where one must end first."""
        if self._turns.under_way >= self._limiter.limit:
            return math.inf
        return self._pace.wait(self._time())

    def _expected(self) -> float:
        """Seconds that the queue will take, by how long calls take now."""
        return self._turns.queued / self._limiter.limit * self._limiter.seconds


def _is_ill(error: JournalError) -> bool:
    """True for what says that the system, and not this question, is in trouble."""
    return isinstance(error, JournalSilent) or error.reason == "certificate"
