"""The portal's composition root: the list of rooms, and the application made of it."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, cast

import msgspec
from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import BeforeMessageSendHookHandler

from myedu.kit.clock import Clock, SystemClock
from myedu.kit.connections import ConnectionLimits, check_limits
from myedu.kit.db import Database
from myedu.kit.i18n import Words, load_words
from myedu.kit.i18n import message as _
from myedu.kit.log import configure_logging
from myedu.kit.migrate import needed_migrations
from myedu.kit.settings import Settings
from myedu.kit.telemetry import MetricSpec, open_telemetry
from myedu.kit.telemetry import requests as request_telemetry
from myedu.kit.telemetry.requests import RequestTelemetry
from myedu.kit.web import admission, health, static_files
from myedu.kit.web.admission import EarlyResponse, LoadShedder
from myedu.kit.web.assets import Assets
from myedu.kit.web.context import WebContext
from myedu.kit.web.error_handlers import ERROR_HANDLERS
from myedu.kit.web.headers import Hook, header_hook, own_files_policy, security_headers
from myedu.kit.web.pages import Pages, Site
from myedu.kit.web.request_normalization import HeadAsGet, refuse_nul
from myedu.portal import database_metrics
from myedu.portal.access_requests.room import ROOM as ACCESS_REQUESTS
from myedu.portal.audit.room import ROOM as AUDIT
from myedu.portal.context import AppContext, FromContext
from myedu.portal.diary.room import ROOM as DIARY
from myedu.portal.erasing import Eraser
from myedu.portal.exports.room import ROOM as EXPORTS
from myedu.portal.federation.room import ROOM as FEDERATION
from myedu.portal.identity.room import ROOM as IDENTITY
from myedu.portal.jobs.room import ROOM as JOBS
from myedu.portal.navigation import NavEntry
from myedu.portal.operators.room import ROOM as OPERATORS
from myedu.portal.people.room import ROOM as PEOPLE
from myedu.portal.pilot.room import ROOM as PILOT
from myedu.portal.room import Room
from myedu.portal.settings import CORE_SETTINGS, DatabaseSettings, ServerSettings, check_sandbox
from myedu.portal.staff.room import ROOM as STAFF
from myedu.portal.verification.room import ROOM as VERIFICATION

ROOMS = (
    AUDIT,
    PEOPLE,
    IDENTITY,
    JOBS,
    EXPORTS,
    FEDERATION,
    VERIFICATION,
    ACCESS_REQUESTS,
    OPERATORS,
    STAFF,
    DIARY,
    PILOT,
)
"""In the order of dependence: a room may use the services of those before it."""

SITE = Site(
    brand="Моё образование",
    description=_("Schedule, homework and marks of a pupil, straight from the school's own journal."),
    preloaded_fonts=("golos-cyrillic-400.woff2",),  # the font of the first screen
    sessions="/sessions",
)
STATIC = Path(__file__).with_name("static")
_MAX_FORM_BYTES = 64 * 1024  # the portal's forms have some hundreds
# A week is 30 kB of HTML, and a tenth of that compressed. Level 1 takes a third of the time of level 9 and
# compresses nearly as well. Static files were compressed when they were built.
_COMPRESSION = CompressionConfig("gzip", gzip_compress_level=1, exclude=["^/static/", "^/sw.js"])
_Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]

_WORKERS_METRIC = MetricSpec("myedu_workers", "sum", (), "Processes that answer requests.")


def settings_kinds(rooms: tuple[Room, ...] = ROOMS) -> tuple[type[msgspec.Struct], ...]:
    """The structs of all settings of the portal."""
    return (*CORE_SETTINGS, *(kind for room in rooms for kind in room.settings))


def metric_specs(rooms: tuple[Room, ...] = ROOMS) -> tuple[MetricSpec, ...]:
    """Every metric of the portal and its worker."""
    own = (*request_telemetry.METRICS, *admission.METRICS, _WORKERS_METRIC, *database_metrics.METRICS)
    return (*own, *(spec for room in rooms for spec in room.metrics))


def erasers_of(rooms: tuple[Room, ...] = ROOMS) -> tuple[Eraser, ...]:
    """The erasers of the rooms that keep data of persons."""
    return tuple(room.erase for room in rooms if room.erase is not None)


def check_settings(settings: Settings, rooms: tuple[Room, ...] = ROOMS) -> None:
    """Check files and combinations of settings. Raises SettingsError."""
    check_sandbox(settings)
    check_limits(settings.of(ConnectionLimits))
    for room in rooms:
        if room.check_settings is not None:
            room.check_settings(settings)


def words_of(rooms: tuple[Room, ...] = ROOMS) -> Mapping[str, Words]:
    """Language → the words of all pages."""
    return load_words("myedu.portal", *(room.words for room in rooms if room.words), "myedu.kit.web")


def pages_of(assets: Assets, words: Mapping[str, Words], rooms: tuple[Room, ...] = ROOMS) -> Pages:
    """The renderer of all rooms' templates."""
    templates = {room.name: room.templates for room in rooms if room.templates}
    return Pages(SITE, assets, words, templates)


def build_portal(
    settings: Settings, *, clock: Clock | None = None, rooms: tuple[Room, ...] = ROOMS
) -> RequestTelemetry:
    """The whole portal, an ASGI application, which opens the database and the rooms at its start.

    Tests call it too, with their own clock, rooms, and settings of their servers. Raises SettingsError.
    """
    check_sandbox(settings)
    server = settings.of(ServerSettings)
    web = _web_context(settings, clock or SystemClock(), rooms)
    headers = _header_hook(settings, rooms)

    @asynccontextmanager
    async def opened(app: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            database = await Database.open(
                settings.of(DatabaseSettings).database_url,
                max_size=server.database_connections,
                name="myedu-portal",
            )
            stack.push_async_callback(database.close)
            database_metrics.watch_waiting(web.telemetry, database)
            stack.callback(web.telemetry.close)
            context = _app_context(web, database, settings, rooms)
            app.state.context = await _open_rooms(stack, context, rooms)
            stack.callback(_background(shedder.adapt_forever(lambda: database.waiting)).cancel)
            stack.callback(_background(web.telemetry.keep_fresh()).cancel)
            yield

    shedder = LoadShedder(
        HeadAsGet(_litestar(rooms, opened, headers)),
        EarlyResponse(web.pages, web.words, web.clock, web.api_prefixes),
        headers,
        web.telemetry,
        concurrent=server.requests_at_once,
        connections=server.database_connections,
        wait_seconds=server.queue_seconds,
        classes=[spec for room in rooms for spec in room.request_classes],
    )
    return RequestTelemetry(shedder, web.telemetry, log_requests=server.log_requests)


def portal_from_environment() -> RequestTelemetry:
    """The portal with the settings of the environment: what each worker process serves."""
    settings = Settings.read(settings_kinds(), os.environ)
    configure_logging("portal", json=settings.of(ServerSettings).log_json)
    return build_portal(settings)


def _web_context(settings: Settings, clock: Clock, rooms: tuple[Room, ...]) -> WebContext:
    server = settings.of(ServerSettings)
    words, assets = words_of(rooms), Assets.load(STATIC)
    telemetry = open_telemetry(metric_specs(rooms), server.traces_url)
    telemetry.update_gauges_by("workers", lambda: telemetry.set(_WORKERS_METRIC.name, 1))
    return WebContext(
        clock=clock,
        pages=pages_of(assets, words, rooms),
        assets=assets,
        words=words,
        telemetry=telemetry,
        base_url=server.base_url,
        api_prefixes=tuple(prefix for room in rooms for prefix in room.api_prefixes),
        home_labels={entry.href: entry.label for entry in _nav(settings, rooms) if entry.area != "child"},
    )


def _app_context(
    web: WebContext, database: Database, settings: Settings, rooms: tuple[Room, ...]
) -> AppContext:
    return AppContext(
        **msgspec.structs.asdict(web),
        database=database,
        migrations=needed_migrations("myedu.portal"),
        settings=settings,
        nav=_nav(settings, rooms),
        homes=tuple(room.home for room in rooms if room.home),
    )


def _nav(settings: Settings, rooms: tuple[Room, ...]) -> tuple[NavEntry, ...]:
    entries = (entry for room in rooms for entry in room.nav)
    return tuple(entry for entry in entries if entry.shown_if is None or entry.shown_if(settings))


async def _open_rooms(stack: AsyncExitStack, context: AppContext, rooms: tuple[Room, ...]) -> AppContext:
    """Open the rooms' services in order; each room gets those of the rooms before it."""
    for room in rooms:
        if room.open is not None:
            opened = await stack.enter_async_context(room.open(context))
            context = msgspec.structs.replace(context, services={**context.services, **opened})
    return context


def _litestar(rooms: tuple[Room, ...], lifespan: _Lifespan, headers: Hook) -> Litestar:
    errors = {kind: handler for room in rooms for kind, handler in room.errors.items()}
    services = [name for room in rooms for name in room.services]
    return Litestar(
        [*health.ROUTES, *static_files.ROUTES, *(route for room in rooms for route in room.routes)],
        lifespan=[lifespan],
        state=State(),
        dependencies={
            "context": Provide(_context, sync_to_thread=False),
            **{name: Provide(_service(name), sync_to_thread=False) for name in services},
        },
        exception_handlers={**ERROR_HANDLERS, **errors},
        before_request=refuse_nul,
        compression_config=_COMPRESSION,
        before_send=[cast(BeforeMessageSendHookHandler, headers)],
        request_max_body_size=_MAX_FORM_BYTES,
        openapi_config=None,
        logging_config=None,  # kit.log is the program's
    )


def _header_hook(settings: Settings, rooms: tuple[Room, ...]) -> Hook:
    targets = [target for room in rooms if room.form_targets for target in room.form_targets(settings)]
    secure = settings.of(ServerSettings).base_url.startswith("https://")
    return header_hook(security_headers(own_files_policy(*targets), secure=secure))


def _background(coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """A task that runs beside the requests until it is cancelled."""
    return asyncio.create_task(coroutine)


def _context(state: State) -> AppContext:
    context: AppContext = state.context
    return context


def _service(name: str) -> Callable[..., object]:
    def service(context: FromContext) -> object:
        # It depends on `context`, as Litestar starts a task for each dependency without dependencies.
        return context.services[name]

    return service
