"""What an operator sets going from a terminal: the worker, schedules, vendors' keys, another try."""

import asyncio
import signal
from contextlib import aclosing
from datetime import time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from psycopg import AsyncConnection

from myedu.connector.sdk.clients import JournalClients
from myedu.connector.sdk.signing import BadKey
from myedu.kit.clock import SystemClock
from myedu.kit.db import Database
from myedu.portal.commands import CommandFailed, tools_of
from myedu.portal.exports import queue, schedules, vendors
from myedu.portal.exports.jobs import Erase, Pace, Worker
from myedu.portal.exports.service import Tools
from myedu.portal.federation.copies import erase_old
from myedu.portal.federation.events import erase_old as erase_old_events
from myedu.portal.federation.feed import Feeds, Habits
from myedu.portal.federation.memory import Memory, open_memory
from myedu.portal.federation.models import Bounds, Limits
from myedu.portal.people import service as people
from myedu.portal.settings import WorkSettings

_NEVER = "never"
_TICK_SECONDS = 20  # exports.jobs.Pace's own
_AT_ONCE = Pace(tick=timedelta(seconds=1))  # in the sandbox somebody who has just registered a system waits


async def work(settings: WorkSettings, database: Database, key: str) -> None:
    """Until SIGTERM or Ctrl-C; the package under way is finished first, and a second Ctrl-C is no harm."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tools = tools_of(settings, database)
    clients = JournalClients(key, clock=tools.clock, allow_private=settings.allow_private_journals)
    memory = open_memory(database, settings.copy_keys, cache_mb=0, shared_cache_url=settings.shared_cache_url)
    async with aclosing(clients), aclosing(memory):
        nightly = {"federation/erase-old": _erasing_copies(settings, tools)}
        feeds = [_feeds(settings, tools, clients, memory)] if settings.changes_seconds else []
        pace = _AT_ONCE if settings.sandbox or 0 < settings.changes_seconds < _TICK_SECONDS else None
        worker = Worker(
            tools, clients.client_for, settings.database_url, pace, nightly=nightly, errands=feeds
        )
        await worker.run(stop)


def _erasing_copies(settings: WorkSettings, tools: Tools) -> Erase:
    async def erase() -> int:
        now = tools.clock.now()
        events = await erase_old_events(tools.database, now, settings.event_days)
        return events + await erase_old(tools.database, now.date(), settings.copy_days)

    return erase


def _feeds(settings: WorkSettings, tools: Tools, clients: JournalClients, memory: Memory) -> Feeds:
    # A few calls at a time, fewer where the journal grows slow: families, who ask beside it, go first.
    bounds = Bounds(
        calls_least=1,
        calls_start=2,
        calls_most=4,
        queue_seconds=5,
        share=settings.changes_share,
        rate=settings.changes_per_second,
    )
    return Feeds(
        tools.database,
        clients.client_for,
        tools.clock,
        Limits(event_days=settings.event_days, bounds=bounds),
        Habits(interval=timedelta(seconds=settings.changes_seconds), asked_days=settings.changes_days),
        memory=memory,
    )


async def schedule(database: Database, system: str, local_time: str, time_zone: str) -> None:
    async with database.transaction() as conn:
        await _registered(conn, system)
        if local_time == _NEVER:
            await schedules.unschedule(conn, system)
            print(f"{system}: not pulled by itself any more")
            return
        at, zone = _time(local_time), _zone(time_zone)
        first = await schedules.schedule(conn, system, at, zone, SystemClock().now())
    print(f"{system}: pulled every day at {at:%H:%M} {zone.key}, first at {first.isoformat()}")


async def vendor_key(database: Database, system: str, pem: str) -> None:
    try:
        async with database.transaction() as conn:
            await _registered(conn, system)
            await vendors.register_key(conn, system, pem, SystemClock().now())
    except BadKey as error:
        raise CommandFailed(str(error)) from None
    print(f"{system}: its vendor pushes with this key; tokens of an earlier key have ended")


async def retry(database: Database, system: str) -> None:
    async with database.transaction() as conn:
        await _registered(conn, system)
        again = await queue.requeue_held(conn, system)
        if not again:
            await queue.enqueue(conn, system, queue.Task(way="pull"))
    print(f"{system}: {again} failed jobs are queued again" if again else f"{system}: a pull is queued")


async def _registered(conn: AsyncConnection, system: str) -> None:
    if await people.system(conn, system) is None:
        raise CommandFailed(f"not registered: {system}; see `myedu portal register`")


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise CommandFailed(f"{text} is no time of day: write 02:30, or `never`") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise CommandFailed(f"no time zone {name}: write an IANA name such as Asia/Vladivostok") from None
