"""ASGI middleware, the outermost layer of a program: an id, metrics and a log line for each request.

The log line and the labels hold the route's template, never the path: paths name children.
"""

import logging
import os
import secrets
import time
from functools import partial
from typing import Any

from myedu.kit.asgi import ASGIApp, Message, Receive, Scope, Send
from myedu.kit.connections import STATE_KEY
from myedu.kit.log import REQUEST_ID
from myedu.kit.telemetry.metrics import MetricSpec
from myedu.kit.telemetry.service import REQUEST_FIELDS, Telemetry

_log = logging.getLogger("myedu.portal.requests")
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_UNROUTED = "(none)"  # no such route, or refused before routing
_CONNECTIONS_CUT = "myedu_connections_cut"
# A load balancer requests them every second.
_HEALTH_CHECKS = frozenset(("/health", "/healthz", "/ready", "/readyz"))

CLIENT_GONE = 499
"""The status of a request whose client went before its answer began, as nginx counts it."""

PAGE_BUCKETS = (0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.4, 0.6, 1, 2, 3.5, 5, 10)
"""Upper bounds in seconds, so close that p50, p95 and p99 are off by a third at most."""

METRICS = (
    MetricSpec(
        "myedu_requests",
        "counter",
        ("route", "method", "status"),
        "Requests that were answered, by the route's template; status 499: the client went before.",
    ),
    MetricSpec(
        "myedu_request_seconds",
        "histogram",
        ("route",),
        "Seconds from a request's arrival to the end of its answer.",
        PAGE_BUCKETS,
    ),
    MetricSpec(
        _CONNECTIONS_CUT,
        "counter",
        ("why",),
        "Connections that the server ended for what the client sent, or did not send or read in time.",
    ),
)


class RequestTelemetry:
    """Wraps an ASGI application. `log_requests=False` leaves out the log line."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry, *, log_requests: bool = True) -> None:
        self._app = app
        self._telemetry = telemetry
        self._log_requests = log_requests
        self._pid = os.getpid()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and record its response; `x-request-id` is added to it."""
        if scope["type"] == "lifespan" and "state" in scope:
            scope["state"][STATE_KEY] = partial(self._telemetry.count, _CONNECTIONS_CUT)
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, fields, status, began = (
            secrets.token_hex(8),
            dict[str, str](),
            CLIENT_GONE,
            time.perf_counter(),
        )
        REQUEST_ID.set(request_id)
        REQUEST_FIELDS.set(fields)

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            with self._telemetry.request() as span:
                try:
                    await self._app(scope, receive, send_with_id)
                except BaseException:
                    status = 500 if status == CLIENT_GONE else status
                    raise
                finally:
                    _describe_span(span, scope, status, request_id)
        finally:
            self._record(scope, status, fields, time.perf_counter() - began, request_id)

    def _record(
        self, scope: Scope, status: int, fields: dict[str, str], seconds: float, request_id: str
    ) -> None:
        route, method = _route(scope), _method(scope)
        self._telemetry.count("myedu_requests", route, method, str(status))
        self._telemetry.observe("myedu_request_seconds", seconds, route)
        if self._log_requests and not (status == 200 and route in _HEALTH_CHECKS):
            line = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
            extra = {**line, **fields, "worker": self._pid, "request": request_id}
            _log.info("request", extra=extra)


def _describe_span(span: Any, scope: Scope, status: int, request_id: str) -> None:
    if span is not None:
        route, method = _route(scope), _method(scope)
        span.update_name(f"{method} {route}")
        span.set_attributes(
            {
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": status,
                "myedu.request": request_id,
            }
        )


def _route(scope: Scope) -> str:
    template: str = scope.get("path_template") or _UNROUTED  # Litestar sets it
    return template


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in _METHODS else "other"
