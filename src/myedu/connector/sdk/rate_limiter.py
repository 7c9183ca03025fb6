"""Limits how often a client may call: one token bucket for each client, filled at the declared rate."""

from myedu.connector.sdk.http_semantics import seconds_until
from myedu.contract.problems import ContractError, problem
from myedu.kit.clock import Clock


class RateLimiter:
    """Counts in one process: if N processes serve, the system must sustain N times the declared rate.

    The rate comes with every call, because a system may change what it declares.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}  # client → calls left, at which time

    def take(self, client_id: str, per_second: float | None) -> None:
        """Count one call; `per_second` None: no limit.

        Raises ContractError(too-many-requests) with Retry-After.
        """
        if per_second is None:
            return
        now = self._clock.now().timestamp()
        # the calls of one second may come at once: a page calls several methods together
        full = max(1.0, per_second)
        left, at = self._buckets.get(client_id, (full, now))
        left = min(full, left + (now - at) * per_second)
        self._buckets[client_id] = (max(left - 1, 0) if left >= 1 else left, now)
        if left < 1:
            detail = f"at most {per_second:g} requests a second are served"
            wait = seconds_until((1 - left) / per_second)
            raise ContractError(problem("too-many-requests", detail=detail), retry_after=wait)
