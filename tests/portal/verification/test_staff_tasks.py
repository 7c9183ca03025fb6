"""The worker matches a region after a package, and all regions each night."""

from datetime import timedelta

import pytest
from psycopg import AsyncConnection

from myedu.kit.clock import FixedClock
from myedu.kit.db import Database
from myedu.kit.settings import Settings
from myedu.kit.telemetry import Telemetry
from myedu.portal.context import WorkerContext
from myedu.portal.tasks import JobRun
from myedu.portal.verification.staff_tasks import MatchTask, nightly_match
from tests.portal.conftest import NOON, Rows
from tests.portal.verification.staff_rows import StaffRows


@pytest.fixture
async def database(fresh_database) -> Database:  # type: ignore[no-untyped-def, misc]
    opened = await Database.open(fresh_database("myedu.portal"), max_size=2)
    async with opened.transaction() as conn:
        await conn.execute("SELECT people.open_region('14'), people.open_region('25')")
        await write_region(conn)
    yield opened
    await opened.close()


async def write_region(conn: AsyncConnection) -> None:
    """A teacher of the region 14; the region 25 has a system and nobody."""
    staff = StaffRows(conn, Rows(conn))
    await staff.school()
    await staff.post()
    for region, system in (("14", "s1"), ("25", "s2")):
        await conn.execute(
            "INSERT INTO people.systems (id, region, name, base_url, client_id, registered_at)"
            " VALUES (%s, %s, 'Журнал', 'http://127.0.0.1', 'myedu', now())",
            [system, region],
        )
    await apply_package(conn)


async def apply_package(conn: AsyncConnection) -> None:
    await conn.execute(
        "INSERT INTO exports.packages"
        " (system_id, export_id, region, mode, created_at, received_at, applied_at, state)"
        " VALUES ('s1', gen_random_uuid(), '14', 'full', clock_timestamp(), now(), now(), 'applied')"
    )


def context(database: Database) -> WorkerContext:
    return WorkerContext(
        settings=Settings.of_values((), {}),
        clock=FixedClock(NOON),
        database=database,
        clients=None,  # type: ignore[arg-type]
        telemetry=Telemetry.disabled(),
        erasers=(),
    )


async def runs(database: Database) -> dict[str, int]:
    """Region → posts of its last match."""
    async with database.connection() as conn:
        cursor = await conn.execute("SELECT region, posts FROM verification.staff_runs")
        return dict(await cursor.fetchall())


async def test_a_region_is_matched_once_after_each_package(database: Database) -> None:
    task = MatchTask(context(database))
    async with database.transaction() as conn:
        assert await task.subjects(conn) == ["14", "25"]
        assert [due.subject for due in await task.due(conn, NOON)] == ["14"]
    await task.run(JobRun(subject="14", payload=b"", attempt=1))
    assert await runs(database) == {"14": 1}
    async with database.transaction() as conn:
        assert await task.due(conn, NOON) == []
        await apply_package(conn)
        assert [due.subject for due in await task.due(conn, NOON)] == ["14"]


async def test_each_night_all_regions_are_matched(database: Database) -> None:
    night = nightly_match(context(database))
    assert await night.run() == "matched 1 posts of staff: 1 changed, 0 withdrawn"
    assert await runs(database) == {"14": 1, "25": 0}
    async with database.transaction() as conn:
        await conn.execute("UPDATE people.staff SET ends_on = %s", [(NOON - timedelta(days=1)).date()])
    assert await night.run() == "matched 0 posts of staff: 1 changed, 0 withdrawn"
