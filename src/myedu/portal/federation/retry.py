"""Whether a failed call is made again: once, where it may help, never as more load on a failing system."""

import random

from myedu.connector.sdk.client import JournalError, JournalSilent

_RETRIED = frozenset({"unreachable", "cut", "failed"})
"""Failures at once, as of a connection to a server that is being replaced. What took long would take long
again; what the journal refused or answered wrongly, it would refuse or answer wrongly again."""
_EARNED_BY_A_CALL = 0.1  # of a retry: at most one call in ten is a second one
_MAX_SAVED = 10.0  # retries
_PAUSE_SECONDS = (0.05, 0.15)  # at random between them


class RetryBudget:
    """How many calls may still be retried, in one process for one journal."""

    def __init__(self) -> None:
        self._left = _MAX_SAVED

    def record_call(self) -> None:
        """A first call is made: it earns a tenth of a retry."""
        self._left = min(self._left + _EARNED_BY_A_CALL, _MAX_SAVED)

    def take(self) -> bool:
        """Take one retry; False if none is left."""
        if self._left < 1:
            return False
        self._left -= 1
        return True


def pause_before_retry(error: JournalError, seconds_left: float, usual_seconds: float) -> float | None:
    """Seconds to wait before a retry; None if it can't help, or a usual call doesn't fit in the time left."""
    if not isinstance(error, JournalSilent) or error.reason not in _RETRIED:
        return None
    pause = random.uniform(*_PAUSE_SECONDS)  # noqa: S311 - spreads callers, hides nothing
    return pause if pause + usual_seconds < seconds_left else None
