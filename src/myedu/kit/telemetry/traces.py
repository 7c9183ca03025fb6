"""OpenTelemetry spans of requests, sent to a collector over OTLP/HTTP.

Off by default; then nothing of OpenTelemetry's SDK is imported.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

from myedu.kit.settings import SettingsError

_PROGRAM = "myedu-portal"


def require_traces() -> None:
    """Check that the extra for traces is installed. Raises SettingsError, which names it."""
    try:
        import opentelemetry.exporter.otlp.proto.http
        import opentelemetry.sdk  # noqa: F401
    except ImportError as error:
        raise SettingsError(
            f"MYEDU_TRACES_URL is set, and {error.name} is not installed:"
            " install the extra myedu[traces], or unset MYEDU_TRACES_URL"
        ) from None


class Traces:
    """Starts spans, which are sent in the background; if they can't be sent in time, they are dropped."""

    def __init__(self, url: str) -> None:
        """`url`: of a collector's OTLP over HTTP, `http://collector:4318/v1/traces`.

        Raises SettingsError without the extra.
        """
        require_traces()
        from opentelemetry import propagate, trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._provider = TracerProvider(resource=Resource.create({"service.name": _PROGRAM}))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
        self._tracer = self._provider.get_tracer(_PROGRAM)
        self._trace, self._propagate = trace, propagate

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, str]) -> Iterator[None]:
        """A span below the current one.

        An exception marks it as failed with its class; its text may quote data and is left out.
        """
        with self._tracer.start_as_current_span(
            name, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_status(self._trace.StatusCode.ERROR, type(error).__name__)
                raise

    @contextmanager
    def request(self) -> Iterator[Any]:
        """The span of a request, in a trace of its own: a browser's `traceparent` is not trusted."""
        with self._tracer.start_as_current_span(
            "request", kind=self._trace.SpanKind.SERVER, record_exception=False
        ) as span:
            yield span

    def inject(self, headers: MutableMapping[str, str]) -> None:
        """Add the current span's `traceparent` to the headers of a call."""
        self._propagate.inject(headers)

    def close(self) -> None:
        """Send the remaining spans; it takes some seconds at most."""
        self._provider.shutdown()
