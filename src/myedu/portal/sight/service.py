"""The one object through which every room tells what happened. One a process, made in app.py."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Literal

import msgspec

Outcome = Literal["fresh", "stale", "unavailable"]
Source = Literal["copy", "journal"]
Breaker = Literal["closed", "half-open", "open"]


class BulkheadState(msgspec.Struct, frozen=True):
    """What stands between this process and one journal, now."""

    breaker: Breaker
    limit: int  # calls at a time that the journal is trusted with
    under_way: int
    queued: int


class Sight:
    """Counts what it is told. Telling costs microseconds, never waits, and never raises."""

    def __init__(self) -> None:
        self._watched: dict[str, Callable[[], BulkheadState]] = {}

    @classmethod
    def silent(cls) -> "Sight":
        """For tests and commands: nobody looks."""
        return cls()

    def asked(self, system_id: str, method: str, *, reason: str | None, seconds: float) -> None:
        """One call to a journal ended; `reason` is None for a good answer or 304, else the error's code."""

    def answered(
        self,
        system_id: str,
        method: str,
        *,
        outcome: Outcome,
        source: Source,
        reason: str | None,
        seconds: float,
    ) -> None:
        """One question of a page was answered."""

    def watch(self, system_id: str, state: Callable[[], BulkheadState]) -> None:
        """Have the state of a journal's bulkhead read whenever somebody looks; a later one replaces it."""
        self._watched[system_id] = state

    def span(self, name: str, **attributes: str) -> AbstractContextManager[None]:
        """A part of the running request in the trace; nothing where traces are off."""
        return nullcontext()
