"""A token bucket for the rate that a journal declares: its refusal (429) would cost both sides a call."""

import math


class RateLimiter:
    """Calls a second to one journal from this process. Without a rate it never makes a call wait.

    `share`: this process's part of the declared rate, as a journal counts the portal and not its workers.
    `max_rate` bounds the rate even where none is declared. Times are seconds of any clock that never goes
    back.
    """

    def __init__(self, share: float, max_rate: float | None = None) -> None:
        self._share, self._max_rate = share, max_rate
        self._rate: float | None = max_rate
        self._tokens, self._filled_at = 0.0, -math.inf

    def set_declared_rate(self, per_second: float | None) -> None:
        """Take over what the journal's capabilities declare now; None: no rate."""
        # A rate of 0 would stop all calls for ever; only the circuit breaker may do that.
        declared = max(per_second * self._share, 0.01) if per_second is not None else None
        rates = [rate for rate in (declared, self._max_rate) if rate is not None]
        self._rate = min(rates, default=None)

    def wait_seconds(self, now: float) -> float:
        """Seconds until a call may begin; 0 if it may now."""
        if self._rate is None:
            return 0.0
        self._fill(now, self._rate)
        return max((1 - self._tokens) / self._rate, 0.0)

    def record_call(self, now: float) -> None:
        """A call begins: it takes a token."""
        if self._rate is not None:
            self._fill(now, self._rate)
            self._tokens -= 1

    def _fill(self, now: float, rate: float) -> None:
        # A second's worth may go at once: a page calls several methods together.
        self._tokens = min(self._tokens + (now - self._filled_at) * rate, max(rate, 1.0))
        self._filled_at = now
