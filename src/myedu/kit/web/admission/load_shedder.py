"""ASGI middleware that admits or refuses each request; one in each process.

Requests are divided into classes with limits of their own, so that a storm of sign-ins, or of packages that
vendors push, doesn't shut readers out. Static files and health checks cost nothing and are always admitted.
A slot is taken only when the body is there; only what is streamed, a package's file, needs one to be read.
A limit is lowered when the process can't keep up: its event loop runs late, or too many requests wait for
PostgreSQL. A page that waits for a journal causes neither, so a failing journal lowers no limit.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from myedu.kit.asgi import ASGIApp, Message, Receive, Scope, Send
from myedu.kit.telemetry import MetricSpec, Telemetry
from myedu.kit.web import health, static_files
from myedu.kit.web.admission.request_class import Overloaded, RequestClass, RequestClassSpec
from myedu.kit.web.admission.whole_body import read_ahead
from myedu.kit.web.headers import Hook

_ALWAYS = frozenset((static_files.SERVICE_WORKER, *health.PATHS))
_BODILESS = frozenset(("GET", "HEAD", "OPTIONS"))  # no handler reads a body of theirs
_TICK_SECONDS = 0.1
_LATE_SECONDS = 0.05  # then a page with ten awaits is half a second late
_PER_CONNECTION = 16  # concurrent pages: at full load most wait for a journal, not for PostgreSQL
_WAITING_PER_CONNECTION = 4  # with queries of 3 ms a page then waits 12 ms for each of its own

_PAGES = RequestClassSpec("pages", share=1.0)

METRICS = (
    MetricSpec(
        "myedu_requests_refused", "counter", ("lane", "why"), "Requests refused with 503, by request class."
    ),
    MetricSpec(
        "myedu_requests_under_way", "sum", ("lane",), "Requests being answered now, by request class."
    ),
    MetricSpec("myedu_requests_waiting", "sum", ("lane",), "Requests that wait to be admitted."),
    MetricSpec(
        "myedu_requests_allowed", "sum", ("lane",), "Concurrent requests that are admitted at present."
    ),
    MetricSpec(
        "myedu_loop_lag_seconds", "largest", (), "How late the event loop of the busiest process runs."
    ),
)


class LoadShedder:
    """Passes requests on to `app`, or calls `refuse`. `adapt_forever` must run beside it."""

    def __init__(
        self,
        app: ASGIApp,
        refuse: Callable[[Scope, Send], Awaitable[None]],
        before_send: Hook,
        telemetry: Telemetry,
        *,
        concurrent: int,
        connections: int,
        wait_seconds: float,
        classes: Sequence[RequestClassSpec] = (),
    ) -> None:
        """`before_send`: adds headers to a refusal. `concurrent`: requests at a time; 0: 16 per connection.

        `connections`: to PostgreSQL. `wait_seconds`: that a request may wait to be admitted. `classes`:
        beside «pages», which takes all other paths.
        """
        most = concurrent or connections * _PER_CONNECTION
        self._app = app
        self._refuse = refuse
        self._before_send = before_send
        self._telemetry = telemetry
        self._connections = connections
        self._classes = [
            RequestClass(
                spec,
                most=max(1, int(most * spec.share)),
                least=max(1, int(connections * spec.share)),
                wait_seconds=wait_seconds,
            )
            for spec in (*classes, _PAGES)
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Admit the request, or refuse it with 503."""
        request_class = self._class_of(scope)
        if request_class is None:
            await self._app(scope, receive, send)
            return
        if scope["method"] not in _BODILESS and not request_class.is_streamed:
            whole = await read_ahead(receive)
            if whole is None:
                return
            receive = whole
        try:
            await request_class.enter()
        except Overloaded as error:
            self._telemetry.count("myedu_requests_refused", request_class.name, error.why)
            await self._refuse(scope, self._with_headers(scope, send))
            return
        try:
            await self._app(scope, receive, send)
        finally:
            request_class.leave()

    async def adapt_forever(self, waiting: Callable[[], int]) -> None:
        """Adapt the limits ten times a second.

        `waiting`: how many requests wait for a database connection.
        """
        loop = asyncio.get_running_loop()
        while True:
            expected = loop.time() + _TICK_SECONDS
            await asyncio.sleep(_TICK_SECONDS)
            late = loop.time() - expected
            queued = waiting() / (self._connections * _WAITING_PER_CONNECTION)
            for request_class in self._classes:
                request_class.adapt(max(late / _LATE_SECONDS, queued))
            self._record(late)

    def _class_of(self, scope: Scope) -> RequestClass | None:
        if scope["type"] != "http":
            return None
        path: str = scope["path"]
        if path in _ALWAYS or path.startswith(static_files.PREFIX):
            return None
        method: str = scope["method"]
        return next(request_class for request_class in self._classes if request_class.has(method, path))

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            await self._before_send(message, scope)
            await send(message)

        return send_with_headers

    def _record(self, late: float) -> None:
        self._telemetry.set("myedu_loop_lag_seconds", max(0.0, late))
        for request_class in self._classes:
            name = request_class.name
            self._telemetry.set("myedu_requests_under_way", request_class.under_way, name)
            self._telemetry.set("myedu_requests_waiting", request_class.waiting, name)
            self._telemetry.set("myedu_requests_allowed", request_class.limit, name)
