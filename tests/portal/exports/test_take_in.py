"""Packages that are taken in: first, again, changed, absent, back, delta; and what a failure leaves."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import RFC_4122, uuid4

import msgspec
import psycopg
import pytest

from myedu.contract.tables import TABLES
from myedu.kit.clock import FixedClock
from myedu.kit.db import execute
from myedu.kit.sql import prepare_problems
from myedu.portal.exports.models import Guard, Report
from myedu.portal.exports.service import Tools, load_folder
from myedu.portal.people import intake, statements
from myedu.portal.people.models import Place
from myedu.portal.people.service import register_system
from tests.portal.exports.conftest import SYSTEM
from tests.portal.exports.packages import (
    STAMP,
    Tables,
    a_school,
    altered,
    careless_package,
    cell,
    id_of,
    person,
    spoil,
    without,
)
from tests.portal.exports.test_jobs import until

Write = Callable[..., Path]
Ask = Callable[..., list[Any]]


async def take(tools: Tools, folder: Path, **how: Any) -> Report:
    return await load_folder(tools, "r25-a", folder, **how)


def counts(report: Report, table: str) -> tuple[int, int, int, int]:
    one = report.changes[table]
    return one.added, one.changed, one.archived, one.restored


def test_the_server_understands_the_intake_for_every_table(url: str) -> None:
    assert set(statements.QUERIES) == set(TABLES)
    for queries in statements.QUERIES.values():
        assert len(queries) > 5
        assert prepare_problems(url, queries) == []
    for queries in statements.REFERENCE_QUERIES.values():
        assert len(queries) > 2
        assert prepare_problems(url, queries) == []


async def test_no_statement_of_the_intake_is_a_nested_loop_though_staging_looks_empty(tools: Tools) -> None:
    place = Place("25", "r25-a")
    values = {
        "region": "25",
        "system_id": "r25-a",
        "archive_absent": True,
        "found_only": False,
        "export_id": uuid4(),
        "now": STAMP,
    }
    async with tools.database.transaction() as conn:
        await intake.begin(conn, place, full=True)
        for queries in statements.QUERIES.values():
            for query in (queries.compare, queries.add, queries.change, queries.archive):
                plan = await (await conn.execute(f"EXPLAIN {query.text}", values)).fetchall()
                assert "Nested Loop" not in str(plan), query.name


@pytest.mark.parametrize("compression", ["none", "gz", "zst"])
async def test_a_first_package_is_taken_in_whole(
    tools: Tools, write: Write, ask: Ask, compression: str
) -> None:
    report = await take(tools, write(a_school(), compression=compression))
    assert (report.state, report.problems) == ("applied", {})
    held = {
        table: ask(f"SELECT count(*) FROM people.{table} WHERE archived_at IS NULL")[0] for table in TABLES
    }
    assert held == {name: len(rows) for name, rows in a_school().items()}
    assert {table: counts(report, table)[0] for table in TABLES} == held


async def test_values_arrive_as_they_were(tools: Tools, write: Write, ask: Ask) -> None:
    await take(tools, write(a_school()))
    (row,) = ask(
        "SELECT region, system_id, last_name, first_name, middle_name, birth_date, snils, updated_at"
        " FROM people.persons WHERE id = 'p1'"
    )
    one = person("p1", 1)
    assert row == ("25", "r25-a", "Ковалёв", "Имя, «1»", None, date(2012, 2, 3), one.snils, STAMP)


async def test_the_same_package_again_changes_nothing(tools: Tools, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    await take(tools, folder)
    before = ask("SELECT xmin::text, id FROM people.persons ORDER BY id")
    assert (await take(tools, folder)).state == "unchanged"
    assert ask("SELECT xmin::text, id FROM people.persons ORDER BY id") == before


async def test_a_package_that_another_has_followed_says_so(
    tools: Tools, write: Write, clock: FixedClock
) -> None:
    first = write(a_school(2))
    await take(tools, first)
    again = await take(tools, first)
    assert (again.state, again.code) == ("unchanged", "applied-before")
    clock.advance(timedelta(days=1))
    second = write(a_school(3))
    await take(tools, second)
    followed = await take(tools, first)
    assert (followed.state, followed.code) == ("unchanged", "newer-stands")
    for report in (again, followed):
        assert "corrected rows need a package with a new export_id" in (report.reason or "")
    assert second.name in (followed.reason or "")


async def test_the_same_rows_in_a_new_package_touch_no_row(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(tools, write(a_school()))
    before = ask("SELECT xmin::text, id FROM people.persons ORDER BY id")
    clock.advance(timedelta(days=1))
    stamped = {
        name: [msgspec.structs.replace(row, updated_at=clock.now()) for row in rows]
        for name, rows in a_school().items()
    }
    report = await take(tools, write(stamped))
    assert report.state == "applied"
    assert not any(table.changes.any for table in report.tables)
    assert ask("SELECT xmin::text, id FROM people.persons ORDER BY id") == before


async def test_an_older_package_is_refused(tools: Tools, write: Write, clock: FixedClock) -> None:
    old = write(a_school())
    clock.advance(timedelta(days=1))
    await take(tools, write(a_school()))
    report = await take(tools, old)
    assert (report.state, report.code) == ("refused", "older-package")
    assert "make a new one" in (report.reason or "")


async def test_a_changed_row_is_changed_and_nothing_else(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(tools, write(a_school()))
    clock.advance(timedelta(days=1))
    report = await take(
        tools, write(altered(a_school(), "persons", "p2", middle_name="Ильич", birth_date=None))
    )
    assert {table: counts(report, table) for table in TABLES if report.changes[table].any} == {
        "persons": (0, 1, 0, 0)
    }
    assert ask("SELECT middle_name, birth_date FROM people.persons WHERE id = 'p2'") == [("Ильич", None)]


async def test_absent_is_archived_and_comes_back_as_the_same_child(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(tools, write(a_school()))
    public_id = ask("SELECT public_id FROM people.persons WHERE id = 'p3'")
    clock.advance(timedelta(days=1))
    fewer = a_school()
    for table, row in (("persons", "p3"), ("enrollments", "e3"), ("guardianships", "k3")):
        fewer = without(fewer, table, row)
    gone = await take(tools, write(fewer))
    assert counts(gone, "persons") == (0, 0, 1, 0)
    assert ask("SELECT archived_at FROM people.persons WHERE id = 'p3'") == [clock.now()]
    clock.advance(timedelta(days=1))
    back = await take(tools, write(a_school()))
    assert counts(back, "persons") == counts(back, "guardianships") == (0, 0, 0, 1)
    assert ask("SELECT public_id FROM people.persons WHERE id = 'p3' AND archived_at IS NULL") == public_id


async def test_other_systems_rows_are_left_alone(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock
) -> None:
    async with tools.database.transaction() as conn:
        await conn.execute("SELECT people.open_region('14'), people.open_region('25')")
        await conn.execute(
            "INSERT INTO people.subjects (region, system_id, id, organization_id, name, updated_at)"
            " VALUES ('25', 'r25-b', 's1', 'o1', 'Химия', now()), ('14', 'r25-a', 's9', 'o1', 'Химия', now())"
        )
    await take(tools, write(a_school()))
    clock.advance(timedelta(days=1))
    await take(tools, write(without(without(a_school(), "teaching", "d1"), "subjects", "s1")))
    assert ask("SELECT region, system_id, id, archived_at IS NULL FROM people.subjects ORDER BY 1, 2, 3") == [
        ("14", "r25-a", "s9", True), ("25", "r25-a", "s1", False), ("25", "r25-b", "s1", True),
    ]  # fmt: skip


# --- much that is absent


async def test_many_absences_hold_the_package_until_agreed(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(tools, write(a_school(30)))
    clock.advance(timedelta(days=1))
    folder = write(a_school(9))
    held = await take(tools, folder)
    assert (held.state, held.code) == ("held", "many-absent")
    assert "42 of 60 persons" in (held.reason or "")
    assert "agree" in (held.reason or "")
    assert counts(held, "persons") == (0, 0, 42, 0)
    assert ask("SELECT count(*) FROM people.persons WHERE archived_at IS NULL") == [60]
    assert ask("SELECT state FROM exports.packages ORDER BY created_at") == ["applied", "held"]
    agreed = await take(tools, folder, agreed=True)
    assert agreed.state == "applied"
    assert ask("SELECT count(*) FROM people.persons WHERE archived_at IS NULL") == [18]


async def test_a_file_of_nothing_but_a_header_where_rows_stood_holds_the_package(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(tools, write(a_school(30)))
    clock.advance(timedelta(days=1))
    folder = write(a_school(30) | {"guardianships": []})
    held = await take(tools, folder)
    assert (held.state, held.code) == ("held", "many-absent")
    assert "archive 30 of 30 guardianships" in (held.reason or "")
    assert ask("SELECT count(*) FROM people.guardianships WHERE archived_at IS NULL") == [30]


async def test_few_absences_or_a_small_share_hold_nothing(
    tools: Tools, write: Write, clock: FixedClock
) -> None:
    await take(tools, write(a_school(30)))
    clock.advance(timedelta(days=1))
    assert (await take(tools, write(a_school(20)))).state == "applied"  # 20 persons: all of them few
    lenient = msgspec.structs.replace(tools, guard=Guard(share=0.9, rows=0))
    clock.advance(timedelta(days=1))
    assert (await take(lenient, write(a_school(5)))).state == "applied"


# --- deltas


async def test_a_delta_changes_and_takes_away_what_it_names(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock
) -> None:
    base = write(a_school())
    await take(tools, base)
    clock.advance(timedelta(hours=1))
    link = msgspec.structs.replace(a_school()["guardianships"][1], deleted=True)
    delta = {
        "persons": [msgspec.structs.replace(person("p1", 1), first_name="Пётр"), person("p9", 9)],
        "enrollments": [msgspec.structs.replace(a_school()["enrollments"][0], id="e9", person_id="p9")],
        "guardianships": [link],
    }
    report = await take(tools, write(delta, mode="delta", base=id_of(base)))
    assert (report.state, report.problems) == ("applied", {})
    assert counts(report, "persons") == (1, 1, 0, 0)
    assert report.changes["guardianships"].erased == 1
    assert ask("SELECT count(*) FROM people.persons WHERE archived_at IS NULL") == [7]
    assert ask("SELECT id FROM people.guardianships ORDER BY id") == ["k1", "k3"]


async def test_a_tombstone_needs_no_more_than_its_id(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock
) -> None:
    base = write(a_school())
    await take(tools, base)
    clock.advance(timedelta(hours=1))
    folder = write({"persons": [person("m3", 3)]}, mode="delta", base=id_of(base))

    def bury(lines: list[list[str]]) -> None:
        header = lines[0]
        lines[1] = [
            {"id": "m3", "updated_at": "2026-11-23T03:00:00Z", "deleted": "true"}.get(name, "")
            for name in header
        ]

    spoil(folder, "persons", bury)
    report = await take(tools, folder)
    assert (report.state, report.problems) == ("applied", {})
    assert ask("SELECT id FROM people.persons WHERE id = 'm3'") == []
    # What says something of her is gone with her.
    assert ask("SELECT id FROM people.guardianships ORDER BY id") == ["k1", "k2"]


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("row_first", [True, False])
@pytest.mark.parametrize(("table", "row_id"), [("persons", "p1"), ("guardianships", "k1")])
async def test_a_tombstone_beside_a_row_of_its_id_erases_and_the_row_is_told(
    tools: Tools,
    clock: FixedClock,
    tmp_path: Path,
    write: Write,
    ask: Ask,
    full: bool,
    row_first: bool,
    table: str,
    row_id: str,
) -> None:
    base = write(a_school())
    await take(tools, base)
    clock.advance(timedelta(hours=1))
    (held,) = (row for row in a_school()[table] if row.id == row_id)
    grave = msgspec.structs.replace(held, deleted=True)
    bare = msgspec.structs.replace(grave, starts_on=date(2026, 9, 2)) if table == "guardianships" else grave
    rows = a_school() if full else {name: [] for name in TABLES}
    others = [row for row in rows[table] if row.id != row_id]
    pair = [held, grave, bare] if row_first else [bare, grave, held]
    how = {"mode": "full"} if full else {"mode": "delta", "base": id_of(base)}
    manifest = careless_package(tmp_path, rows | {table: [*others, *pair]}, clock.now(), **how)
    report = await take(tools, tmp_path / str(manifest.export_id))
    assert report.state == "applied"
    assert (report.changes[table].erased, report.changes[table].archived) == (1, 0)
    assert ask(f"SELECT id FROM people.{table} WHERE id = %s", row_id) == []
    found = ask("SELECT table_name, line, code FROM exports.problems WHERE table_name = %s", table)
    start = 2 + len(others)
    line, again = (start, start + 2) if row_first else (start + 2, start + 1)
    assert sorted(found) == sorted(
        [(table, line, "row-and-tombstone"), (table, again, "repeated-row")],
    )


@pytest.mark.parametrize("bare", [False, True], ids=["through staging", "straight into its parts"])
async def test_a_tombstone_keeps_a_row_of_its_id_out_of_a_first_package(
    tools: Tools, clock: FixedClock, tmp_path: Path, ask: Ask, url: str, bare: bool
) -> None:
    parts = "; ".join(f"DROP TABLE IF EXISTS people.{table}_r25" for table in TABLES)
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(parts if bare else "SELECT people.open_region('25')")
    rows = a_school()
    rows["persons"].append(msgspec.structs.replace(rows["persons"][0], deleted=True))
    manifest = careless_package(tmp_path, rows, clock.now())
    report = await take(tools, tmp_path / str(manifest.export_id))
    assert report.problems == {"row-and-tombstone": 1, "unknown-reference": 2}
    assert ask("SELECT id FROM people.persons ORDER BY id") == ["m1", "m2", "m3", "p2", "p3"]
    assert ask("SELECT id FROM people.guardianships ORDER BY id") == ["k2", "k3"]


async def test_a_tombstone_erases_though_a_row_of_its_id_is_wrong_by_itself(
    tools: Tools, clock: FixedClock, tmp_path: Path, write: Write, ask: Ask
) -> None:
    base = write(a_school())
    await take(tools, base)
    clock.advance(timedelta(hours=1))
    held = a_school()["guardianships"][0]
    pair: Tables = {"guardianships": [held, msgspec.structs.replace(held, deleted=True)]}
    manifest = careless_package(tmp_path, pair, clock.now(), mode="delta", base=id_of(base))
    folder = tmp_path / str(manifest.export_id)
    spoil(folder, "guardianships", cell("guardianships", 2, "ends_on", "1.9.2027"))
    report = await take(tools, folder)
    assert report.problems == {"bad-date": 1, "row-and-tombstone": 1}
    assert (report.changes["guardianships"].erased, report.changes["guardianships"].archived) == (1, 0)
    assert ask("SELECT id FROM people.guardianships ORDER BY id") == ["k2", "k3"]


@pytest.mark.parametrize("first", [True, False])
async def test_a_delta_on_a_missing_base_asks_for_a_full(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock, first: bool
) -> None:
    foreign = write(a_school())
    if not first:
        await take(tools, write(a_school()))
        clock.advance(timedelta(hours=1))
    report = await take(tools, write({"persons": [person("p9", 9)]}, mode="delta", base=id_of(foreign)))
    assert (report.state, report.code) == ("refused", "missing-base")
    assert "send a full package" in (report.reason or "")
    assert ask("SELECT count(*) FROM people.persons WHERE id = 'p9'") == [0]


async def test_a_delta_on_itself_asks_for_a_full(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(tools, write(a_school()))
    clock.advance(timedelta(hours=1))
    own = uuid4()
    folder = write({"persons": [person("p9", 9)]}, mode="delta", base=own, export_id=own)
    for _ in range(2):
        report = await take(tools, folder)
        assert (report.state, report.code) == ("refused", "missing-base")
    assert ask("SELECT count(*) FROM people.persons WHERE id = 'p9'") == [0]


async def test_an_erased_person_who_is_added_again_is_another_child(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock
) -> None:
    folder = write(a_school())
    await take(tools, folder)
    public_id = ask("SELECT public_id FROM people.persons WHERE id = 'p1'")
    grave, row = msgspec.structs.replace(person("p1", 1), deleted=True), person("p1", 1)
    for delta, counted in (([grave], (0, 1)), ([row], (1, 0))):
        clock.advance(timedelta(hours=1))
        folder = write({"persons": delta}, mode="delta", base=id_of(folder))
        report = await take(tools, folder)
        persons = report.changes["persons"]
        assert (report.state, report.problems) == ("applied", {})
        assert (persons.added, persons.erased) == counted
    # What other rooms kept of the first one was erased, and nothing of the new one leads to it.
    assert ask("SELECT count(*) FROM people.persons WHERE id = 'p1' AND archived_at IS NULL") == [1]
    assert ask("SELECT public_id FROM people.persons WHERE id = 'p1'") != public_id
    assert ask("SELECT id FROM people.guardianships ORDER BY id") == ["k2", "k3"]


async def test_a_delta_may_name_what_the_portal_holds_but_not_what_it_takes_away(
    tools: Tools, write: Write, clock: FixedClock
) -> None:
    base = write(a_school())
    await take(tools, base)
    clock.advance(timedelta(hours=1))
    links = a_school()["guardianships"]
    delta = {
        "persons": [msgspec.structs.replace(person("m2", 2), deleted=True)],
        "guardianships": [
            msgspec.structs.replace(links[0], id="new1", guardian_id="m3"),
            msgspec.structs.replace(links[0], id="new2", guardian_id="m2"),
        ],
    }
    report = await take(tools, write(delta, mode="delta", base=id_of(base)))
    assert counts(report, "guardianships") == (1, 0, 0, 0)
    assert report.problems == {"unknown-reference": 1}


# --- all or nothing


class PulledPlug(Exception):
    pass


async def test_a_failure_in_the_middle_leaves_nothing_and_the_next_try_is_whole(
    tools: Tools, write: Write, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(a_school())
    seen: list[int] = []

    async def pull_the_plug(*_: object, **__: object) -> None:
        # Rows are changed already in this transaction; another session sees none.
        seen.extend(ask("SELECT count(*) FROM people.persons"))
        raise PulledPlug

    with monkeypatch.context() as patched:
        patched.setattr("myedu.portal.exports.service.store.finish", pull_the_plug)
        with pytest.raises(PulledPlug):
            await take(tools, folder)
    assert seen == [0]
    assert [ask(f"SELECT count(*) FROM people.{table}")[0] for table in TABLES] == [0] * len(TABLES)
    assert ask("SELECT state FROM exports.packages") == ["received"]
    report = await take(tools, folder)
    assert (report.state, counts(report, "persons")[0]) == ("applied", 6)
    assert ask("SELECT count(*) FROM people.incoming_persons") == [0]


async def test_one_package_from_two_processes_is_taken_in_once(tools: Tools, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    reports = await asyncio.gather(take(tools, folder), take(tools, folder))
    assert sorted(report.state for report in reports) == ["applied", "unchanged"]
    assert ask("SELECT count(*) FROM people.persons") == [6]
    assert ask("SELECT state FROM exports.packages") == ["applied"]


@pytest.mark.parametrize("newer_first", [False, True])
async def test_two_packages_of_a_system_at_once_end_with_the_newer_one(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock, newer_first: bool
) -> None:
    older = write(a_school(2))
    clock.advance(timedelta(hours=1))
    newer = write(a_school(3))
    first, second = (newer, older) if newer_first else (older, newer)
    reports = await past_the_door(tools, ask, take(tools, first), take(tools, second))
    assert ask("SELECT count(*) FROM people.persons WHERE archived_at IS NULL") == [6]
    states = {one.export_id: one.state for one in reports}
    assert states == {id_of(newer): "applied", id_of(older): "refused" if newer_first else "applied"}
    if newer_first:
        assert reports[1].code == "older-package"
        assert "make a new one" in (reports[1].reason or "")


async def past_the_door(tools: Tools, ask: Ask, *takings: Awaitable[Report]) -> list[Report]:
    """All wait for the region's lock, one after the other, before the first one gets it."""
    tasks = []
    async with tools.database.transaction() as conn:
        await execute(conn, statements.COMMON.lock, {"region": "25"})
        for number, taking in enumerate(takings, 1):
            tasks.append(asyncio.ensure_future(taking))
            waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            await until(ask, waiting, [number])
    return await asyncio.gather(*tasks)


async def test_two_systems_of_a_region_at_once_both_stand(tools: Tools, write: Write, ask: Ask) -> None:
    async with tools.database.transaction() as conn:
        await register_system(conn, msgspec.structs.replace(SYSTEM, id="r25-b"))
    folders = {"r25-a": write(a_school(3)), "r25-b": write(a_school(2))}
    takings = (load_folder(tools, name, folder) for name, folder in folders.items())
    reports = await past_the_door(tools, ask, *takings)
    assert [(one.state, one.problems) for one in reports] == [("applied", {})] * 2
    persons = "SELECT system_id, count(*) FROM people.persons GROUP BY 1 ORDER BY 1"
    assert ask(persons) == [("r25-a", 6), ("r25-b", 4)]


async def test_what_was_done_stands_in_the_audit(tools: Tools, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    await take(tools, folder)
    lines = "SELECT action, region, system_id FROM audit.lines WHERE detail->>'export_id' = %s"
    assert ask(lines, folder.name) == [("export.apply", "25", "r25-a")]


async def test_a_set_aside_row_keeps_its_held_version_and_a_broken_link_does_not(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(tools, write(a_school()))
    clock.advance(timedelta(days=1))
    folder = write(a_school())
    spoil(folder, "enrollments", cell("enrollments", 2, "starts_on", "1.9.2026"))
    # A revocation that can't be read must not leave the link open.
    spoil(folder, "guardianships", cell("guardianships", 3, "revoked_at", "yesterday"))
    report = await take(tools, folder)
    assert report.problems == {"bad-date": 1, "bad-instant": 1}
    assert counts(report, "enrollments") == (0, 0, 0, 0)
    assert ask("SELECT id FROM people.guardianships WHERE archived_at IS NOT NULL") == ["k2"]


async def test_a_regions_first_package_leaves_parts_as_every_other_makes_them(
    tools: Tools, write: Write, ask: Ask
) -> None:
    """It is copied straight into parts with columns and defaults of staging; none may stay."""
    first = msgspec.structs.replace(SYSTEM, id="r77-a", region="77")
    async with tools.database.transaction() as conn:
        await register_system(conn, first)
    rows = a_school()
    report = await load_folder(tools, "r77-a", write(rows, region="77"))
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
    assert {(one.version, one.variant) for one in ids} == {(4, RFC_4122)}
    export_id = ask("SELECT DISTINCT export_id FROM people.teaching WHERE region = '77'")
    assert export_id == [report.export_id]


async def test_a_delta_counts_what_stands_as_counting_would(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock
) -> None:
    folder = write(a_school())
    await take(tools, folder)
    for table, row in (("guardianships", "k1"), ("guardianships", "k2")):
        clock.advance(timedelta(hours=1))
        stand = ask(f"SELECT count(*) FROM people.{table} WHERE archived_at IS NULL")
        none: Tables = {name: [] for name in TABLES}
        grave = msgspec.structs.replace(a_school()[table][int(row[1:]) - 1], deleted=True)
        folder = write(none | {table: [grave]}, mode="delta", base=id_of(folder))
        report = await take(tools, folder)
        assert (report.state, report.changes[table].held, report.changes[table].erased) == (
            "applied", stand[0], 1,
        )  # fmt: skip


async def test_rows_that_went_with_a_person_are_not_counted_any_more(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock
) -> None:
    folder = write(a_school())
    await take(tools, folder)
    clock.advance(timedelta(hours=1))
    grave = msgspec.structs.replace(person("m3", 5003), deleted=True)
    await take(tools, write({"persons": [grave]}, mode="delta", base=id_of(folder)))
    clock.advance(timedelta(hours=1))
    stand = ask("SELECT count(*) FROM people.guardianships WHERE archived_at IS NULL")
    report = await take(tools, write(a_school()))
    assert [report.changes["guardianships"].held] == stand == [2]
