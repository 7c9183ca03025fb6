"""Scheduled pulls: a system at a time of day in its region's time zone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import execute, fetch_all
from myedu.kit.sql import load_queries

QUERIES = load_queries(__package__, "schedules.sql")


class Due(msgspec.Struct, frozen=True):
    """A system whose time has come, with its time of day."""

    system_id: str
    local_time: time
    time_zone: str


def next_time(now: datetime, local_time: time, zone: ZoneInfo) -> datetime:
    """The first moment after `now` at which the zone's clocks show the time."""
    today = datetime.combine(now.astimezone(zone).date(), local_time, zone)
    return today if today > now else datetime.combine(today.date() + timedelta(days=1), local_time, zone)


async def schedule(
    conn: AsyncConnection, system_id: str, local_time: time, zone: ZoneInfo, now: datetime
) -> datetime:
    """Pull a registered system every day; when it is pulled first."""
    next_at = next_time(now, local_time, zone)
    row = {"system_id": system_id, "local_time": local_time, "time_zone": zone.key, "next_at": next_at}
    await execute(conn, QUERIES.schedule, row)
    return next_at


async def unschedule(conn: AsyncConnection, system_id: str) -> bool:
    """End a system's schedule; False if it had none."""
    return await execute(conn, QUERIES.unschedule, {"system_id": system_id}) > 0


async def due(conn: AsyncConnection, now: datetime) -> list[str]:
    """Ids of the systems whose time has come, and their next time is set.

    In a transaction; several may ask.
    """
    found = await fetch_all(conn, QUERIES.due, {"now": now}, Due)
    for one in found:
        next_at = next_time(now, one.local_time, ZoneInfo(one.time_zone))
        await execute(conn, QUERIES.reschedule, {"system_id": one.system_id, "next_at": next_at})
    return [one.system_id for one in found]
