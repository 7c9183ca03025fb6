"""What the tests of the portal's rooms share: a migrated database, and rows of a school in few words."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection, sql

from myedu.kit.db import Database

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""Monday noon in Moscow: the day on which the cases stand unless they say another."""


@pytest.fixture(scope="session")
def portal_database_url(fresh_database: Callable[..., str]) -> str:
    """One migrated database for all cases that roll back what they write."""
    return fresh_database("myedu.portal")


@pytest.fixture(scope="session")
async def portal_database(portal_database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(portal_database_url, max_size=2)
    yield database
    await database.close()


@pytest.fixture
async def conn(portal_database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction that is rolled back after the test."""
    async with portal_database.connection() as connection, connection.transaction():
        yield connection
        raise psycopg.Rollback


class Rows:
    """Writes rows of `people`, by default of the system s1 in the region 14."""

    def __init__(self, conn: AsyncConnection) -> None:
        self._conn = conn

    async def school(self, *, time_zone: str = "Europe/Moscow", **place: str) -> None:
        """An organisation «o1» with the class «g1», 5 «А», and the elective «g2»."""
        await self.add(
            "organizations", id="o1", name="Школа № 1", kind="school", time_zone=time_zone, **place
        )
        group = {"organization_id": "o1", "academic_year": 2026, "grade": 5, **place}
        await self.add("groups", id="g1", kind="class", name="5 «А»", **group)
        await self.add("groups", id="g2", kind="elective", name="Шахматы", **group)

    async def person(self, id: str, *, snils: str | None = None, **more: Any) -> None:
        names = {"last_name": "Лебедева", "first_name": "Анна"}
        await self.add("persons", id=id, snils=snils, **{**names, **more})

    async def pupil(
        self,
        id: str,
        *,
        birth_date: date | None = date(2015, 5, 5),
        studies: dict[str, Any] | None = None,
        system_id: str = "s1",
        **more: Any,
    ) -> None:
        """A person with a current enrolment in «g1»; `studies` changes that enrolment's columns."""
        await self.person(id, birth_date=birth_date, system_id=system_id, **more)
        enrolment = {"organization_id": "o1", "group_id": "g1", "starts_on": date(2026, 9, 1)}
        await self.add(
            "enrollments",
            **{"id": f"e-{id}", "person_id": id, "system_id": system_id, **enrolment, **(studies or {})},
        )

    async def guardian_of(self, guardian: str, child: str, **more: Any) -> None:
        row = {"id": f"{guardian}-{child}", "starts_on": date(2020, 1, 1), **more}
        await self.add("guardianships", guardian_id=guardian, child_id=child, **row)

    async def add(self, table: str, **columns: Any) -> None:
        row = {"region": "14", "system_id": "s1", "updated_at": NOON, **columns}
        statement = sql.SQL("INSERT INTO people.{} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(map(sql.Placeholder, row)),
        )
        await self._conn.execute(statement, row)


@pytest.fixture
def rows(conn: AsyncConnection) -> Rows:
    return Rows(conn)
