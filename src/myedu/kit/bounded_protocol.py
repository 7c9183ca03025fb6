"""uvicorn's HTTP protocol with bounds on what a client may send, and on how slowly it may send and read.

uvicorn itself bounds only the pause between two requests. Here a connection ends when its request has too
long a head or body, or comes too slowly, when its answer is not read, or when there are too many of them:
with an answer in words where one can still be sent (400, 408, 413, 431). Nothing of it is logged, so that a
stranger can't fill the disk; the application may count it (`connections.STATE_KEY`).

For another way to start a server: `uvicorn --http myedu.kit.bounded_protocol:BoundedProtocol --ws none …`
"""

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar, Literal

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from myedu.kit.connections import STATE_KEY, ConnectionLimits, Connections
from myedu.kit.refusals import (
    BAD_REQUEST,
    BODY_TOO_LARGE,
    HEAD_TOO_LARGE,
    SLOW_BODY,
    SLOW_HEAD,
    TOO_MANY_PIPELINED,
    Refusal,
    Why,
)

BODY_BYTES = 1024 * 1024
"""Of a request to a program that takes in nothing but forms and small documents."""

_PIPELINED = 16  # requests that may wait for the answer to the one before; browsers send none
_LINGER_SECONDS = 1  # that a refused client may go on sending, so that it gets to read the refusal
_DRAINED_BYTES = 1024 * 1024  # of a body that are read after its answer, so that the client gets to read it
_FIELD_OVERHEAD = len(": \r\n")


class _Refused(Exception):
    """Stops the parser: it reports any exception of a callback as one of its own."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection. `registry` and `body_bytes` are those of its server (`bounded_protocol`)."""

    registry: ClassVar[Connections] = Connections(ConnectionLimits())
    body_bytes: ClassVar[int | None] = BODY_BYTES  # None: the application bounds bodies

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limits = self.registry.limits
        self._owner: str | None = None
        self._is_cut = False
        self._part: Literal["none", "head", "body"] = "none"  # of the request that is being read
        self._begun = 0  # requests that began in the bytes being parsed
        self._head = self._fields = self._body = 0  # bytes, headers and bytes of that request so far
        self._silent = 0  # bytes in a row of which the parser has made nothing yet
        self._drained = 0  # bytes of a body that has been answered
        self._moved = 0  # bytes of the body when the reading timer was set
        self._unsent = 0  # bytes of the answer when the writing timer was set
        self._refusal: Refusal | None = None
        self._running: RequestResponseCycle | None = None
        self._reading_timer: asyncio.TimerHandle | None = None
        self._writing_timer: asyncio.TimerHandle | None = None

    # What the transport calls

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection; its first request must come in time."""
        super().connection_made(transport)
        self._owner = self.registry.owner_of(self.client[0]) if self.client else None
        if why := self.registry.enter(self, self._owner):
            self._cut(why)
            return
        self._reading_timer = self.loop.call_later(self._limits.head_seconds, self._request_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection, and tell the application."""
        self.registry.leave(self, self._owner)
        self._is_cut = True
        self._stop_reading_timer()
        self._stop_writing_timer()
        if self._running is not None:  # uvicorn tells only the last of pipelined requests
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        if self._is_cut:
            return
        body, part = self._body, self._part
        self._begun = 0
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._is_cut = True  # what follows is of no protocol that is spoken here
            self._stop_reading_timer()
            if self._running is not None:
                self._running.keep_alive = False
            return
        except httptools.HttpParserError:
            self._refuse(self._refusal or BAD_REQUEST)
            return
        if self._part != "none":
            self._measure(len(data), moved=self._body != body, began=part == "none")

    def pause_writing(self) -> None:
        """The client reads more slowly than the application writes."""
        super().pause_writing()
        self._watch_writing()

    def resume_writing(self) -> None:
        """The client has read nearly all."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._stop_writing_timer()

    # What the parser calls

    def on_message_begin(self) -> None:
        """A request begins. Only this ends the pause between two requests: empty lines don't."""
        super().on_message_begin()
        self._unset_keepalive_if_required()
        self._part, self._begun = "head", self._begun + 1
        self._head = self._fields = self._body = self._silent = self._drained = 0

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        self._grow_head(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or a trailer."""
        self._fields += 1
        self._grow_head(len(name) + len(value) + _FIELD_OVERHEAD)
        HttpToolsProtocol.on_header(self, name, value)

    def on_headers_complete(self) -> None:
        """The request can be answered."""
        if len(self.pipeline) >= _PIPELINED:
            self._refusal = TOO_MANY_PIPELINED
            raise _Refused
        super().on_headers_complete()
        self._part = "body"
        if self._reading_timer is not None:  # set for the head
            self._stop_reading_timer()

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._body += len(body)
        if self.body_bytes is not None and self._body > self.body_bytes:
            self._refusal = BODY_TOO_LARGE
            raise _Refused
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole: the client owes nothing until it is answered."""
        super().on_message_complete()
        self._part = "none"
        if self._reading_timer is not None:
            self._stop_reading_timer()
        self.registry.is_served(self)

    # What uvicorn's own classes call

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """The answer is written, if not yet read."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch_writing()
        elif self.timeout_keep_alive_task is not None:  # no pipelined request was started
            self.registry.waits(self)
            if self._part == "head":  # the next request is on its way, with a timer of its own
                self._unset_keepalive_if_required()

    def timeout_keep_alive_handler(self) -> None:
        """No request came after the answer, or the body of the answered one never ended."""
        self._close()

    def evict(self) -> None:
        """End, as others need the place."""
        self._cut("too-many")

    # Bounds

    def _grow_head(self, size: int) -> None:
        self._head += size
        if self._head > self._limits.head_bytes or self._fields > self._limits.head_fields:
            self._refusal = HEAD_TOO_LARGE
            raise _Refused

    def _measure(self, size: int, *, moved: bool, began: bool) -> None:
        """After `size` bytes with which the request is not whole yet.

        The parser reports a header, a trailer and a chunk's extensions only when they are complete.
        """
        if moved or self._begun > 1 or (self._begun and not began):
            self._silent = 0  # how many of the bytes belong to what is not complete is not known
        else:
            self._silent += size
        if self._part == "body" and self.cycle.response_complete:
            self._drained += size
        if self._silent > self._limits.head_bytes:
            self._refuse(HEAD_TOO_LARGE)
        elif self._drained > _DRAINED_BYTES:
            self._cut("body-too-large")
        elif self._reading_timer is None:
            self._watch_reading()

    def _watch_reading(self) -> None:
        is_head = self._part == "head"
        self._moved = self._body
        seconds = self._limits.head_seconds if is_head else self._limits.stalled_seconds
        late = self._request_is_late if is_head else self._body_is_late
        self._reading_timer = self.loop.call_later(seconds, late)

    def _request_is_late(self) -> None:
        self._reading_timer = None
        if self._part == "head":
            self._refuse(SLOW_HEAD)
        else:
            self._close()  # a browser may connect in advance and have nothing to ask

    def _body_is_late(self) -> None:
        self._reading_timer = None
        enough = self._limits.stalled_seconds * self._limits.least_bytes_per_second
        is_ours = self.flow.read_paused or self.cycle.waiting_for_100_continue
        if is_ours or self._body - self._moved >= enough:
            self._watch_reading()
        else:
            self._refuse(SLOW_BODY)

    def _watch_writing(self) -> None:
        self._unsent = self.transport.get_write_buffer_size()
        if self._unsent and self._writing_timer is None:
            self._writing_timer = self.loop.call_later(self._limits.stalled_seconds, self._check_writing)

    def _check_writing(self) -> None:
        self._writing_timer = None
        enough = self._limits.stalled_seconds * self._limits.least_bytes_per_second
        left = self.transport.get_write_buffer_size()
        if left and self._unsent - left < enough:
            self._cut("slow-reader")
        else:
            self._watch_writing()

    # Ends

    def _refuse(self, refusal: Refusal) -> None:
        """End the connection, with an answer if none is under way."""
        self._count(refusal.why)
        self._is_cut = True
        self._stop_reading_timer()
        self._unset_keepalive_if_required()
        running = self._running
        is_free = running is None or running.response_complete
        if running is not None and not running.response_complete:
            is_free = self._part == "body" and running is self.cycle and not running.response_started
            running.disconnected = True
            running.message_event.set()
        elif self._part == "body":
            is_free = False  # it has been answered before its body ended
        if is_free:
            self._answer(refusal)
            self.loop.call_later(_LINGER_SECONDS, self._close)
        else:
            self._close()

    def _answer(self, refusal: Refusal) -> None:
        self.transport.write(refusal.response(self.server_state.default_headers))
        self.flow.resume_reading()  # unread bytes would make the kernel reset the connection
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def _close(self) -> None:
        """Close when the client has read what was written, or takes too long."""
        if not self.transport.is_closing():
            self.transport.close()
            self._watch_writing()

    def _cut(self, why: Why) -> None:
        self._count(why)
        self._is_cut = True
        self.transport.abort()

    def _count(self, why: Why) -> None:
        count: Callable[[Why], None] | None = self.app_state.get(STATE_KEY)
        if count is not None:
            count(why)

    def _stop_reading_timer(self) -> None:
        if self._reading_timer is not None:
            self._reading_timer.cancel()
            self._reading_timer = None

    def _stop_writing_timer(self) -> None:
        if self._writing_timer is not None:
            self._writing_timer.cancel()
            self._writing_timer = None


def bounded_protocol(limits: ConnectionLimits, *, body_bytes: int | None = None) -> type[BoundedProtocol]:
    """The protocol of one server, whose connections are counted together.

    `body_bytes`: of a request at most; None: the application bounds bodies. Raises SettingsError.
    """
    members = {"registry": Connections(limits), "body_bytes": body_bytes}
    return type("BoundedProtocol", (BoundedProtocol,), members)
