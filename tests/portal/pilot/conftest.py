"""A portal with an operator, an officer of region 25 and one of two regions, and a region that has begun."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from myedu.kit.db import Database
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system
from tests.portal.conftest import NOON, OpenWorld, Rows, World

OPERATOR, OPERATORS_ORGANISATION = 1000300009, "1000400002"
OFFICER, AUTHORITY = 1000300020, "1000400010"
MOTHER, TEACHER, HEAD = 1000300001, 1000300006, 1000300012
EVIL = '=HYPERLINK("http://bad.example")'


class PilotPortal(msgspec.Struct, frozen=True):
    """A portal and its database."""

    world: World
    database: Database

    async def run(self, statement: str, *parameters: object) -> list[Any]:
        async with self.database.connection() as conn:
            cursor = await conn.execute(statement, parameters)
            return await cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
async def the_pilot(
    open_world: OpenWorld, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[PilotPortal]:
    spool: Path = tmp_path_factory.mktemp("spool")
    async with open_world(spool=spool, operator_organisations=(OPERATORS_ORGANISATION,)) as world:
        database = await Database.open(world.database_url, max_size=4)
        async with database.transaction() as conn:
            await conn.execute("SELECT people.open_region('25'), people.open_region('14')")
            for region in ("25", "14"):
                await register_system(
                    conn,
                    System(
                        id=f"r{region}-a", region=region, name="Журнал", base_url="http://127.0.0.1:1",
                        client_id="portal", registered_at=NOON,
                    ),
                )  # fmt: skip
            rows = Rows(conn)
            for number in range(1, 4):
                await rows.add(
                    "organizations", region="25", system_id="r25-a", id=f"o{number}", kind="school",
                    name=f"Школа № {number}" if number > 1 else EVIL, time_zone="Asia/Vladivostok",
                    ogrn=f"102000000000{number}", phone="+7 423 200-00-00",
                )  # fmt: skip
            await conn.execute(
                "INSERT INTO people.verified_organizations"
                " VALUES ('25', 'r25-a', 'o3', '1000400001', now(), gen_random_uuid())"
            )
            person = {"region": "25", "system_id": "r25-a"}
            await rows.person("t1", last_name="Орлова", first_name="Тамара", **person)
            await rows.add("staff", id="s1", person_id="t1", organization_id="o2", role="teacher", **person)
            await conn.execute(
                "INSERT INTO verification.staff_matches VALUES"
                " ('25', 'r25-a', 's1', 'o2', 't1', 'waiting', '{not-signed-in}', NULL, NULL, now())"
            )
        yield PilotPortal(world, database)
        await database.close()


@pytest.fixture
async def pilot(the_pilot: PilotPortal) -> PilotPortal:
    """Region 25 joins, its authority is the officer's; nothing else is kept."""
    the_pilot.world.clock.set(NOON)
    await the_pilot.run("DELETE FROM pilot.contacts")
    await the_pilot.run("DELETE FROM pilot.readiness_days")
    await the_pilot.run("DELETE FROM operators.conformance_published")
    await the_pilot.run("DELETE FROM operators.conformance_runs")
    await the_pilot.run("DELETE FROM exports.packages")
    await the_pilot.run("UPDATE pilot.regions SET authority_oids = '{}', state = 'registered', notes = ''")
    await the_pilot.run(
        "UPDATE pilot.regions SET authority_oids = %s, state = 'joining' WHERE code = '25'", [AUTHORITY]
    )
    return the_pilot


async def judged(pilot: PilotPortal, *, passed: bool, days_ago: int = 1, system: str = "r25-a") -> None:
    """A conformance report of a system."""
    at = NOON - timedelta(days=days_ago)
    await pilot.run(
        "INSERT INTO operators.conformance_runs"
        " (region, system_id, state, asked_at, ended_at, counts, exit_status, product, report_json)"
        " VALUES (%s, %s, 'judged', %s, %s, %s, %s, 'Журнал 1.0', '{}')",
        system[1:3], system, at, at, '{"passed": 90, "failed": 0}', 0 if passed else 1,
    )  # fmt: skip


async def applied(pilot: PilotPortal, *, days_ago: int, system: str = "r25-a") -> None:
    """A package of a system that was applied."""
    at = NOON - timedelta(days=days_ago)
    await pilot.run(
        "INSERT INTO exports.packages"
        " (system_id, export_id, region, mode, created_at, received_at, applied_at, state, tables)"
        " VALUES (%s, gen_random_uuid(), %s, 'full', %s, %s, %s, 'applied', '[]')",
        system, system[1:3], at, at, at,
    )  # fmt: skip
