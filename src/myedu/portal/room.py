"""A room of the portal announces itself by one value, `ROOM` in its `room.py`; app.py lists the rooms.

Everything central is made from the list: routes, templates, words, error handlers, navigation, load shedding,
settings, metrics, the worker's tasks, commands, and who erases what. A new room edits the list and nothing
else.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import msgspec
from litestar.types import ExceptionHandlersMap

from myedu.kit.settings import Settings
from myedu.kit.telemetry import MetricSpec
from myedu.kit.web.admission import RequestClassSpec
from myedu.portal.commands import Command
from myedu.portal.context import AppContext, Eraser, WorkerContext
from myedu.portal.navigation import NavEntry
from myedu.portal.tasks import Task


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """What a room brings to the portal. All but the name may be absent."""

    name: str

    settings: tuple[type[msgspec.Struct], ...] = ()
    """Structs of settings, read from the environment at start: `context.settings.of(…)`."""
    check_settings: Callable[[Settings], None] | None = None
    """Raises SettingsError at start, for what only a look at files or other settings shows."""

    routes: Sequence[Any] = ()
    """Litestar handlers and routers."""
    templates: str | None = None
    """Package whose folder `templates` is read under the room's name: `<name>/<file>`."""
    words: str | None = None
    """Package whose folder `locale` has catalogues, if the portal's own don't have the room's messages."""
    errors: ExceptionHandlersMap = {}
    """Handlers of the room's exceptions, wherever they leave a route."""
    nav: Sequence[NavEntry] = ()
    request_classes: Sequence[RequestClassSpec] = ()
    """Paths with a concurrency limit of their own."""
    api_prefixes: tuple[str, ...] = ()
    """Paths that programs call: their errors are problems (RFC 9457), not pages."""
    form_targets: Callable[[Settings], tuple[str, ...]] | None = None
    """Origins outside the portal where a form of the room may end, for the Content-Security-Policy."""

    services: tuple[str, ...] = ()
    """Names of the handlers' parameters that `open` gives."""
    open: Callable[[AppContext], AbstractAsyncContextManager[Mapping[str, Any]]] | None = None
    """Opens the room's services for as long as the portal serves, by the names in `services`."""
    tasks: Callable[[WorkerContext], AbstractAsyncContextManager[Sequence[Task]]] | None = None
    """Opens the room's tasks for as long as the worker runs."""
    beside_workers: Callable[[Path], Any] | None = None
    """Coroutine function that runs in the parent of the portal's processes, given their metrics folder."""
    commands: Sequence[Command] = ()
    erase: Eraser | None = None

    metrics: Sequence[MetricSpec] = ()
    published_sql: Mapping[str, str] = {}
    """Tables, views and functions that other rooms' SQL may name → why. A test holds all SQL to it."""
