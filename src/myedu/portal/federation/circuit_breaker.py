"""The circuit breaker before one journal: it stops the calls to a failing system, then lets one through.

A state machine without a clock and without waiting: its caller gives the time.
"""

import math
import random
from collections import deque
from collections.abc import Callable
from typing import Literal

from myedu.portal.federation.models import BulkheadLimits

BreakerState = Literal["closed", "half-open", "open"]

_PROBES = 2
"""Good answers in a row that close it: one may have come from the one healthy server behind a balancer."""
_MIN_ANSWERS = 20
"""Answers in the window from which a share means anything; below it only failures in a row count."""
_BUCKET = 1.0  # seconds


class CircuitBreaker:
    """Decides whether a call may begin. Times are seconds of any clock that never goes back.

    closed: every call may. open: none, until the pause is over. half-open: one at a time, until `_PROBES`
    good answers close it or a failure opens it for a longer pause.
    """

    def __init__(self, limits: BulkheadLimits, chance: Callable[[], float] = random.random) -> None:
        """`chance` gives numbers from 0 to 1 that shorten pauses by up to half."""
        self._limits, self._chance = limits, chance
        self._state: BreakerState = "closed"
        # Grows with every change of state: the result of a call that began before the change doesn't count.
        self._generation = 0
        self._open_until, self._closed_at, self._openings = 0.0, -math.inf, 0
        self._failures_in_a_row, self._recent = 0, _RecentAnswers(limits.window_seconds)
        self._probing, self._probes_left = False, 0

    def state(self, now: float) -> BreakerState:
        """The state; an open breaker whose pause is over is half-open."""
        return "half-open" if self._state == "open" and now >= self._open_until else self._state

    def pause_left(self, now: float) -> float:
        """Seconds until a call may be tried; 0 if one may now."""
        return max(self._open_until - now, 0.0) if self._state == "open" else 0.0

    def admit(self, now: float) -> int | None:
        """A permit for one call, to be given back to one of the three `record_…`; None: don't call."""
        if self.state(now) == "half-open" and self._state == "open":
            self._change("half-open")
            self._probing, self._probes_left = False, _PROBES
        if self._state == "closed":
            return self._generation
        if self._state == "open" or self._probing:
            return None
        self._probing = True
        return self._generation

    def record_success(self, permit: int, now: float) -> None:
        """The system answered, even if by a refusal or with a wrong answer."""
        if permit != self._generation:
            return
        if self._state == "closed":
            self._failures_in_a_row = 0
            self._recent.add(now, failed=False)
            return
        self._probing = False
        self._probes_left -= 1
        if self._probes_left <= 0:
            self._change("closed")
            self._closed_at, self._failures_in_a_row = now, 0
            self._recent = _RecentAnswers(self._limits.window_seconds)

    def record_failure(self, permit: int, now: float) -> bool:
        """The system didn't answer, or answered that it is broken. True if this opened the breaker."""
        if permit != self._generation:
            return False
        if self._state == "closed":
            self._failures_in_a_row += 1
            self._recent.add(now, failed=True)
            if self._failures_in_a_row < self._limits.failures and not self._mostly_failed(now):
                return False
        self._open(now)
        return True

    def record_cancelled(self, permit: int) -> None:
        """The call ended without showing how the system is, as when the program stops."""
        if permit == self._generation:
            self._probing = False

    def reset(self) -> None:
        """Let every call begin, as if the system had never failed."""
        self._change("closed")
        self._failures_in_a_row, self._recent = 0, _RecentAnswers(self._limits.window_seconds)
        self._openings = 0

    def _mostly_failed(self, now: float) -> bool:
        failed, total = self._recent.counts(now)
        return total >= _MIN_ANSWERS and failed >= self._limits.failure_share * total

    def _open(self, now: float) -> None:
        if self._state == "closed" and now - self._closed_at > self._limits.longest_pause_seconds:
            self._openings = 0  # it was healthy for long: this is a new outage
        longest = min(
            self._limits.pause_seconds * 2 ** min(self._openings, 30), self._limits.longest_pause_seconds
        )
        # half of it at random: workers and machines that saw the same failure must not come back together
        self._open_until = now + longest * (1 - self._chance() / 2)
        self._openings += 1
        self._probing = False
        self._change("open")

    def _change(self, state: BreakerState) -> None:
        self._state = state
        self._generation += 1


class _RecentAnswers:
    """How many answers of the last seconds were failures, by buckets of a second."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._buckets: deque[list[float]] = deque()  # [begins at, failed, total]

    def add(self, now: float, *, failed: bool) -> None:
        if not self._buckets or now - self._buckets[-1][0] >= _BUCKET:
            self._buckets.append([now, 0, 0])
            self._drop_old(now)
        self._buckets[-1][1] += failed
        self._buckets[-1][2] += 1

    def counts(self, now: float) -> tuple[float, float]:
        self._drop_old(now)
        return sum(bucket[1] for bucket in self._buckets), sum(bucket[2] for bucket in self._buckets)

    def _drop_old(self, now: float) -> None:
        while self._buckets and now - self._buckets[0][0] > self._seconds:
            self._buckets.popleft()
