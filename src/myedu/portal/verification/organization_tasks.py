"""The worker reads the employees of confirmed organisations: after the confirmation, and each night."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from psycopg import AsyncConnection

from myedu.esia.errors import EsiaUnavailable
from myedu.kit.db import fetch_all
from myedu.portal.tasks import Due, JobRun, RetryLater
from myedu.portal.verification.organization_reading import OrganizationReader
from myedu.portal.verification.organizations import QUERIES

_ZONE = ZoneInfo("Europe/Moscow")
_NIGHT_BEGINS = 1  # o'clock; each organisation has its minute within the four hours from then
_AT_ONCE = 100
_MOST_ATTEMPTS = 5
_PAUSE = timedelta(minutes=10)


class _Oid(msgspec.Struct, frozen=True):
    oid: str


class EmployeesTask:
    """Jobs about organisations of ESIA, by their oids."""

    name = "verification/employees"
    keeps_failed = False
    interval: timedelta | None = timedelta(minutes=1)

    def __init__(self, reader: OrganizationReader) -> None:
        self._reader = reader

    async def subjects(self, conn: AsyncConnection) -> Sequence[str]:
        """The confirmed organisations."""
        return [one.oid for one in await fetch_all(conn, QUERIES.confirmed_oids, None, _Oid)]

    async def due(self, conn: AsyncConnection, now: datetime) -> Sequence[Due]:
        """Those that were confirmed just now, and those whose minute of the night has come."""
        parameters = {"now": now, "next": next_night(now), "limit": _AT_ONCE}
        taken = await fetch_all(conn, QUERIES.take_due, parameters, _Oid)
        return [Due(subject=one.oid, dedupe_key=f"employees:{one.oid}") for one in taken]

    async def run(self, job: JobRun) -> None:
        """Read and store the employees; withdraw what ESIA no longer bears out."""
        try:
            await self._reader.read_employees(job.subject)
            await self._reader.match_staff(job.subject)
        except EsiaUnavailable as error:
            if job.attempt < _MOST_ATTEMPTS:
                raise RetryLater(_PAUSE * job.attempt, str(error)) from error
            # The next night asks again; what was confirmed stays.


def next_night(now: datetime) -> datetime:
    """One o'clock of the next day in Moscow, when ESIA has little to do."""
    day = now.astimezone(_ZONE).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, _NIGHT_BEGINS, tzinfo=_ZONE)
