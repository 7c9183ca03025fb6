"""What an operator sets going from a terminal: the worker, schedules, vendors' keys, another try."""

import asyncio
import signal
from contextlib import aclosing
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from psycopg import AsyncConnection

from myedu.connector.sdk.clients import JournalClients
from myedu.connector.sdk.signing import BadKey
from myedu.kit.clock import SystemClock
from myedu.kit.db import Database
from myedu.portal.commands import CommandFailed, tools_of
from myedu.portal.exports import queue, schedules, vendors
from myedu.portal.exports.jobs import Erase, Worker
from myedu.portal.exports.service import Tools
from myedu.portal.federation.copies import erase_old
from myedu.portal.people import service as people
from myedu.portal.settings import ExportSettings

_NEVER = "never"


async def work(settings: ExportSettings, database: Database, key: str) -> None:
    """Until SIGTERM or Ctrl-C; the package under way is finished first, and a second Ctrl-C is no harm."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tools = tools_of(settings, database)
    clients = JournalClients(key, clock=tools.clock, allow_private=settings.allow_private_journals)
    async with aclosing(clients):
        nightly = {"federation/erase-old": _erasing_copies(settings, tools)}
        await Worker(tools, clients.client_for, settings.database_url, nightly=nightly).run(stop)


def _erasing_copies(settings: ExportSettings, tools: Tools) -> Erase:
    async def erase() -> int:
        return await erase_old(tools.database, tools.clock.now().date(), settings.copy_days)

    return erase


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
