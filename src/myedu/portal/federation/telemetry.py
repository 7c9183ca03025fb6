"""What is measured of journals: calls, answers of pages, circuit breakers.

Labels are systems, methods and codes.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from myedu.connector.sdk.exchange_trace import ExchangeTrace
from myedu.kit.telemetry import MetricSpec, Telemetry
from myedu.kit.telemetry.requests import PAGE_BUCKETS
from myedu.kit.telemetry.service import REQUEST_FIELDS
from myedu.portal.federation.circuit_breaker import BreakerState
from myedu.portal.federation.history import History

OutcomeName = Literal["fresh", "stale", "unavailable"]
Source = Literal["copy", "journal"]

_BREAKER_STATES: tuple[BreakerState, ...] = ("closed", "half-open", "open")
_WORST_FIRST: tuple[OutcomeName, ...] = ("unavailable", "stale", "fresh")
_CALL_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.4, 0.6, 1, 1.5, 2.5, 4, 6, 10)

METRICS = (
    MetricSpec(
        "myedu_journal_calls",
        "counter",
        ("system", "method", "result"),
        "Calls to a journal that ended: `good`, or the code of what went wrong.",
    ),
    MetricSpec(
        "myedu_journal_call_seconds",
        "histogram",
        ("system", "method"),
        "Seconds that a call to a journal took, good or bad.",
        _CALL_BUCKETS,
    ),
    MetricSpec(
        "myedu_answers",
        "counter",
        ("system", "method", "outcome", "source", "reason"),
        "Reads of pages by outcome: fresh, stale or unavailable, from a copy or the journal.",
    ),
    MetricSpec(
        "myedu_answer_seconds",
        "histogram",
        ("system", "outcome"),
        "Seconds that a page waited for the answer to its read.",
        PAGE_BUCKETS,
    ),
    MetricSpec(
        "myedu_journal_left_out",
        "counter",
        ("system", "method"),
        "Entries missing in the answers kept: they could not be read, or were beyond the contract's bounds.",
    ),
    MetricSpec(
        "myedu_copies_sealed_shut",
        "counter",
        ("system", "why"),
        "Kept answers that could not be decrypted and counted as absent:"
        " a key was dropped, or bytes are broken.",
    ),
    MetricSpec(
        "myedu_journal_breaker_workers",
        "sum",
        ("system", "state"),
        "Processes whose circuit breaker for this journal is closed, half-open or open.",
    ),
    MetricSpec(
        "myedu_journal_limit", "sum", ("system",), "Concurrent calls that a journal is allowed at present."
    ),
    MetricSpec("myedu_journal_under_way", "sum", ("system",), "Calls to a journal that are under way."),
    MetricSpec("myedu_journal_queued", "sum", ("system",), "Reads that wait for their call to a journal."),
)


class BulkheadState(msgspec.Struct, frozen=True):
    """One process's bulkhead of one journal, now. `limit`, `under_way`: concurrent calls; `queued`: reads."""

    breaker: BreakerState
    limit: int
    under_way: int
    queued: int


class JournalTelemetry:
    """Records what happens to journals, by way of the program's telemetry, and for their history."""

    def __init__(self, telemetry: Telemetry, history: History | None = None) -> None:
        self._telemetry, self._history = telemetry, history
        self.span = telemetry.span

    @classmethod
    def disabled(cls) -> "JournalTelemetry":
        """Records nothing: for tests and commands."""
        return cls(Telemetry.disabled())

    def record_call(
        self,
        system_id: str,
        method: str,
        *,
        reason: str | None,
        seconds: float,
        trace: ExchangeTrace | None = None,
        sentence: str = "",
    ) -> None:
        """One call to a journal ended; `reason`: None for a good answer or 304, else the error's code.

        `trace`: the exchange that it ended with; `sentence`: of the error.
        """
        self._telemetry.count("myedu_journal_calls", system_id, method, reason or "good")
        self._telemetry.observe("myedu_journal_call_seconds", seconds, system_id, method)
        if self._history is not None:
            seen = trace or ExchangeTrace()
            self._history.add_call(system_id, method, seconds, seen, reason=reason, sentence=sentence)

    def record_answer(
        self,
        system_id: str,
        method: str,
        *,
        outcome: OutcomeName,
        source: Source,
        reason: str | None,
        seconds: float,
    ) -> None:
        """One read of a page has its outcome."""
        _add_to_log_line(system_id, outcome)
        self._telemetry.count("myedu_answers", system_id, method, outcome, source, reason or "")
        self._telemetry.observe("myedu_answer_seconds", seconds, system_id, outcome)
        if self._history is not None:
            self._history.add_read(system_id, outcome, reason)

    def record_left_out(self, system_id: str, method: str, count: int) -> None:
        """So many entries are missing in an answer that becomes a copy."""
        self._telemetry.count("myedu_journal_left_out", system_id, method, amount=count)

    def record_unreadable_copy(self, system_id: str, why: str) -> None:
        """A kept answer could not be decrypted and counts as absent; `why`: a code of CannotDecrypt."""
        self._telemetry.count("myedu_copies_sealed_shut", system_id, why)

    def watch(self, system_id: str, state: Callable[[], BulkheadState]) -> None:
        """Read the state of a journal's bulkhead whenever gauges are read; a later one replaces it."""

        def update() -> None:
            now = state()
            for breaker in _BREAKER_STATES:
                is_in_state = now.breaker == breaker
                self._telemetry.set("myedu_journal_breaker_workers", is_in_state, system_id, breaker)
            self._telemetry.set("myedu_journal_limit", now.limit, system_id)
            self._telemetry.set("myedu_journal_under_way", now.under_way, system_id)
            self._telemetry.set("myedu_journal_queued", now.queued, system_id)

        self._telemetry.update_gauges_by(f"journal {system_id}", update)


def _add_to_log_line(system_id: str, outcome: OutcomeName) -> None:
    """A request's line names every system that it read from and the worst outcome."""
    fields = REQUEST_FIELDS.get()
    if fields is None:
        return
    systems = {*filter(None, fields.get("system", "").split(",")), system_id}
    outcomes = {fields.get("outcome", outcome), outcome}
    fields["system"] = ",".join(sorted(systems))
    fields["outcome"] = next(worst for worst in _WORST_FIRST if worst in outcomes)
