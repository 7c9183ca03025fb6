"""Whether a failed call is made again: once, where it may help, never as more load on an ill system."""

import random

from myedu.connector.sdk.client import JournalError, JournalSilent

_MAY_HELP = frozenset({"unreachable", "cut", "failed"})
"""Fell over at once, as a connection to a server that is being replaced does. What took long would take long
again; what the journal refused or answered wrongly it would refuse again."""
_A_CALL = 0.1  # of a retry: at most one call in ten is a second one
_SAVED = 10.0  # retries
_PAUSE = (0.05, 0.15)  # seconds, by chance between them


class RetryBudget:
    """What may be asked again in one process of one journal."""

    def __init__(self) -> None:
        self._left = _SAVED

    def called(self) -> None:
        """A first call was made."""
        self._left = min(self._left + _A_CALL, _SAVED)

    def take(self) -> bool:
        """One retry, where there is one left."""
        if self._left < 1:
            return False
        self._left -= 1
        return True


def pause_before_retry(error: JournalError, seconds_left: float, usual: float) -> float | None:
    """Seconds to wait before asking again; None where it can't help or doesn't fit into the time left."""
    if not isinstance(error, JournalSilent) or error.reason not in _MAY_HELP:
        return None
    pause = random.uniform(*_PAUSE)  # noqa: S311 - spreads callers, hides nothing
    return pause if pause + usual < seconds_left else None
