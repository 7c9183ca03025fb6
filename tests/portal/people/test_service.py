"""Periods, kids and systems."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from psycopg import AsyncConnection

from myedu.contract.tables import TABLES, columns
from myedu.portal.people import service
from myedu.portal.people.models import Kid, Student, System

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
STUDENT = Student(
    child=uuid4(),
    region="14",
    system_id="s1",
    person_id="girl",
    relation="guardian",
    first_name="Анна",
    last_name="Лебедева",
    middle_name=None,
    birth_date=None,
    organization_id="o1",
    organization_name="Школа",
    time_zone="Asia/Yakutsk",
    group_id="g1",
    group_name="5 «А»",
    grade=5,
)


async def add_year(rows: Any, year: int) -> None:
    spans = {
        "year": [(9, 1, 5, 31)],
        "quarter": [(9, 1, 10, 25), (11, 3, 12, 27), (1, 12, 3, 25), (4, 3, 5, 31)],
        "half": [(9, 1, 12, 27), (1, 12, 5, 31)],
    }
    for kind, each in spans.items():
        for number, (month, day, to_month, to_day) in enumerate(each, 1):
            await rows.add(
                "periods",
                id=f"{year}-{kind}-{number}",
                organization_id="o1",
                academic_year=year,
                kind=kind,
                number=number,
                name=f"{number} {kind}",
                starts_on=date(year + (month < 8), month, day),
                ends_on=date(year + (to_month < 8), to_month, to_day),
            )


@pytest.mark.parametrize(
    ("grade", "expected"),
    [(5, ["quarter-1", "quarter-2", "quarter-3", "quarter-4"]), (10, ["half-1", "half-2"])],
)
async def test_the_grade_chooses_quarters_or_halves(
    conn: AsyncConnection, rows: Any, grade: int, expected: list[str]
) -> None:
    await add_year(rows, 2026)
    student = msgspec.structs.replace(STUDENT, grade=grade)
    periods = await service.periods_of(conn, student, date(2026, 11, 23))
    assert [period.id for period in periods] == [f"2026-{name}" for name in expected]
    stranger = msgspec.structs.replace(student, system_id="s2")
    assert await service.periods_of(conn, stranger, date(2026, 11, 23)) == []


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2025, 8, 31), 2025),  # before the first one there is
        (date(2026, 8, 31), 2025),
        (date(2026, 9, 1), 2026),
        (date(2027, 7, 1), 2026),
    ],
)
async def test_the_day_chooses_the_academic_year(
    conn: AsyncConnection, rows: Any, day: date, year: int
) -> None:
    await add_year(rows, 2025)
    await add_year(rows, 2026)
    periods = await service.periods_of(conn, STUDENT, day)
    assert {period.id[:4] for period in periods} == {str(year)}


async def test_an_archived_period_is_left_out(conn: AsyncConnection, rows: Any) -> None:
    await add_year(rows, 2026)
    await conn.execute("UPDATE people.periods SET archived_at = now() WHERE id = '2026-quarter-4'")
    assert len(await service.periods_of(conn, STUDENT, date(2026, 11, 23))) == 3


async def test_kids_are_replaced_whole(conn: AsyncConnection) -> None:
    async def kids(parent: str) -> list[str]:
        cursor = await conn.execute(
            "SELECT kid_snils FROM people.esia_kids WHERE parent_oid = %s ORDER BY 1", [parent]
        )
        return [row[0] for row in await cursor.fetchall()]

    first, second = Kid("11111111145", None, date(2015, 1, 1)), Kid("22222222290", "7", date(2016, 1, 1))
    await service.remember_kids(conn, "200", [first], NOW)
    await service.remember_kids(conn, "100", [first, second, second], NOW)
    assert await kids("100") == [first.snils, second.snils]
    await service.remember_kids(conn, "100", [second], NOW)
    assert await kids("100") == [second.snils]
    await service.remember_kids(conn, "100", [], NOW)
    assert await kids("100") == []
    assert await kids("200") == [first.snils]


async def test_a_system_is_registered_once_and_changed_in_place(conn: AsyncConnection) -> None:
    new = System(
        id="nn-1", region="52", name="Журнал", base_url="http://a", client_id="portal", registered_at=NOW
    )
    await service.register_system(conn, new)
    moved = msgspec.structs.replace(new, base_url="http://b", paused_at=NOW)
    await service.register_system(conn, moved)
    assert await service.system(conn, "nn-1") == moved
    assert moved in await service.systems(conn)
    assert await service.system(conn, "nobody") is None
    with pytest.raises(service.SystemMoved, match="choose another id"):
        await service.register_system(conn, msgspec.structs.replace(new, region="14"))


@pytest.mark.parametrize("table", TABLES)
async def test_every_column_of_the_contract_has_its_place(conn: AsyncConnection, table: str) -> None:
    cursor = await conn.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'people' AND table_name = %s",
        [table],
    )
    ours = {row[0] for row in await cursor.fetchall()}
    assert set(columns(table)) - {"deleted"} <= ours


async def test_a_time_zone_that_nobody_knows_is_not_stored(conn: AsyncConnection, rows: Any) -> None:
    with pytest.raises(Exception, match="time zone"):
        await rows.school(time_zone="Asia/Nowhere")
