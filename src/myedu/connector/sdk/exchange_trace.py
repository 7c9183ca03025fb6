"""What a caller may see of the last HTTP exchange of its call, whether it ended well or not.

An error says what went wrong; the trace has the request and the answer that it went wrong with.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

START_BYTES = 4096
"""Bytes of a body that are kept for the caller, who decides what of them may be shown."""

_CURRENT: ContextVar["ExchangeTrace | None"] = ContextVar("exchange_trace", default=None)


class ExchangeTrace:
    """The last exchange. `status` is None while no answer has come; `path` is as sent, with its query."""

    def __init__(self) -> None:
        self.verb = ""
        self.path = ""
        self.status: int | None = None
        self.headers: Mapping[str, str] = {}
        self.bytes: int | None = None
        self.start = b""

    def begin(self, verb: str, path: str) -> None:
        """A request is about to be sent."""
        self.verb, self.path = verb, path
        self.status, self.headers, self.bytes, self.start = None, {}, None, b""

    def end(self, body: bytes) -> None:
        """The whole body has come."""
        self.bytes, self.start = len(body), body[:START_BYTES]


@contextmanager
def traced_exchanges() -> Iterator[ExchangeTrace]:
    """A trace of the exchanges that are made in this context, also by tasks that begin in it."""
    trace = ExchangeTrace()
    token = _CURRENT.set(trace)
    try:
        yield trace
    finally:
        _CURRENT.reset(token)


def current_trace() -> ExchangeTrace | None:
    """The trace of the innermost `traced_exchanges`; None outside."""
    return _CURRENT.get()
