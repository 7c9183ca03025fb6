"""The one object through which every room tells what happened. One a process, made in app.py."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from myedu.portal.sight.figures import Figures, figures, published, snapshot
from myedu.portal.sight.files import folder_of_workers
from myedu.portal.sight.metrics import Metrics
from myedu.portal.sight.traces import Traces

Outcome = Literal["fresh", "stale", "unavailable"]
Source = Literal["copy", "journal"]
Breaker = Literal["closed", "half-open", "open"]
_BREAKERS: tuple[Breaker, ...] = ("closed", "half-open", "open")
_REFRESH_SECONDS = 1


class BulkheadState(msgspec.Struct, frozen=True):
    """What stands between this process and one journal, now."""

    breaker: Breaker
    limit: int  # calls at a time that the journal is trusted with
    under_way: int
    queued: int


class Told(msgspec.Struct):
    """What rooms have told about the running request; its log line says it."""

    systems: list[str] = []
    outcomes: list[str] = []


TOLD: ContextVar[Told | None] = ContextVar("told", default=None)


class Sight:
    """Counts what it is told. Telling costs microseconds, never waits, and never raises."""

    def __init__(self, metrics: Metrics | None = None, traces: Traces | None = None) -> None:
        self.metrics = metrics
        self._traces = traces
        self._watched: dict[str, Callable[[], BulkheadState]] = {}
        self._since = datetime.now(UTC)

    @classmethod
    def silent(cls) -> "Sight":
        """For tests and commands: nobody looks."""
        return cls()

    def asked(self, system_id: str, method: str, *, reason: str | None, seconds: float) -> None:
        """One call to a journal ended; `reason` is None for a good answer or 304, else the error's code."""
        if self.metrics is not None:
            self.metrics.of("myedu_journal_calls", system_id, method, reason or "good").inc()
            self.metrics.of("myedu_journal_call_seconds", system_id, method).observe(seconds)

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
        told = TOLD.get()
        if told is not None:
            told.systems.append(system_id)
            told.outcomes.append(outcome)
        if self.metrics is not None:
            self.metrics.of("myedu_answers", system_id, method, outcome, source, reason or "").inc()
            self.metrics.of("myedu_answer_seconds", system_id, outcome).observe(seconds)

    def sealed_shut(self, system_id: str, why: str) -> None:
        """A kept answer could not be opened, and counts as none; `why` is the code of sealing.CannotOpen."""
        if self.metrics is not None:
            self.metrics.of("myedu_copies_sealed_shut", system_id, why).inc()

    def watch(self, system_id: str, state: Callable[[], BulkheadState]) -> None:
        """Have the state of a journal's bulkhead read whenever somebody looks; a later one replaces it."""
        self._watched[system_id] = state

    def span(self, name: str, **attributes: str) -> AbstractContextManager[None]:
        """A part of the running request in the trace; nothing where traces are off."""
        return nullcontext() if self._traces is None else self._traces.span(name, attributes)

    def request(self) -> AbstractContextManager[Any]:
        """The span of a whole request; yields None where traces are off."""
        return nullcontext() if self._traces is None else self._traces.request()

    def carry(self, headers: Any) -> None:
        """Put the trace into the headers of a call to another program."""
        if self._traces is not None:
            self._traces.carry(headers)

    def close(self) -> None:
        """Send what is left of the traces."""
        if self._traces is not None:
            self._traces.close()

    def refresh(self) -> None:
        """Read what is watched into the gauges."""
        if self.metrics is None:
            return
        self.metrics.of("myedu_workers").set(1)
        for system_id, read in self._watched.items():
            state = read()
            for breaker in _BREAKERS:
                gauge = self.metrics.of("myedu_journal_breaker_workers", system_id, breaker)
                gauge.set(state.breaker == breaker)
            self.metrics.of("myedu_journal_limit", system_id).set(state.limit)
            self.metrics.of("myedu_journal_under_way", system_id).set(state.under_way)
            self.metrics.of("myedu_journal_queued", system_id).set(state.queued)

    async def keep_fresh(self) -> None:
        """Refresh for ever: another process may look, and it sees only what was written down."""
        while True:
            self.refresh()
            await asyncio.sleep(_REFRESH_SECONDS)

    def figures(self) -> Figures:
        """The last minutes of every journal, of all processes; of one that is alone, since its start."""
        folder, now = folder_of_workers(), datetime.now(UTC)
        if folder is not None:
            return published(folder) or Figures(self._since, now)
        self.refresh()
        families = self.metrics.families() if self.metrics is not None else ()
        return figures({}, snapshot(families), self._since, now)


def open_sight(traces_url: str = "") -> Sight:
    """The sight of a process that answers requests. SettingsError where traces lack their extra."""
    return Sight(Metrics(folder_of_workers()), Traces(traces_url) if traces_url else None)
