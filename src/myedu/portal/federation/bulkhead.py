"""What stands between the portal and one journal, so that its outage affects no other journal's families.

Its own limit of calls, its own queue, its own circuit breaker. Every call that a page waits for goes through
here. The pool of connections is the client's (connector/sdk/clients.py).
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

from myedu.connector.sdk.client import JournalError, JournalSilent
from myedu.connector.sdk.exchange_trace import ExchangeTrace, traced_exchanges
from myedu.portal.federation.circuit_breaker import CircuitBreaker
from myedu.portal.federation.concurrency_limiter import ConcurrencyLimiter
from myedu.portal.federation.fair_queue import FairQueue, QueueRejected
from myedu.portal.federation.models import BUSY, RESTING, BulkheadLimits
from myedu.portal.federation.rate_limiter import RateLimiter
from myedu.portal.federation.retry import RetryBudget, pause_before_retry
from myedu.portal.federation.telemetry import BulkheadState, JournalTelemetry

T = TypeVar("T")

Call = Callable[[float], Awaitable[T]]
"""One call to the journal, within so many seconds; raises JournalError."""

_MIN_CALL_SECONDS = 0.03  # with less a call would end by our own timeout, and count as the journal's failure
_log = logging.getLogger(__name__)


class CallNotPermitted(JournalError):
    """The journal wasn't called. Reasons: busy, resting. `retry_after`: seconds after which to try again."""

    def __init__(self, reason: str, sentence: str, retry_after: float) -> None:
        super().__init__(reason, sentence)
        self.retry_after = retry_after


class Bulkhead:
    """The bulkhead of one journal. `time` gives seconds of the running loop's clock."""

    def __init__(
        self, system_id: str, limits: BulkheadLimits, telemetry: JournalTelemetry, time: Callable[[], float]
    ) -> None:
        self._system_id, self._limits, self._telemetry, self._time = system_id, limits, telemetry, time
        self._concurrency = ConcurrencyLimiter(
            minimum=limits.calls_least, initial=limits.calls_start, maximum=limits.calls_most
        )
        self._rate = RateLimiter(limits.share, limits.rate)
        self._breaker = CircuitBreaker(limits)
        self._queue = FairQueue(
            limits.queue, self._wait_seconds, lambda: self._rate.record_call(self._time())
        )
        self._retries = RetryBudget()
        self._not_before = -math.inf  # by the journal's Retry-After
        telemetry.watch(system_id, self.state)

    def set_declared_rate(self, calls_per_second: float | None) -> None:
        """Keep to the rate that the journal declares for the portal; None: it declares none."""
        self._rate.set_declared_rate(calls_per_second)

    def state(self) -> BulkheadState:
        """The state now, for metrics."""
        now = self._time()
        paused = now < self._not_before
        return BulkheadState(
            breaker="open" if paused else self._breaker.state(now),
            limit=self._concurrency.limit,
            under_way=self._queue.under_way,
            queued=self._queue.queued,
        )

    def pause_left(self) -> float:
        """Seconds for which the journal isn't called; 0 if it may be called now."""
        now = self._time()
        return max(self._not_before - now, self._breaker.pause_left(now), 0.0)

    def wake(self) -> None:
        """End the pause, whoever asked for it; the next failure counts as the first."""
        self._not_before = -math.inf
        self._breaker.reset()

    async def call(self, method: str, call: Call[T], deadline: float) -> T:
        """Make a call in its turn, and once more where a retry may help. Raises JournalError.

        `deadline`: a time of the loop by which all must have ended.
        """
        self._retries.record_call()
        try:
            return await self._queued(method, call, deadline)
        except JournalError as error:
            pause = pause_before_retry(error, deadline - self._time(), self._concurrency.typical_seconds)
            if pause is None or not self._may_retry():
                raise
        await asyncio.sleep(pause)
        return await self._queued(method, call, deadline)

    def _may_retry(self) -> bool:
        """Not while others wait for their first call, nor while the journal fails."""
        healthy = self._breaker.state(self._time()) == "closed" and not self.pause_left()
        return healthy and not self._queue.queued and self._retries.take()

    async def _queued(self, method: str, call: Call[T], deadline: float) -> T:
        self._reject_while_paused()
        queue_deadline = min(deadline, self._time() + self._limits.queue_seconds)
        try:
            await self._queue.acquire(queue_deadline, self._expected_wait())
        except QueueRejected as rejected:
            if self.pause_left():
                raise self._resting() from None
            raise CallNotPermitted(
                BUSY, "too many calls wait for it already", max(rejected.retry_after, 1.0)
            ) from None
        try:
            return await self._made(method, call, deadline)
        finally:
            self._queue.release()

    async def _made(self, method: str, call: Call[T], deadline: float) -> T:
        # Here and not before the queue: the breaker may have opened, or a probe begun, meanwhile.
        self._reject_while_paused()
        began = self._time()
        if deadline - began < _MIN_CALL_SECONDS:
            raise CallNotPermitted(BUSY, "no time is left for a call", 1.0)
        permit = self._breaker.admit(began)
        if permit is None:
            raise self._resting()
        with traced_exchanges() as trace:
            try:
                with self._telemetry.span("journal", system=self._system_id, method=method):
                    answer = await call(deadline - began)
            except JournalError as error:
                self._record_error(method, error, permit, began, trace)
                raise
            except BaseException:
                self._breaker.record_cancelled(permit)
                raise
        self._record_answer(method, permit, began, trace, None)
        return answer

    def _record_answer(
        self, method: str, permit: int, began: float, trace: ExchangeTrace, error: JournalError | None
    ) -> None:
        now, before = self._time(), self._breaker.state(self._time())
        self._record_call(method, error, now - began, trace)
        self._concurrency.record_answer(method, began=began, ended=now, under_way=self._queue.under_way)
        self._breaker.record_success(permit, now)
        if before != "closed" and self._breaker.state(now) == "closed":
            _log.warning("journal has recovered: system=%s", self._system_id)

    def _record_error(
        self, method: str, error: JournalError, permit: int, began: float, trace: ExchangeTrace
    ) -> None:
        if not _is_system_failure(error):
            self._record_answer(method, permit, began, trace, error)
            return
        now = self._time()
        self._record_call(method, error, now - began, trace)
        self._concurrency.record_overload(began=began, ended=now)
        retry_after = error.retry_after if isinstance(error, JournalSilent) else None
        if retry_after:
            self._not_before = max(self._not_before, now + retry_after)
            self._breaker.record_cancelled(permit)  # the journal itself says how long: no guess is needed
            self._begin_pause(error.reason)
        elif self._breaker.record_failure(permit, now):
            self._begin_pause(error.reason)

    def _record_call(
        self, method: str, error: JournalError | None, seconds: float, trace: ExchangeTrace
    ) -> None:
        self._telemetry.record_call(
            self._system_id,
            method,
            reason=error.reason if error else None,
            seconds=seconds,
            trace=trace,
            sentence=error.sentence if error else "",
        )

    def _begin_pause(self, reason: str) -> None:
        seconds = self.pause_left()
        _log.warning(
            "journal is left alone: system=%s reason=%s seconds=%.1f waiting=%d",
            self._system_id,
            reason,
            seconds,
            self._queue.queued,
        )
        self._queue.reject_all(seconds)

    def _reject_while_paused(self) -> None:
        if self.pause_left():
            raise self._resting()

    def _resting(self) -> CallNotPermitted:
        # While a probe is under way there is no pause to name: its answer is a call away.
        return CallNotPermitted(
            RESTING, "it isn't called until it has recovered", max(self.pause_left(), 1.0)
        )

    def _wait_seconds(self) -> float:
        """Seconds until one more call may begin; infinite if one must end first."""
        if self._queue.under_way >= self._concurrency.limit:
            return math.inf
        return self._rate.wait_seconds(self._time())

    def _expected_wait(self) -> float:
        """Seconds that the queue will take, by how long calls take now."""
        return self._queue.queued / self._concurrency.limit * self._concurrency.typical_seconds


def _is_system_failure(error: JournalError) -> bool:
    """True for an error that shows that the system, and not only this query, is in trouble."""
    return isinstance(error, JournalSilent) or error.reason == "certificate"
