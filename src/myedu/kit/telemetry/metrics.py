"""Prometheus metrics, each made from a specification: a name, labels and a sentence."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import Metric

from myedu.kit.telemetry.process_files import merged

MAX_LABEL_VALUES = 500
"""Of one label; further values count as OTHER. The country has some ninety journal systems."""

OTHER = "other"


class MetricSpec(msgspec.Struct, frozen=True):
    """One metric. `buckets`: upper bounds of a histogram, in seconds.

    A gauge's kind says how the values of several processes are combined: `sum` or `largest`.
    """

    name: str
    kind: Literal["counter", "histogram", "sum", "largest"]
    labels: tuple[str, ...]
    sentence: str
    buckets: tuple[float, ...] = ()


_GAUGE_MODES: dict[str, Literal["livesum", "livemax"]] = {"sum": "livesum", "largest": "livemax"}


class Metrics:
    """The metrics of one process."""

    def __init__(self, specs: Sequence[MetricSpec], folder: Path | None = None) -> None:
        """`folder`: where the processes of one program keep their values; None: this process is alone."""
        self.specs = tuple(specs)
        self._folder = folder
        self._registry = CollectorRegistry()
        self._metrics = {spec.name: _make(spec, self._registry) for spec in specs}
        self._labelled: dict[tuple[str, ...], Any] = {}
        self._seen_values: defaultdict[tuple[str, int], set[str]] = defaultdict(set)

    def of(self, name: str, *labels: str) -> Any:
        """The counter, gauge or histogram with these label values. After the first call it is one look-up.

        Raises KeyError for a name without a specification.
        """
        key = (name, *labels)
        known = self._labelled.get(key)
        if known is None:
            known = self._labelled[key] = self._label(name, labels)
        return known

    def set_all(self, name: str, values: Mapping[tuple[str, ...], float]) -> None:
        """Set a gauge to these values by labels, and remove its other series.

        Only for a process that is alone: files of several processes keep what was in them.
        """
        for labels, value in values.items():
            self.of(name, *labels).set(value)
        for key in [key for key in self._labelled if key[0] == name and key[1:] not in values]:
            del self._labelled[key]
            if key[1:]:
                self._metrics[name].remove(*key[1:])

    def families(self) -> Iterable[Metric]:
        """Every metric with its values, of all processes that share the folder."""
        return self._registry.collect() if self._folder is None else merged(self._folder)

    def _label(self, name: str, labels: tuple[str, ...]) -> Any:
        metric = self._metrics[name]
        if not labels:
            return metric
        return metric.labels(*(self._bounded(name, place, value) for place, value in enumerate(labels)))

    def _bounded(self, name: str, place: int, value: str) -> str:
        seen = self._seen_values[name, place]
        if value not in seen and len(seen) >= MAX_LABEL_VALUES:
            return OTHER
        seen.add(value)
        return value


def _make(spec: MetricSpec, registry: CollectorRegistry) -> Any:
    definition = (spec.name, spec.sentence, spec.labels)
    if spec.kind == "counter":
        return Counter(*definition, registry=registry)
    if spec.kind == "histogram":
        return Histogram(*definition, buckets=spec.buckets, registry=registry)
    return Gauge(*definition, registry=registry, multiprocess_mode=_GAUGE_MODES[spec.kind])
