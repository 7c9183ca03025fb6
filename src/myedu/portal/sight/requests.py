"""The outermost layer of the portal: each request gets a number, is counted and timed, and leaves one line.

The line and the labels hold the route's template, never the path: paths name children.
"""

import logging
import os
import secrets
import time
from typing import Any

from myedu.kit.log import REQUEST_ID
from myedu.portal.sight.service import TOLD, Sight, Told

_log = logging.getLogger("myedu.portal.requests")
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_UNROUTED = "(none)"  # no route of ours, or refused before one was looked for
_ASKED_BY_MACHINES = frozenset(("/health", "/ready"))  # every second, by what stands before us
_WORST = ("unavailable", "stale", "fresh")


class Watched:
    """An ASGI application around the portal."""

    def __init__(self, app: Any, sight: Sight, *, log: bool = True) -> None:
        self._app = app
        self._sight = sight
        self._logs = log
        self._pid = os.getpid()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, told, status, began = secrets.token_hex(8), Told(), 500, time.perf_counter()
        REQUEST_ID.set(request_id)
        TOLD.set(told)

        async def numbered(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            with self._sight.request() as span:
                try:
                    await self._app(scope, receive, numbered)
                finally:
                    self._tell_trace(span, scope, status, request_id)
        finally:
            self._tell(scope, status, told, time.perf_counter() - began, request_id)

    def _tell(self, scope: Any, status: int, told: Told, seconds: float, request_id: str) -> None:
        route, method = _route(scope), _method(scope)
        if self._sight.metrics is not None:
            self._sight.metrics.of("myedu_requests", route, method, str(status)).inc()
            self._sight.metrics.of("myedu_request_seconds", route).observe(seconds)
        if self._logs and not (status == 200 and route in _ASKED_BY_MACHINES):
            fields = self._fields(route, method, status, told, seconds)
            _log.info("request", extra={**fields, "request": request_id})

    def _fields(self, route: str, method: str, status: int, told: Told, seconds: float) -> dict[str, Any]:
        fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        if told.systems:
            fields["system"] = ",".join(sorted(set(told.systems)))
            fields["outcome"] = next(outcome for outcome in _WORST if outcome in told.outcomes)
        return {**fields, "worker": self._pid}

    def _tell_trace(self, span: Any, scope: Any, status: int, request_id: str) -> None:
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


def _route(scope: Any) -> str:
    return scope.get("path_template") or _UNROUTED


def _method(scope: Any) -> str:
    return scope["method"] if scope["method"] in _METHODS else "other"
