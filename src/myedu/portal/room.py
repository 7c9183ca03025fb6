"""A room of the portal announces itself by one value, `ROOM` in its `room.py`; app.py lists the rooms.

Everything central is made from that list: routes, templates, words, error handlers, navigation, load
shedding, settings, metrics, the worker's tasks, commands, erasure. To add a room, add it to the list.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import msgspec
from litestar.types import ControllerRouterHandler, ExceptionHandlersMap

from myedu.kit.settings import Settings
from myedu.kit.telemetry import MetricSpec
from myedu.kit.web.admission import RequestClassSpec
from myedu.portal.checks import Check
from myedu.portal.commands import Command
from myedu.portal.context import AppContext, Home, WorkerContext
from myedu.portal.erasing import Eraser
from myedu.portal.navigation import NavEntry
from myedu.portal.tasks import Task


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """What a room brings to the portal; all but the name may be missing."""

    name: str

    settings: tuple[type[msgspec.Struct], ...] = ()
    """Structs of settings, which are read from the environment at start: `context.settings.of(…)`."""
    check_settings: Callable[[Settings], None] | None = None
    """Checks files and combinations of settings at start. Raises SettingsError."""

    routes: Sequence[ControllerRouterHandler] = ()
    """Litestar handlers and routers."""
    templates: str | None = None
    """Package with a folder `templates`, whose files are named `<room>/<file>`."""
    words: str | None = None
    """Package with a folder `locale`, if the room's messages are not in the portal's own catalogues."""
    errors: ExceptionHandlersMap = {}
    """Exception → its handler, for the routes of all rooms."""
    nav: Sequence[NavEntry] = ()
    home: Home | None = None
    """Where the room's people land; who has several homes, children too, chooses on the first page."""
    request_classes: Sequence[RequestClassSpec] = ()
    """Paths with a concurrency limit of their own."""
    api_prefixes: tuple[str, ...] = ()
    """Beginnings of paths that programs call: their errors are problems (RFC 9457), not pages."""
    form_targets: Callable[[Settings], tuple[str, ...]] | None = None
    """Other origins where a form of the room may end, for the Content-Security-Policy."""

    services: tuple[str, ...] = ()
    """Those of `open`'s services that handlers take as parameters, by name.

    One a handler: Litestar resolves two in a task group, for each request. The others are taken from the
    context by their type.
    """
    open: Callable[[AppContext], AbstractAsyncContextManager[Mapping[str, object]]] | None = None
    """Opens the services, name → service, for as long as the portal serves."""
    tasks: Callable[[WorkerContext], AbstractAsyncContextManager[Sequence[Task]]] | None = None
    """Opens the room's tasks for as long as the worker runs."""
    task_settings: tuple[type[msgspec.Struct], ...] = ()
    """Settings of rooms below, or the portal's own, that the tasks need."""
    beside_workers: Callable[[Path], Coroutine[Any, Any, None]] | None = None
    """Runs in the parent of the portal's worker processes, given the folder of their metrics."""
    commands: Sequence[Command] = ()
    checks: Sequence[Check] = ()
    """What `myedu doctor` looks at."""
    erase: Eraser | None = None

    metrics: Sequence[MetricSpec] = ()
    measure: Callable[[WorkerContext], Awaitable[None]] | None = None
    """Sets gauges from the database or the disk; the worker calls it each time it looks for jobs."""
    published_sql: Mapping[str, str] = {}
    """Table, view or function that other rooms' SQL may name → why. A test checks all SQL."""
