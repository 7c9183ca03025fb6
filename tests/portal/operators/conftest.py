"""An operator at the portal, a region whose package waits for the decision, and outsiders."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from myedu.kit.db import Database
from myedu.portal.exports.models import LoadContext
from myedu.portal.exports.service import load_folder
from tests.portal.browser import Browser
from tests.portal.conftest import OpenWorld, World
from tests.portal.exports.packages import Tables, a_school, package
from tests.portal.exports.pushing import vendor

# Persons of the ESIA sandbox, and the organisation of the first.
OPERATOR, ORGANISATION = 1000300009, "1000400002"
MOTHER, TEACHER = 1000300001, 1000300006


class OperatorsPortal(msgspec.Struct, frozen=True):
    """A portal with an operator's organisation, and the import behind it."""

    world: World
    context: LoadContext

    async def take_in(self, rows: Tables, **other: Any) -> str:
        """A package of these rows in the spool, taken in; its export_id."""
        self.world.clock.advance(timedelta(minutes=1))
        spool = self.context.spool / "r25-a"
        manifest = package(spool, rows, self.world.clock.now(), **other)
        await load_folder(self.context, "r25-a", spool / str(manifest.export_id))
        return str(manifest.export_id)

    async def held(self) -> str:
        """A package that would archive most of the school."""
        await self.take_in(a_school(60))
        return await self.take_in(a_school(5))

    async def ask(self, statement: str, *parameters: object) -> list[Any]:
        async with self.context.database.connection() as conn:
            found = await (await conn.execute(statement, parameters)).fetchall()
        return [row[0] if len(row) == 1 else row for row in found]

    @asynccontextmanager
    async def operator(self) -> AsyncIterator[Browser]:
        async with self.world.signed_in(OPERATOR) as (browser, _):
            yield browser


@pytest.fixture(scope="module")
async def the_operators_portal(
    open_world: OpenWorld, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[OperatorsPortal]:
    spool: Path = tmp_path_factory.mktemp("spool")
    async with open_world(spool=spool, operator_organisations=(ORGANISATION,)) as world:
        database = await Database.open(world.database_url, max_size=4)
        await vendor(database, world.clock.now())
        yield OperatorsPortal(world, LoadContext(database, world.clock, spool))
        await database.close()


@pytest.fixture
async def portal(the_operators_portal: OperatorsPortal) -> OperatorsPortal:
    """With nobody in the portal and no package seen."""
    async with the_operators_portal.context.database.transaction() as conn:
        await conn.execute("DELETE FROM exports.packages")
        await conn.execute("DELETE FROM exports.runs")
        await conn.execute("DELETE FROM jobs.pgqueuer")
        for table in ("guardianships", "enrollments", "persons", "groups", "periods", "subjects"):
            await conn.execute(f"DELETE FROM people.{table}")
    return the_operators_portal
