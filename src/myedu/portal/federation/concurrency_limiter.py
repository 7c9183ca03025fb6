"""How many calls at a time one journal is trusted with: learnt from how long its answers take.

A state machine without a clock: whoever calls it says when each call began and ended.
"""

import math

_SLOWER = 2.0
"""Answers that take so many times as long as usual say that the journal is queueing what we send."""
_UNNOTICED = 0.05  # seconds: below it slowness is noise of the network and of our own loop
_SHRINK = 0.7  # after a failure of overload; a third off, so that two in a row halve it
_DOWN = 1 / 20
_UP_SECONDS = 120.0
"""What is usual follows quick answers at once, slow ones in minutes: a bad lesson break isn't the usual."""
_NOW = 1 / 5  # the last handful of answers is "now"


class ConcurrencyLimiter:
    """The limit of one journal, in calls. Grows while it is used up and answers come as usual.

    `least` and `most` bound it. It shrinks at most once in the time of one call: what was asked before
    the last cut tells of the load before it.
    """

    def __init__(self, *, least: int, start: int, most: int) -> None:
        self._least, self._most = float(least), float(max(least, most))
        self._limit = min(max(float(start), self._least), self._most)
        # by method, as a year's marks take longer than a week: seconds, and when that was learnt
        self._usual: dict[str, tuple[float, float]] = {}
        self._stress = 1.0  # how many times as long as usual answers take now
        self._cut_at = -math.inf
        self.seconds = 0.0
        """What a call of any method takes about now; 0 before the first answer."""

    @property
    def limit(self) -> int:
        return int(self._limit)

    def answered(self, method: str, *, began: float, ended: float, under_way: int) -> None:
        """A call was answered, well or not, while so many (it among them) were under way."""
        self._learn(method, ended - began, ended)
        if self._stress > _SLOWER:
            self._cut(max(_SHRINK, _SLOWER / self._stress), began, ended)
        elif under_way * 2 >= self._limit:
            # by a root of itself in the time of one call: quickly while small, carefully when large
            self._limit = min(self._limit + 1 / math.sqrt(self._limit), self._most)

    def overloaded(self, *, began: float, ended: float) -> None:
        """A call was not answered, or the journal said that it has too much to do."""
        self._cut(_SHRINK, began, ended)

    def _learn(self, method: str, seconds: float, now: float) -> None:
        usual, learnt_at = self._usual.get(method, (seconds, now))
        self._stress += (seconds / max(usual, _UNNOTICED) - self._stress) * _NOW
        share = min((now - learnt_at) / _UP_SECONDS, _DOWN) if seconds > usual else _DOWN
        self._usual[method] = usual + (seconds - usual) * max(share, 0.0), now
        self.seconds += (seconds - self.seconds) * _NOW if self.seconds else seconds

    def _cut(self, share: float, began: float, ended: float) -> None:
        if began >= self._cut_at:
            self._limit = max(self._limit * share, self._least)
            self._cut_at = ended
