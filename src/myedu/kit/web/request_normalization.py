"""Requests as handlers expect them: HEAD is a GET whose body stays here, and no path has a NUL."""

import re
from typing import cast

from litestar import Litestar
from litestar.exceptions import NotFoundException
from litestar.routes import HTTPRoute

from myedu.kit.asgi import ASGIApp, Receive, Scope, Send
from myedu.kit.web.responses import AnyRequest

_PARAMETER = re.compile(r"\\\{[^}]+\\\}")


class HeadAsGet:
    """ASGI middleware that answers HEAD with the headers of GET; routes with a HEAD of their own keep it.

    The server drops the body, as its own scope still says HEAD.
    """

    def __init__(self, app: Litestar) -> None:
        self._app = cast(ASGIApp, app)
        own = (route for route in app.routes if isinstance(route, HTTPRoute) and "HEAD" in route.methods)
        self._own = [re.compile(_PARAMETER.sub("[^/]+", re.escape(route.path_format))) for route in own]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, a HEAD as a GET."""
        is_head = scope["type"] == "http" and scope["method"] == "HEAD"
        if is_head and not any(path.fullmatch(scope["path"]) for path in self._own):
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)


async def refuse_nul(request: AnyRequest) -> None:  # Litestar would start a thread for a function
    """Litestar's `before_request`: a path with a NUL leads nowhere, as PostgreSQL stores no such text."""
    if "\0" in request.scope["path"]:
        raise NotFoundException
