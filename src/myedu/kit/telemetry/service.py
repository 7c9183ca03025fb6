"""The object through which a program records metrics and traces: one per process, made in its root."""

import asyncio
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any

from myedu.kit.telemetry.metrics import Metrics, MetricSpec
from myedu.kit.telemetry.process_files import process_folder
from myedu.kit.telemetry.traces import Traces

_REFRESH_SECONDS = 1

REQUEST_FIELDS: ContextVar[dict[str, str] | None] = ContextVar("request_fields", default=None)
"""Further fields of the log line of the request being answered, by name; None outside a request."""


class Telemetry:
    """Records metrics and spans. A call costs microseconds and never waits; only unknown names raise."""

    def __init__(self, metrics: Metrics | None = None, traces: Traces | None = None) -> None:
        self.metrics = metrics
        self._traces = traces
        self._gauge_updates: dict[str, Callable[[], None]] = {}

    @classmethod
    def disabled(cls) -> "Telemetry":
        """A telemetry that records nothing, for tests and commands."""
        return cls()

    def count(self, name: str, *labels: str, amount: int = 1) -> None:
        """Add to a counter."""
        if self.metrics is not None:
            self.metrics.of(name, *labels).inc(amount)

    def observe(self, name: str, seconds: float, *labels: str) -> None:
        """Add a duration to a histogram."""
        if self.metrics is not None:
            self.metrics.of(name, *labels).observe(seconds)

    def set(self, name: str, value: float, *labels: str) -> None:
        """Set a gauge."""
        if self.metrics is not None:
            self.metrics.of(name, *labels).set(value)

    def set_all(self, name: str, values: Mapping[tuple[str, ...], float]) -> None:
        """Set a gauge to these values by labels, and remove its other series: what is gone is not 0."""
        if self.metrics is not None:
            self.metrics.set_all(name, values)

    def update_gauges_by(self, key: str, update: Callable[[], None]) -> None:
        """Call `update` each time before gauges are read. A later update with the same key replaces it."""
        self._gauge_updates[key] = update

    def span(self, name: str, **attributes: str) -> AbstractContextManager[None]:
        """A span below the current one; does nothing if traces are off."""
        return nullcontext() if self._traces is None else self._traces.span(name, attributes)

    def request(self) -> AbstractContextManager[Any]:
        """The span of a whole request; yields None if traces are off."""
        return nullcontext() if self._traces is None else self._traces.request()

    def inject(self, headers: MutableMapping[str, str]) -> None:
        """Add the current span's `traceparent` to the headers of a call to another program."""
        if self._traces is not None:
            self._traces.inject(headers)

    def close(self) -> None:
        """Send the remaining spans."""
        if self._traces is not None:
            self._traces.close()

    def refresh(self) -> None:
        """Call the updates of the gauges now."""
        if self.metrics is not None:
            for update in self._gauge_updates.values():
                update()

    async def keep_fresh(self) -> None:
        """Update the gauges every second, forever: the parent process sees only what is in the folder."""
        while True:
            self.refresh()
            await asyncio.sleep(_REFRESH_SECONDS)


def open_telemetry(specs: Sequence[MetricSpec], traces_url: str = "") -> Telemetry:
    """The telemetry of a process that serves. `traces_url`: of a collector; empty: no traces.

    Raises SettingsError if the extra for traces is not installed.
    """
    return Telemetry(Metrics(specs, process_folder()), Traces(traces_url) if traces_url else None)
