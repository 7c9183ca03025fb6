"""The room `federation`: what it announces to the portal's composition root (portal.room)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

from psycopg import AsyncConnection

from myedu.connector.sdk.clients import JournalClients
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.kit.encryption import read_keys
from myedu.kit.settings import Settings
from myedu.portal.context import AppContext, WorkerContext
from myedu.portal.federation import copy_store, events, history
from myedu.portal.federation.caches import Caches, check_cache_settings, open_caches
from myedu.portal.federation.checks import CHECKS
from myedu.portal.federation.commands import COMMANDS
from myedu.portal.federation.feed import ChangesFeedTask
from myedu.portal.federation.history import History
from myedu.portal.federation.models import BulkheadLimits, ReadLimits
from myedu.portal.federation.service import Federation, erase_persons
from myedu.portal.federation.settings import CopySettings, FeedSettings, ReadSettings
from myedu.portal.federation.stats import keep_published
from myedu.portal.federation.telemetry import METRICS, JournalTelemetry
from myedu.portal.people.models import Place
from myedu.portal.room import Room
from myedu.portal.settings import EncryptionSettings, JournalAccessSettings, ServerSettings, journal_key
from myedu.portal.tasks import NightlyTask, Task


@asynccontextmanager
async def _open(context: AppContext) -> AsyncIterator[Mapping[str, object]]:
    settings = context.settings
    async with AsyncExitStack() as stack:
        counted = await stack.enter_async_context(_history(settings, context.clock, context.database))
        telemetry = JournalTelemetry(context.telemetry, counted)
        clients = await stack.enter_async_context(aclosing(_clients(context)))
        caches = await stack.enter_async_context(aclosing(_caches(settings, context.database, telemetry)))
        federation = Federation(
            context.database,
            clients.client_for,
            context.clock,
            read_limits(settings),
            caches=caches,
            telemetry=telemetry,
        )
        stack.push_async_callback(federation.close)
        yield {"federation": federation}


@asynccontextmanager
async def _history(settings: Settings, clock: Clock, database: Database) -> AsyncIterator[History]:
    """What this process counts of journals, written each minute and at the end."""
    (first, *_) = read_keys(settings.of(EncryptionSettings).copy_keys)
    counted, stop = History(clock, hashlib.sha256(b"exchanges" + first).digest()), asyncio.Event()
    writing = asyncio.create_task(counted.keep_written(database, stop))
    try:
        yield counted
    finally:
        stop.set()
        await writing


def _clients(context: AppContext) -> JournalClients:
    access, reads = context.settings.of(JournalAccessSettings), context.settings.of(ReadSettings)
    return JournalClients(
        journal_key(context.settings),
        clock=context.clock,
        allow_private=access.allow_private_journals,
        timeout=reads.flight_seconds,
        # tokens and links to files are fetched beside the calls: the pool must never be the queue
        connections=reads.journal_calls_most + 4,
        carry=context.telemetry.inject if context.settings.of(ServerSettings).traces_url else None,
    )


def _caches(settings: Settings, database: Database, telemetry: JournalTelemetry) -> Caches:
    own = settings.of(CopySettings)
    return open_caches(
        database,
        settings.of(EncryptionSettings).copy_keys,
        cache_mb=own.copy_cache_mb,
        shared_cache_url=own.shared_cache_url,
        telemetry=telemetry,
    )


def read_limits(settings: Settings) -> ReadLimits:
    """How long pages wait, and what one process of the portal lets one journal cost."""
    reads = settings.of(ReadSettings)
    return ReadLimits(
        fresh_seconds=reads.fresh_seconds,
        deadline_seconds=reads.deadline_seconds,
        patience_seconds=reads.patience_seconds,
        flight_seconds=reads.flight_seconds,
        system_seconds=reads.system_seconds,
        event_days=settings.of(CopySettings).event_days,
        bulkhead=BulkheadLimits(
            calls_least=reads.journal_calls_least,
            calls_start=reads.journal_calls_start,
            calls_most=reads.journal_calls_most,
            queue=reads.journal_queue,
            queue_seconds=reads.journal_queue_seconds,
            failures=reads.journal_failures,
            failure_share=reads.journal_failure_share,
            window_seconds=reads.journal_window_seconds,
            pause_seconds=reads.journal_pause_seconds,
            longest_pause_seconds=reads.journal_longest_pause_seconds,
            share=_pages_share(settings.of(FeedSettings)) / settings.of(ServerSettings).workers,
        ),
    )


def _pages_share(feed: FeedSettings) -> float:
    """Of the rate that a journal declares; the rest is the worker's, if it reads feeds."""
    return 1 - feed.changes_share if feed.changes_seconds else 1


@asynccontextmanager
async def _tasks(context: WorkerContext) -> AsyncIterator[Sequence[Task]]:
    own, feed = context.settings.of(CopySettings), context.settings.of(FeedSettings)
    async with AsyncExitStack() as stack:
        counted = await stack.enter_async_context(_history(context.settings, context.clock, context.database))
        telemetry = JournalTelemetry(context.telemetry, counted)
        caches = open_caches(
            context.database,
            context.settings.of(EncryptionSettings).copy_keys,
            cache_mb=0,
            shared_cache_url=own.shared_cache_url,
            telemetry=telemetry,
        )
        await stack.enter_async_context(aclosing(caches))
        tasks: list[Task] = [NightlyTask(name="federation/erase-old", run=_erase_old(context))]
        if feed.changes_seconds:
            tasks.append(_feed_task(context, feed, caches, telemetry))
        yield tasks


def _erase_old(context: WorkerContext) -> Callable[[], Awaitable[str]]:
    own = context.settings.of(CopySettings)

    async def erase() -> str:
        now = context.clock.now()
        erased = await events.erase_old(context.database, now, own.event_days)
        erased += await copy_store.erase_old(context.database, now.date(), own.copy_days)
        counts = await history.erase_old(context.database, now)
        return f"erased after their retention: {erased} copies and events, {counts} hours and exchanges"

    return erase


def _feed_task(
    context: WorkerContext, feed: FeedSettings, caches: Caches, telemetry: JournalTelemetry
) -> ChangesFeedTask:
    # A few calls at a time, fewer when the journal becomes slow: families' reads go first.
    bulkhead = BulkheadLimits(
        calls_least=1,
        calls_start=2,
        calls_most=4,
        queue_seconds=5,
        share=feed.changes_share,
        rate=feed.changes_per_second,
    )
    limits = ReadLimits(event_days=context.settings.of(CopySettings).event_days, bulkhead=bulkhead)
    return ChangesFeedTask(
        context.database,
        context.clients.client_for,
        context.clock,
        limits,
        feed,
        caches=caches,
        telemetry=telemetry,
    )


def _check(settings: Settings) -> None:
    journal_key(settings)
    own = settings.of(CopySettings)
    check_cache_settings(settings.of(EncryptionSettings).copy_keys, own.shared_cache_url)


async def _erase(conn: AsyncConnection, region: str, system_id: str) -> None:
    await erase_persons(conn, Place(region, system_id))


ROOM = Room(
    name="federation",
    settings=(CopySettings, FeedSettings, ReadSettings),
    check_settings=_check,
    open=_open,
    tasks=_tasks,
    beside_workers=keep_published,
    erase=_erase,
    metrics=METRICS,
    published_sql={"federation.copies": "a page's one statement reads the copy of its window"},
    commands=COMMANDS,
    checks=CHECKS,
)
