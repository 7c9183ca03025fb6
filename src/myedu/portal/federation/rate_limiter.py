"""The rate that a journal declares, kept by ourselves: its 429 would cost it and us a call."""

import math


class RateLimiter:
    """Calls a second of one journal from this process. No rate, no waiting.

    `share` is this process's part of the declared rate: a journal counts the portal, not its workers.
    `most` bounds the rate even where none is declared.
    """

    def __init__(self, share: float, most: float | None = None) -> None:
        self._share, self._most = share, most
        self._rate: float | None = most
        self._left, self._at = 0.0, -math.inf

    def declare(self, per_second: float | None) -> None:
        """What the journal's capabilities say now."""
        # a rate of nothing would close the journal for ever; its breaker is who may do that
        declared = max(per_second * self._share, 0.01) if per_second is not None else None
        rates = [rate for rate in (declared, self._most) if rate is not None]
        self._rate = min(rates, default=None)

    def wait(self, now: float) -> float:
        """Seconds until a call may begin; 0 where it may now."""
        if self._rate is None:
            return 0.0
        self._fill(now, self._rate)
        return max((1 - self._left) / self._rate, 0.0)

    def take(self, now: float) -> None:
        """A call begins."""
        if self._rate is not None:
            self._fill(now, self._rate)
            self._left -= 1

    def _fill(self, now: float, rate: float) -> None:
        # a second's worth may go at once: a page asks several methods together
        self._left = min(self._left + (now - self._at) * rate, max(rate, 1.0))
        self._at = now
