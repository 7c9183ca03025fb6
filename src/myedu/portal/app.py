"""The portal's composition root: everything is made here, once, and handed to the rooms."""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide

from myedu.connector.sdk.clients import JournalClients
from myedu.esia.client import esia_client
from myedu.esia.settings import EsiaSettings
from myedu.kit.assets import Assets
from myedu.kit.clock import Clock, SystemClock
from myedu.kit.db import Database
from myedu.kit.i18n import load_words
from myedu.kit.log import configure_logging
from myedu.kit.settings import read_settings
from myedu.portal import upkeep
from myedu.portal.crowd import Door, Refusal
from myedu.portal.diary import web as diary
from myedu.portal.diary.service import DiaryService
from myedu.portal.exports import web as exports
from myedu.portal.failures import EXCEPTION_HANDLERS
from myedu.portal.federation.memory import Memory, open_memory
from myedu.portal.federation.models import Bounds, Limits
from myedu.portal.federation.service import Federation
from myedu.portal.headers import security_headers
from myedu.portal.identity import web as identity
from myedu.portal.pages import Pages
from myedu.portal.pilot import web as pilot
from myedu.portal.pilot import web_bench as bench_pages
from myedu.portal.settings import PortalSettings
from myedu.portal.sight import Sight, open_sight
from myedu.portal.sight.requests import Watched
from myedu.portal.tools import FromTools, Tools

STATIC = Path(__file__).with_name("static")
_ROOMS_WITH_TEMPLATES = {"diary": "myedu.portal.diary", "pilot": "myedu.portal.pilot"}
_MAX_FORM_BYTES = 64 * 1024  # the portal's forms are some hundred bytes
# A week is 30 kB of HTML and a tenth of it packed. Level 1 costs a third of level 9 and gives nearly as much.
# Static files were packed when they were built.
_COMPRESSION = CompressionConfig("gzip", gzip_compress_level=1, exclude=["^/static/", "^/sw.js"])


def build_portal(settings: PortalSettings, *, clock: Clock | None = None) -> Watched:
    """The whole portal, an ASGI application.

    Tests call it too, with their own clock and settings that name their servers.
    """
    clock = clock or SystemClock()
    assets = Assets.load(STATIC)
    words = load_words("myedu.portal")
    settings.check_sandbox()
    bench = bench_pages.ROUTES if settings.is_sandbox else []
    pages = Pages(assets, words, _ROOMS_WITH_TEMPLATES)
    sight = open_sight(settings.traces_url)
    headers = security_headers(settings.esia_url, secure=settings.is_secure)

    @asynccontextmanager
    async def opened(app: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            database = await Database.open(
                settings.database_url, max_size=settings.database_connections, name="myedu-portal"
            )
            stack.push_async_callback(database.close)
            clients = await stack.enter_async_context(aclosing(_journal_clients(settings, clock, sight)))
            esia = await stack.enter_async_context(esia_client(esia_settings(settings), clock))
            memory = await stack.enter_async_context(aclosing(_memory(settings, database, sight)))
            federation = _federation(settings, clock, database, clients, memory, sight)
            stack.push_async_callback(federation.close)
            app.state.tools = Tools(
                settings=settings,
                clock=clock,
                database=database,
                esia=esia,
                pages=pages,
                words=words,
                sight=sight,
            )
            app.state.diary = DiaryService(database, federation, clock, sight)
            stack.callback(sight.close)
            stack.callback(_beside(door.live(lambda: database.waiting)).cancel)
            stack.callback(_beside(sight.keep_fresh()).cancel)
            yield

    rooms = Litestar(
        [*upkeep.ROUTES, *identity.ROUTES, *exports.ROUTES, *pilot.ROUTES, *bench, *diary.ROUTES],
        lifespan=[opened],
        state=State({"assets": assets}),
        dependencies={
            "tools": Provide(_tools, sync_to_thread=False),
            "diary": Provide(_diary, sync_to_thread=False),
        },
        exception_handlers=EXCEPTION_HANDLERS,
        compression_config=_COMPRESSION,
        before_send=[headers],
        request_max_body_size=_MAX_FORM_BYTES,
        openapi_config=None,
        logging_config=None,  # kit.log is the program's
    )
    door = Door(
        rooms,
        Refusal(pages, words, clock),
        headers,
        sight,
        at_once=settings.requests_at_once,
        connections=settings.database_connections,
        wait_seconds=settings.queue_seconds,
    )
    return Watched(door, sight, log=settings.log_requests)


def portal_from_environment() -> Watched:
    """What uvicorn starts in each worker process."""
    settings = read_settings(PortalSettings, os.environ)
    configure_logging("portal", json=settings.log_json)
    return build_portal(settings)


def esia_settings(settings: PortalSettings) -> EsiaSettings:
    """The relying party that the portal is to ESIA."""
    return EsiaSettings(
        base_url=settings.esia_url,
        client_id=settings.esia_client_id,
        redirect_uri=f"{settings.base_url}/enter/back",
        key=settings.esia_key,
        certificate=settings.esia_certificate,
        token_keys=settings.esia_token_keys,
        issuer=settings.esia_issuer,
        version=settings.esia_version,
        certificate_hash=settings.esia_certificate_hash,
        logout_redirect_url=f"{settings.base_url}/",
        timeout_s=settings.esia_seconds,
    )


def _journal_clients(settings: PortalSettings, clock: Clock, sight: Sight) -> JournalClients:
    return JournalClients(
        Path(settings.journal_key).read_text(),
        clock=clock,
        allow_private=settings.allow_private_journals,
        timeout=settings.flight_seconds,
        # tokens and links to files are fetched beside the calls: the pool must never be the queue
        connections=settings.journal_calls_most + 4,
        carry=sight.carry if settings.traces_url else None,
    )


def _memory(settings: PortalSettings, database: Database, sight: Sight) -> Memory:
    return open_memory(
        database,
        settings.copy_keys,
        cache_mb=settings.copy_cache_mb,
        shared_cache_url=settings.shared_cache_url,
        sight=sight,
    )


def _federation(
    settings: PortalSettings,
    clock: Clock,
    database: Database,
    clients: JournalClients,
    memory: Memory,
    sight: Sight,
) -> Federation:
    limits = Limits(
        fresh_seconds=settings.fresh_seconds,
        deadline_seconds=settings.deadline_seconds,
        patience_seconds=settings.patience_seconds,
        flight_seconds=settings.flight_seconds,
        system_seconds=settings.system_seconds,
        event_days=settings.event_days,
        bounds=_bounds(settings),
    )
    return Federation(database, clients.client_for, clock, limits, memory=memory, sight=sight)


def _bounds(settings: PortalSettings) -> Bounds:
    return Bounds(
        calls_least=settings.journal_calls_least,
        calls_start=settings.journal_calls_start,
        calls_most=settings.journal_calls_most,
        queue=settings.journal_queue,
        queue_seconds=settings.journal_queue_seconds,
        failures=settings.journal_failures,
        failure_share=settings.journal_failure_share,
        window_seconds=settings.journal_window_seconds,
        pause_seconds=settings.journal_pause_seconds,
        longest_pause_seconds=settings.journal_longest_pause_seconds,
        share=_share_of_pages(settings) / settings.workers,
    )


def _share_of_pages(settings: PortalSettings) -> float:
    """Of the rate that a journal declares; the rest is the worker's, where it reads feeds."""
    return 1 - settings.changes_share if settings.changes_seconds else 1


def _beside(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Work that goes on beside the requests; whoever opened it cancels it."""
    return asyncio.create_task(work)


def _tools(state: State) -> Tools:
    tools: Tools = state.tools
    return tools


def _diary(state: State, tools: FromTools) -> DiaryService:
    # `tools` only for the order: Litestar starts a task for each dependency that has none of its own.
    service: DiaryService = state.diary
    return service
