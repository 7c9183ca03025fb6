"""Who comes in now: an ASGI application around the portal, one in each process.

People who sign in and people who read have lanes of their own, so that a storm of the one doesn't shut the
others out; vendors' packages have a third. What costs nothing is always let in. How many at a time follows
from how well the process keeps up: its event loop runs late, or too many wait for PostgreSQL. A page that
waits for a journal makes neither happen, so a journal's death narrows no lane.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from myedu.portal.crowd.lane import Lane, Refused
from myedu.portal.sight import Sight

_ALWAYS = frozenset(("/sw.js", "/health", "/ready"))
_TICK_SECONDS = 0.1
_LATE_SECONDS = 0.05  # a page of ten awaits is then half a second late
_AT_ONCE_A_CONNECTION = 16  # most pages of a full house wait for a journal, not for PostgreSQL
_WAITING_A_CONNECTION = 4  # for PostgreSQL; with queries of 3 ms a page waits 12 ms for each

_SHARES = {"pages": 1.0, "sign-in": 1 / 8, "sign-in-end": 1 / 4, "exchange": 1 / 4}
"""Of what a process can do. Coming back from ESIA costs most of a sign-in and has a lane of its own: who has
begun is let in to the end, before others begin."""

Hook = Callable[[Any, Any], Awaitable[None]]  # the security headers


class Door:
    """Lets requests in, or answers with `refuse`. `live` adapts it and must run beside it."""

    def __init__(
        self,
        app: Any,
        refuse: Callable[[Any, Any], Awaitable[None]],
        before_send: Hook,
        sight: Sight,
        *,
        at_once: int,
        connections: int,
        wait_seconds: float,
    ) -> None:
        """`at_once`: pages at a time, 0 for what fits `connections` to PostgreSQL."""
        most = at_once or connections * _AT_ONCE_A_CONNECTION
        self._app = app
        self._refuse = refuse
        self._before_send = before_send
        self._sight = sight
        self._connections = connections

        self._lanes = {
            name: Lane(
                name,
                most=max(1, int(most * share)),
                least=max(1, int(connections * share)),
                wait_seconds=wait_seconds,
            )
            for name, share in _SHARES.items()
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        lane = self._lane_of(scope)
        if lane is None:
            await self._app(scope, receive, send)
            return
        try:
            await lane.enter()
        except Refused as refused:
            if self._sight.metrics is not None:
                self._sight.metrics.of("myedu_requests_refused", lane.name, refused.why).inc()
            await self._refuse(scope, self._with_headers(scope, send))
            return
        try:
            await self._app(scope, receive, send)
        finally:
            lane.leave()

    async def live(self, waiting: Callable[[], int]) -> None:
        """Adapt the lanes for ever; `waiting`: how many wait for a connection to PostgreSQL."""
        loop = asyncio.get_running_loop()
        while True:
            expected = loop.time() + _TICK_SECONDS
            await asyncio.sleep(_TICK_SECONDS)
            late = loop.time() - expected
            queued = waiting() / (self._connections * _WAITING_A_CONNECTION)
            for lane in self._lanes.values():
                lane.adapt(max(late / _LATE_SECONDS, queued))
            self._tell(late)

    def _lane_of(self, scope: Any) -> Lane | None:
        if scope["type"] != "http":
            return None
        path: str = scope["path"]
        if path in _ALWAYS or path.startswith("/static/"):
            return None
        return self._lanes[_lane_name(path)]

    def _with_headers(self, scope: Any, send: Any) -> Any:
        async def sending(message: Any) -> None:
            await self._before_send(message, scope)
            await send(message)

        return sending

    def _tell(self, late: float) -> None:
        if self._sight.metrics is None:
            return
        of = self._sight.metrics.of
        of("myedu_loop_lag_seconds").set(max(0.0, late))
        for lane in self._lanes.values():
            of("myedu_requests_under_way", lane.name).set(lane.under_way)
            of("myedu_requests_waiting", lane.name).set(lane.waiting)
            of("myedu_requests_allowed", lane.name).set(lane.limit)


def _lane_name(path: str) -> str:
    if path.startswith("/exchange/"):
        return "exchange"
    if path == "/enter/back":
        return "sign-in-end"
    return "sign-in" if path == "/enter" else "pages"
