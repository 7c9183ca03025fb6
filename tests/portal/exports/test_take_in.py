"""Packages that are taken in: first, again, changed, absent, back."""

from datetime import date, timedelta
from uuid import RFC_4122, uuid4

import msgspec
import psycopg
import pytest

from myedu.contract.tables import REFERENCES, TABLES
from myedu.kit.clock import FixedClock
from myedu.kit.sql import Query, compose, prepare_problems
from myedu.portal.exports.load.relations import Relations
from myedu.portal.exports.load.staging import FAMILIES, REFERENCE, REGION, TABLE, Staging, begin_import
from myedu.portal.exports.models import ApprovalPolicy, LoadContext
from myedu.portal.exports.service import load_folder
from myedu.portal.people.models import Place
from myedu.portal.people.service import register_system
from tests.portal.exports.conftest import SYSTEM
from tests.portal.exports.packages import (
    STAMP,
    a_school,
    altered,
    cell,
    person,
    spoil,
    without,
)
from tests.portal.exports.taking import Ask, Write, counts, take


def test_the_server_understands_every_statement_of_the_import(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("SELECT people.open_region('77'), exports.open_region('77'), exports.open_region('78')")
        for table in TABLES:
            conn.execute("SELECT people.create_unindexed_partition(%s, '78', 's', %s)", [table, uuid4()])
    assert prepare_problems(url, statements("77")) == []
    assert prepare_problems(url, statements("78", unindexed=True)) == []
    assert len(statements("77")) > 300


def statements(region: str, *, unindexed: bool = False) -> list[Query]:
    """All of load/sql, for every table and reference."""
    relations = Relations(region, unindexed)
    about = {
        (table, ""): TABLE for table in TABLES
    } | {
        (table, column): REFERENCE for table, named in REFERENCES.items() for column in named
    } | {("", ""): [*REGION, *FAMILIES]}  # fmt: skip
    return [
        compose(template, relations.parts(*place))
        for place, templates in about.items()
        for template in templates
    ]


async def test_no_statement_of_the_import_is_a_nested_loop_though_staging_looks_empty(
    context: LoadContext,
) -> None:
    place = Place("25", "r25-a")
    values = {
        "region": "25",
        "system_id": "r25-a",
        "archive_absent": True,
        "found_only": False,
        "export_id": uuid4(),
        "now": STAMP,
    }
    async with context.database.transaction() as conn:
        await begin_import(conn, place.region)
        await Staging(conn, place).execute(REGION.open_partitions)
        for table in TABLES:
            for template in (TABLE.compare, TABLE.add, TABLE.save_previous, TABLE.change, TABLE.archive):
                query = compose(template, Relations("25").parts(table))
                plan = await (await conn.execute(f"EXPLAIN {query.text}", values)).fetchall()
                assert "Nested Loop" not in str(plan), query.name
        raise psycopg.Rollback


@pytest.mark.parametrize("compression", ["none", "gz", "zst"])
async def test_a_first_package_is_taken_in_whole(
    context: LoadContext, write: Write, ask: Ask, compression: str
) -> None:
    report = await take(context, write(a_school(), compression=compression))
    assert (report.state, report.problems) == ("applied", {})
    held = {
        table: ask(f"SELECT count(*) FROM people.{table} WHERE archived_at IS NULL")[0] for table in TABLES
    }
    assert held == {name: len(rows) for name, rows in a_school().items()}
    assert {table: counts(report, table)[0] for table in TABLES} == held


async def test_values_arrive_as_they_were(context: LoadContext, write: Write, ask: Ask) -> None:
    await take(context, write(a_school()))
    (row,) = ask(
        "SELECT region, system_id, last_name, first_name, middle_name, birth_date, snils, updated_at"
        " FROM people.persons WHERE id = 'p1'"
    )
    one = person("p1", 1)
    assert row == ("25", "r25-a", "Ковалёв", "Имя, «1»", None, date(2012, 2, 3), one.snils, STAMP)


async def test_the_same_package_again_changes_nothing(context: LoadContext, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    await take(context, folder)
    before = ask("SELECT xmin::text, id FROM people.persons ORDER BY id")
    assert (await take(context, folder)).state == "unchanged"
    assert ask("SELECT xmin::text, id FROM people.persons ORDER BY id") == before


async def test_a_package_that_another_has_followed_says_so(
    context: LoadContext, write: Write, clock: FixedClock
) -> None:
    first = write(a_school(2))
    await take(context, first)
    again = await take(context, first)
    assert (again.state, again.code) == ("unchanged", "applied-before")
    clock.advance(timedelta(days=1))
    second = write(a_school(3))
    await take(context, second)
    followed = await take(context, first)
    assert (followed.state, followed.code) == ("unchanged", "newer-stands")
    for report in (again, followed):
        assert "corrected rows need a package with a new export_id" in (report.reason or "")
    assert second.name in (followed.reason or "")


async def test_the_same_rows_in_a_new_package_touch_no_row(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(context, write(a_school()))
    before = ask("SELECT xmin::text, id FROM people.persons ORDER BY id")
    clock.advance(timedelta(days=1))
    stamped = {
        name: [msgspec.structs.replace(row, updated_at=clock.now()) for row in rows]
        for name, rows in a_school().items()
    }
    report = await take(context, write(stamped))
    assert report.state == "applied"
    assert not any(table.changes.any for table in report.tables)
    assert ask("SELECT xmin::text, id FROM people.persons ORDER BY id") == before


async def test_an_older_package_is_refused(context: LoadContext, write: Write, clock: FixedClock) -> None:
    old = write(a_school())
    clock.advance(timedelta(days=1))
    await take(context, write(a_school()))
    report = await take(context, old)
    assert (report.state, report.code) == ("refused", "older-package")
    assert "make a new one" in (report.reason or "")


async def test_a_changed_row_is_changed_and_nothing_else(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(context, write(a_school()))
    clock.advance(timedelta(days=1))
    report = await take(
        context, write(altered(a_school(), "persons", "p2", middle_name="Ильич", birth_date=None))
    )
    assert {table: counts(report, table) for table in TABLES if report.changes[table].any} == {
        "persons": (0, 1, 0, 0)
    }
    assert ask("SELECT middle_name, birth_date FROM people.persons WHERE id = 'p2'") == [("Ильич", None)]


async def test_absent_is_archived_and_comes_back_as_the_same_child(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(context, write(a_school()))
    public_id = ask("SELECT public_id FROM people.persons WHERE id = 'p3'")
    clock.advance(timedelta(days=1))
    fewer = a_school()
    for table, row in (("persons", "p3"), ("enrollments", "e3"), ("guardianships", "k3")):
        fewer = without(fewer, table, row)
    gone = await take(context, write(fewer))
    assert counts(gone, "persons") == (0, 0, 1, 0)
    assert ask("SELECT archived_at FROM people.persons WHERE id = 'p3'") == [clock.now()]
    clock.advance(timedelta(days=1))
    back = await take(context, write(a_school()))
    assert counts(back, "persons") == counts(back, "guardianships") == (0, 0, 0, 1)
    assert ask("SELECT public_id FROM people.persons WHERE id = 'p3' AND archived_at IS NULL") == public_id


async def test_other_systems_rows_are_left_alone(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    async with context.database.transaction() as conn:
        await conn.execute("SELECT people.open_region('14'), people.open_region('25')")
        await conn.execute(
            "INSERT INTO people.subjects (region, system_id, id, organization_id, name, updated_at)"
            " VALUES ('25', 'r25-b', 's1', 'o1', 'Химия', now()), ('14', 'r25-a', 's9', 'o1', 'Химия', now())"
        )
    await take(context, write(a_school()))
    clock.advance(timedelta(days=1))
    await take(context, write(without(without(a_school(), "teaching", "d1"), "subjects", "s1")))
    assert ask("SELECT region, system_id, id, archived_at IS NULL FROM people.subjects ORDER BY 1, 2, 3") == [
        ("14", "r25-a", "s9", True), ("25", "r25-a", "s1", False), ("25", "r25-b", "s1", True),
    ]  # fmt: skip


# --- much that is absent


async def test_many_absences_hold_the_package_until_agreed(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(context, write(a_school(30)))
    clock.advance(timedelta(days=1))
    folder = write(a_school(9))
    held = await take(context, folder)
    assert (held.state, held.code) == ("held", "many-absent")
    assert "42 of 60 persons" in (held.reason or "")
    assert "approve" in (held.reason or "")
    assert counts(held, "persons") == (0, 0, 42, 0)
    assert ask("SELECT count(*) FROM people.persons WHERE archived_at IS NULL") == [60]
    assert ask("SELECT state FROM exports.packages ORDER BY created_at") == ["applied", "held"]
    agreed = await take(context, folder, approved=True)
    assert agreed.state == "applied"
    assert ask("SELECT count(*) FROM people.persons WHERE archived_at IS NULL") == [18]


async def test_a_file_of_nothing_but_a_header_where_rows_stood_holds_the_package(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(context, write(a_school(30)))
    clock.advance(timedelta(days=1))
    folder = write(a_school(30) | {"guardianships": []})
    held = await take(context, folder)
    assert (held.state, held.code) == ("held", "many-absent")
    assert "archive 30 of 30 guardianships" in (held.reason or "")
    assert ask("SELECT count(*) FROM people.guardianships WHERE archived_at IS NULL") == [30]


async def test_few_absences_or_a_small_share_hold_nothing(
    context: LoadContext, write: Write, clock: FixedClock
) -> None:
    await take(context, write(a_school(30)))
    clock.advance(timedelta(days=1))
    assert (await take(context, write(a_school(20)))).state == "applied"  # 20 persons: all of them few
    lenient = msgspec.structs.replace(context, policy=ApprovalPolicy(share=0.9, rows=0))
    clock.advance(timedelta(days=1))
    assert (await take(lenient, write(a_school(5)))).state == "applied"


# --- deltas


async def test_what_was_done_stands_in_the_audit(context: LoadContext, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    await take(context, folder)
    lines = "SELECT action, region, system_id FROM audit.lines WHERE detail->>'export_id' = %s"
    assert ask(lines, folder.name) == [("export.apply", "25", "r25-a")]


async def test_a_set_aside_row_keeps_its_held_version_and_a_broken_link_does_not(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(context, write(a_school()))
    clock.advance(timedelta(days=1))
    folder = write(a_school())
    spoil(folder, "enrollments", cell("enrollments", 2, "starts_on", "1.9.2026"))
    # A revocation that can't be read must not leave the link open.
    spoil(folder, "guardianships", cell("guardianships", 3, "revoked_at", "yesterday"))
    report = await take(context, folder)
    assert report.problems == {"bad-date": 1, "bad-instant": 1}
    assert counts(report, "enrollments") == (0, 0, 0, 0)
    assert ask("SELECT id FROM people.guardianships WHERE archived_at IS NOT NULL") == ["k2"]


async def test_a_regions_first_package_leaves_parts_as_every_other_makes_them(
    context: LoadContext, write: Write, ask: Ask
) -> None:
    """It is copied straight into parts with columns and defaults of staging; none may stay."""
    first = msgspec.structs.replace(SYSTEM, id="r77-a", region="77")
    async with context.database.transaction() as conn:
        await register_system(conn, first)
    rows = a_school()
    report = await load_folder(context, "r77-a", write(rows, region="77"))
    assert report.state == "applied"
    for table in TABLES:
        columns = "SELECT array_agg(column_name::text ORDER BY column_name) FROM information_schema.columns"
        of_table = f"{columns} WHERE table_schema = 'people' AND table_name = %s"
        assert ask(of_table, f"{table}_r77") == ask(of_table, table)
        assert ask(f"SELECT count(*) FROM people.{table} WHERE region = '77'") == [len(rows[table])]
    defaults = (
        "SELECT DISTINCT column_name::text FROM information_schema.columns"
        " WHERE table_schema = 'people' AND table_name LIKE '%%\\_r77' AND table_name NOT LIKE 'incoming%%'"
        " AND column_default IS NOT NULL AND column_name <> 'deleted'"
    )
    assert ask(defaults) == ["public_id"]
    ids = ask("SELECT public_id FROM people.persons WHERE region = '77'")
    assert len(set(ids)) == len(rows["persons"])
    assert {(one.version, one.variant) for one in ids} == {(7, RFC_4122)}
    export_id = ask("SELECT DISTINCT export_id FROM people.teaching WHERE region = '77'")
    assert export_id == [report.export_id]
