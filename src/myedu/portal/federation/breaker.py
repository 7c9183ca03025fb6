"""The breaker before one journal: an ill system is left alone for a while, then asked by one caller.

A state machine without a clock and without waiting: whoever calls it says what time it is.
"""

import math
import random
from collections import deque
from collections.abc import Callable
from typing import Literal

from myedu.portal.federation.models import Bounds

State = Literal["closed", "half-open", "open"]

_PROBES = 2
"""Good answers in a row that close it: one may have come from the one healthy server behind a balancer."""
_FEWEST = 20
"""Answers in the window from which a share means anything; below it only failures in a row count."""
_BUCKET = 1.0  # seconds


class Breaker:
    """Says whether a call may begin. Times are seconds of any clock that never goes back.

    closed: all may call. open: nobody, until the pause is over. half-open: one at a time, until
    `_PROBES` good answers close it or a bad one opens it for a longer pause.
    """

    def __init__(self, bounds: Bounds, chance: Callable[[], float] = random.random) -> None:
        self._bounds, self._chance = bounds, chance
        self._state: State = "closed"
        self._turn = 0  # raised with every change of state: what was asked before it doesn't count after it
        self._until, self._closed_at, self._pauses = 0.0, -math.inf, 0
        self._in_a_row, self._recent = 0, _Recent(bounds.window_seconds)
        self._probing, self._probes_left = False, 0

    def state(self, now: float) -> State:
        return "half-open" if self._state == "open" and now >= self._until else self._state

    def rest(self, now: float) -> float:
        """Seconds until somebody may try; 0 where somebody may now."""
        return max(self._until - now, 0.0) if self._state == "open" else 0.0

    def admit(self, now: float) -> int | None:
        """A ticket for one call, to be given back to one of the three below; None: don't call."""
        if self.state(now) == "half-open" and self._state == "open":
            self._change("half-open")
            self._probing, self._probes_left = False, _PROBES
        if self._state == "closed":
            return self._turn
        if self._state == "open" or self._probing:
            return None
        self._probing = True
        return self._turn

    def well(self, ticket: int, now: float) -> None:
        """The system answered: also a refusal or a wrong answer is one."""
        if ticket != self._turn:
            return
        if self._state == "closed":
            self._in_a_row = 0
            self._recent.note(now, ill=False)
            return
        self._probing = False
        self._probes_left -= 1
        if self._probes_left <= 0:
            self._change("closed")
            self._closed_at, self._in_a_row = now, 0
            self._recent = _Recent(self._bounds.window_seconds)

    def ill(self, ticket: int, now: float) -> bool:
        """The system didn't answer, or said that it is broken. True where this opened the breaker."""
        if ticket != self._turn:
            return False
        if self._state == "closed":
            self._in_a_row += 1
            self._recent.note(now, ill=True)
            if self._in_a_row < self._bounds.failures and not self._mostly_ill(now):
                return False
        self._open(now)
        return True

    def gave_up(self, ticket: int) -> None:
        """The call ended without a word on the system's health, as when the program stops."""
        if ticket == self._turn:
            self._probing = False

    def _mostly_ill(self, now: float) -> bool:
        ill, all_of_them = self._recent.counts(now)
        return all_of_them >= _FEWEST and ill >= self._bounds.failure_share * all_of_them

    def _open(self, now: float) -> None:
        if self._state == "closed" and now - self._closed_at > self._bounds.longest_pause_seconds:
            self._pauses = 0  # it was well for long: this is another illness
        longest = min(
            self._bounds.pause_seconds * 2 ** min(self._pauses, 30), self._bounds.longest_pause_seconds
        )
        # half of it by chance: workers and machines that saw the same failure must not come back together
        self._until = now + longest * (1 - self._chance() / 2)
        self._pauses += 1
        self._probing = False
        self._change("open")

    def _change(self, state: State) -> None:
        self._state = state
        self._turn += 1


class _Recent:
    """How many answers of the last seconds were ill, by buckets of a second."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._buckets: deque[list[float]] = deque()  # [begins at, ill, all]

    def note(self, now: float, *, ill: bool) -> None:
        if not self._buckets or now - self._buckets[-1][0] >= _BUCKET:
            self._buckets.append([now, 0, 0])
            self._forget(now)
        self._buckets[-1][1] += ill
        self._buckets[-1][2] += 1

    def counts(self, now: float) -> tuple[float, float]:
        self._forget(now)
        return sum(bucket[1] for bucket in self._buckets), sum(bucket[2] for bucket in self._buckets)

    def _forget(self, now: float) -> None:
        while self._buckets and now - self._buckets[0][0] > self._seconds:
            self._buckets.popleft()
