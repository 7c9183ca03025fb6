"""How often a client may call: a bucket a client, filled at the declared rate."""

from myedu.connector.sdk.http import seconds_until
from myedu.contract.problems import ContractError, problem
from myedu.kit.clock import Clock


class Rate:
    """Counts in one process: where N of them serve, declare a rate that can be served N times over.

    The rate comes with every call: a system may change what it declares.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}  # client → calls left, at which time

    def take(self, client_id: str, per_second: float | None) -> None:
        """One call. Raises ContractError(too-many-requests) with the seconds to wait."""
        if per_second is None:
            return
        now = self._clock.now().timestamp()
        # one second's worth may come at once: a page asks several methods together
        full = max(1.0, per_second)
        left, at = self._buckets.get(client_id, (full, now))
        left = min(full, left + (now - at) * per_second)
        self._buckets[client_id] = (max(left - 1, 0) if left >= 1 else left, now)
        if left < 1:
            detail = f"at most {per_second:g} requests a second are served"
            wait = seconds_until((1 - left) / per_second)
            raise ContractError(problem("too-many-requests", detail=detail), retry_after=wait)
