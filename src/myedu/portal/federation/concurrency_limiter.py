"""How many concurrent calls one journal can take: learnt from how long its answers take.

A state machine without a clock: its caller gives the times at which each call began and ended.
"""

import math

_SLOW_FACTOR = 2.0
"""Answers that take so many times as long as usual show that the journal is queueing what we send."""
_NOISE_SECONDS = 0.05  # below it slowness is noise of the network and of our own event loop
_SHRINK = 0.7  # after a failure of overload; a third less, so that two in a row halve it
_USUAL_WEIGHT = 1 / 20
_USUAL_RISE_SECONDS = 120.0
"""The usual time follows quick answers at once and slow ones in minutes: one slow break between lessons must
not become the usual."""
_CURRENT_WEIGHT = 1 / 5  # the current slowness is that of the last handful of answers


class ConcurrencyLimiter:
    """The limit of one journal, in calls. Grows while it is used up and answers take their usual time.

    It stays between `minimum` and `maximum`, and shrinks at most once in the time of one call: calls that
    began before the last cut show the load before it. Times are seconds.
    """

    def __init__(self, *, minimum: int, initial: int, maximum: int) -> None:
        self._minimum, self._maximum = float(minimum), float(max(minimum, maximum))
        self._limit = min(max(float(initial), self._minimum), self._maximum)
        # by method, as a year's marks take longer than a week: seconds, and when that was learnt
        self._usual: dict[str, tuple[float, float]] = {}
        self._slowness = 1.0  # how many times as long as usual answers take now
        self._cut_at = -math.inf
        self.typical_seconds = 0.0
        """What a call of any method takes about now; 0 before the first answer."""

    @property
    def limit(self) -> int:
        """How many calls may be under way at once."""
        return int(self._limit)

    def record_answer(self, method: str, *, began: float, ended: float, under_way: int) -> None:
        """A call was answered, rightly or wrongly, while so many (itself included) were under way."""
        self._learn(method, ended - began, ended)
        if self._slowness > _SLOW_FACTOR:
            self._cut(max(_SHRINK, _SLOW_FACTOR / self._slowness), began, ended)
        elif under_way * 2 >= self._limit:
            # by its square root in the time of one call: quickly while small, carefully when large
            self._limit = min(self._limit + 1 / math.sqrt(self._limit), self._maximum)

    def record_overload(self, *, began: float, ended: float) -> None:
        """A call got no answer, or the journal answered that it is overloaded."""
        self._cut(_SHRINK, began, ended)

    def _learn(self, method: str, seconds: float, now: float) -> None:
        usual, learnt_at = self._usual.get(method, (seconds, now))
        self._slowness += (seconds / max(usual, _NOISE_SECONDS) - self._slowness) * _CURRENT_WEIGHT
        slow_weight = min((now - learnt_at) / _USUAL_RISE_SECONDS, _USUAL_WEIGHT)
        weight = slow_weight if seconds > usual else _USUAL_WEIGHT
        self._usual[method] = usual + (seconds - usual) * max(weight, 0.0), now
        before = self.typical_seconds
        self.typical_seconds += (seconds - before) * _CURRENT_WEIGHT if before else seconds

    def _cut(self, share: float, began: float, ended: float) -> None:
        if began >= self._cut_at:
            self._limit = max(self._limit * share, self._minimum)
            self._cut_at = ended
