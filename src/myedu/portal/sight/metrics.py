"""Every number that the portal counts: names, labels, one sentence each, for Prometheus.

The table is docs/operations/metrics.md. Labels are systems, methods, routes by template, and codes.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import Metric

from myedu.portal.sight.files import merged

_PAGE = (0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.4, 0.6, 1, 2, 3.5, 5, 10)
_CALL = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.4, 0.6, 1, 1.5, 2.5, 4, 6, 10)
"""Seconds. Close enough that p50, p95 and p99 can be read off to a third of their size."""

MOST_VALUES = 500
"""Of one label. Regions have some ninety systems; what comes above is told as «other»."""

OTHER = "other"


class Spec(msgspec.Struct, frozen=True):
    """One metric. A gauge's kind says how the processes' values make one: their sum, or the largest."""

    name: str
    kind: Literal["counter", "histogram", "sum", "largest"]
    labels: tuple[str, ...]
    sentence: str
    buckets: tuple[float, ...] = ()


SPECS = (
    Spec(
        "myedu_requests",
        "counter",
        ("route", "method", "status"),
        "Requests that were answered, by the route's template.",
    ),
    Spec(
        "myedu_request_seconds",
        "histogram",
        ("route",),
        "Seconds from a request's arrival to the end of its answer.",
        _PAGE,
    ),
    Spec("myedu_requests_refused", "counter", ("lane", "why"), "Requests refused at the door with 503."),
    Spec("myedu_requests_under_way", "sum", ("lane",), "Requests being answered now."),
    Spec("myedu_requests_waiting", "sum", ("lane",), "Requests that wait at the door for their turn."),
    Spec("myedu_requests_allowed", "sum", ("lane",), "Requests that the door lets in at a time, as of now."),
    Spec("myedu_loop_lag_seconds", "largest", (), "How late the busiest process gets to what it has to do."),
    Spec("myedu_workers", "sum", (), "Processes that answer requests."),
    Spec(
        "myedu_journal_calls",
        "counter",
        ("system", "method", "result"),
        "Calls to a journal that ended: `good`, or the code of what went wrong.",
    ),
    Spec(
        "myedu_journal_call_seconds",
        "histogram",
        ("system", "method"),
        "Seconds that a call to a journal took, good or bad.",
        _CALL,
    ),
    Spec(
        "myedu_answers",
        "counter",
        ("system", "method", "outcome", "source", "reason"),
        "Questions of pages that were answered: fresh, stale or unavailable, from a copy or the journal.",
    ),
    Spec(
        "myedu_answer_seconds",
        "histogram",
        ("system", "outcome"),
        "Seconds that a page waited for the answer to its question.",
        _PAGE,
    ),
    Spec(
        "myedu_copies_sealed_shut",
        "counter",
        ("system", "why"),
        "Kept answers that could not be opened and counted as none: a key was dropped, or bytes are broken.",
    ),
    Spec(
        "myedu_journal_breaker_workers",
        "sum",
        ("system", "state"),
        "Processes whose breaker before this journal is closed, half-open or open.",
    ),
    Spec("myedu_journal_limit", "sum", ("system",), "Calls at a time that a journal is trusted with."),
    Spec("myedu_journal_under_way", "sum", ("system",), "Calls to a journal that are under way."),
    Spec("myedu_journal_queued", "sum", ("system",), "Questions that wait for their turn at a journal."),
)

_GAUGE_MODES: dict[str, Literal["livesum", "livemax"]] = {"sum": "livesum", "largest": "livemax"}


class Metrics:
    """The metrics of one process; `families` are those of all processes that share a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is where kit-started workers keep their numbers; without one they are this process's."""
        self._folder = folder
        self._registry = CollectorRegistry()
        self._made = {spec.name: _make(spec, self._registry) for spec in SPECS}
        self._labelled: dict[tuple[str, ...], Any] = {}
        self._values: defaultdict[tuple[str, int], set[str]] = defaultdict(set)

    def of(self, name: str, *labels: str) -> Any:
        """The counter, gauge or histogram with these labels. Costs one look-up from the second time on."""
        key = (name, *labels)
        known = self._labelled.get(key)
        if known is None:
            known = self._labelled[key] = self._label(name, labels)
        return known

    def families(self) -> Iterable[Metric]:
        """Every metric with its values, of all processes."""
        return self._registry.collect() if self._folder is None else merged(self._folder)

    def _label(self, name: str, labels: tuple[str, ...]) -> Any:
        metric = self._made[name]
        if not labels:
            return metric
        return metric.labels(*(self._bounded(name, place, value) for place, value in enumerate(labels)))

    def _bounded(self, name: str, place: int, value: str) -> str:
        seen = self._values[name, place]
        if value not in seen and len(seen) >= MOST_VALUES:
            return OTHER
        seen.add(value)
        return value


def _make(spec: Spec, registry: CollectorRegistry) -> Any:
    given = (spec.name, spec.sentence, spec.labels)
    if spec.kind == "counter":
        return Counter(*given, registry=registry)
    if spec.kind == "histogram":
        return Histogram(*given, buckets=spec.buckets, registry=registry)
    return Gauge(*given, registry=registry, multiprocess_mode=_GAUGE_MODES[spec.kind])
