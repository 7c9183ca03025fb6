"""The worker's part: requests whose diary is found by now, and closed ones whose term is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import AsyncConnection

from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.portal.access_requests import store
from myedu.portal.access_requests.service import close_if_found
from myedu.portal.access_requests.settings import RequestSettings
from myedu.portal.context import WorkerContext
from myedu.portal.exports import service as exports
from myedu.portal.people import service as people
from myedu.portal.tasks import Due, JobRun, NightlyTask

TASK = "access_requests/check"
_FIRST = UUID(int=0)
_LONGER_THAN_A_SESSION = timedelta(days=400)  # of 365 days at most


class CheckTask:
    """After each applied package, looks at the open requests to the system's schools (tasks.QueuedTask)."""

    name = TASK
    keeps_failed = False
    interval: timedelta | None = None

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def subjects(self, conn: AsyncConnection) -> Sequence[str]:
        """Systems to whose schools requests are open."""
        return await store.systems_with_open(conn)

    async def due(self, conn: AsyncConnection, now: datetime) -> Sequence[Due]:
        """Those that have applied a package since they were looked at."""
        wanted, checked = set(await store.systems_with_open(conn)), await store.checked_after(conn)
        if not wanted:
            return []
        found = []
        for system in await exports.connected(conn):
            if system.system_id in wanted and checked.get(system.system_id) != system.last:
                await store.set_checked(conn, system.system_id, system.last)
                found.append(Due(subject=system.system_id, dedupe_key=f"{TASK} {system.system_id}"))
        return found

    async def run(self, job: JobRun) -> None:
        """Close what is found."""
        await check(self._database, self._clock, job.subject)


async def check(database: Database, clock: Clock, system_id: str | None) -> int:
    """Close the open requests, of a system or of all, whose child the asker sees by now; how many."""
    found, after = 0, _FIRST
    while True:
        async with database.connection() as conn:
            piece = await store.open_requests(conn, system_id, after)
        if not piece:
            return found
        for one in piece:
            async with database.transaction() as conn:
                found += await close_if_found(conn, one, one.asker, clock.now())
        after = piece[-1].id


def nightly_tasks(context: WorkerContext) -> Sequence[NightlyTask]:
    """All open requests are looked at, and closed ones deleted after their term."""
    kept = timedelta(days=context.settings.of(RequestSettings).closed_request_days)

    async def look() -> str:
        return f"diaries found: {await check(context.database, context.clock, None)}"

    async def delete() -> str:
        async with context.database.transaction() as conn:
            deleted = await store.delete_closed(conn, context.clock.now() - kept)
            await people.forget_incomplete_kids(conn, context.clock.now() - _LONGER_THAN_A_SESSION)
        return f"requests deleted after their term: {deleted}"

    return (
        NightlyTask(name="access_requests/check-all", run=look),
        NightlyTask(name="access_requests/expire", run=delete),
    )
