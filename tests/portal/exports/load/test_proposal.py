"""What a package would do, what holds it, and how it is taken back; what is erased, and what with it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from myedu.contract.snils import make_snils
from myedu.contract.tables import TABLES
from myedu.kit.clock import FixedClock
from myedu.portal.app import erasers_of
from myedu.portal.exports import store
from myedu.portal.exports.models import LoadContext, PackageRefused
from myedu.portal.exports.service import erase_expired, load_folder, roll_back
from tests.portal.exports.packages import a_school, altered, cell, id_of, person, rewrite, spoil, without
from tests.portal.exports.taking import Ask, Write, take


def everything(ask: Ask) -> dict[str, list[Any]]:
    """All rows of the region, as they are."""
    return {table: ask(f"SELECT row.*::text FROM people.{table} row ORDER BY id") for table in TABLES}


async def test_a_dry_run_says_all_and_changes_nothing(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(context, write(a_school()))
    before = everything(ask), ask("SELECT count(*) FROM exports.packages")
    clock.advance(timedelta(days=1))
    changed = altered(without(a_school(), "subjects", "s1"), "persons", "p1", first_name="Пётр", sex="x")
    folder = write(without(changed, "teaching", "d1"))
    report = await take(context, folder, dry_run=True)
    assert report.state == "proposed"
    persons, subjects = report.changes["persons"], report.changes["subjects"]
    assert (persons.changed, persons.fields, persons.held) == (1, {"first_name": 1, "sex": 1}, 6)
    assert (subjects.archived, report.problems) == (1, {"unknown-code": 1})
    assert (everything(ask), ask("SELECT count(*) FROM exports.packages")) == before
    assert ask("SELECT count(*) FROM exports.problems") == [0]
    assert (await take(context, folder)).changes == report.changes


async def test_a_dry_run_of_a_first_package_leaves_no_table(
    context: LoadContext, write: Write, ask: Ask
) -> None:
    parts = "SELECT count(*) FROM pg_class WHERE relname = 'persons_r25' AND relkind = 'r'"
    ask("SELECT 1 FROM people.persons")
    before = ask(parts)
    report = await take(context, write(a_school()), dry_run=True)
    assert (report.state, report.changes["persons"].added) == ("proposed", 6)
    assert ask(parts) == before


@pytest.mark.parametrize("field", ["snils", "birth_date"])
async def test_many_new_identities_hold_the_package(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock, field: str
) -> None:
    await take(context, write(a_school(30)))
    clock.advance(timedelta(days=1))
    new = {"snils": make_snils(300_000_001), "birth_date": date(2013, 3, 3)}
    rows = a_school(30)
    for number in range(1, 26):
        value = make_snils(300_000_000 + number) if field == "snils" else new[field]
        rows = altered(rows, "persons", f"p{number}", **{field: value})
    folder = write(rows)
    held = await take(context, folder)
    assert (held.state, held.code) == ("held", "many-identities")
    assert "25 of 60 persons" in (held.reason or "")
    assert ask("SELECT count(*) FROM exports.staging_persons_r25") == [0]
    assert (await take(context, folder, approved=True)).state == "applied"


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize(
    ("table", "held"), [("guardianships", True), ("enrollments", False)], ids=["rights", "what gives none"]
)
async def test_rights_that_cannot_be_read_hold_the_package(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock, full: bool, table: str, held: bool
) -> None:
    base = write(a_school())
    await take(context, base)
    clock.advance(timedelta(days=1))
    how = {} if full else {"mode": "delta", "base": id_of(base)}
    folder = write(a_school() if full else {table: a_school()[table]}, **how)
    for line in range(2, 5):
        spoil(folder, table, cell(table, line, "id", "к 1"))
    report = await take(context, folder)
    if not held:
        assert report.state == "applied"
        return
    assert (report.state, report.code) == ("held", "unread-rights")
    assert "ids of guardianships can't be read" in (report.reason or "")
    assert "approve" in (report.reason or "")
    assert (await take(context, folder, approved=True)).state == "applied"
    assert ask("SELECT count(*) FROM people.guardianships WHERE archived_at IS NULL") == [3]


async def test_an_operator_is_told_of_every_reason(
    context: LoadContext, write: Write, clock: FixedClock
) -> None:
    await take(context, write(a_school(30)))
    clock.advance(timedelta(days=1))
    folder = write(a_school(9))
    rewrite(folder, "guardianships", lambda text: text.replace(b"k2,", b'"k"2,', 1), 9)
    report = await take(context, folder)
    assert (report.state, report.code) == ("held", "unread-rights")
    assert "guardianships can't be read" in (report.reason or "")
    assert "42 of 60 persons" in (report.reason or "")


async def test_links_that_cannot_be_read_hold_no_first_package(
    context: LoadContext, write: Write, ask: Ask
) -> None:
    folder = write(a_school())
    spoil(folder, "guardianships", cell("guardianships", 2, "id", "к 1"))
    assert (await take(context, folder)).state == "applied"
    assert ask("SELECT id FROM people.guardianships ORDER BY id") == ["k2", "k3"]


async def test_links_none_of_whose_dates_can_be_read_hold_the_package(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(context, write(a_school(30)))
    clock.advance(timedelta(days=1))
    folder = write(a_school(30))
    for line in range(2, 32):
        spoil(folder, "guardianships", cell("guardianships", line, "ends_on", "1.9.2027"))
    report = await take(context, folder)
    assert (report.state, report.code) == ("held", "many-absent")
    assert ask("SELECT count(*) FROM people.guardianships WHERE archived_at IS NULL") == [30]


async def test_a_first_snils_is_no_other_identity(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    rows = a_school(30)
    bare = rows | {"persons": [msgspec.structs.replace(row, snils=None) for row in rows["persons"]]}
    await take(context, write(bare))
    clock.advance(timedelta(days=1))
    assert (await take(context, write(rows))).state == "applied"


async def test_rolling_back_puts_every_row_back_as_it_was(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    base = write(a_school())
    await take(context, base)
    before = everything(ask)
    clock.advance(timedelta(days=1))
    link = msgspec.structs.replace(a_school()["guardianships"][0], deleted=True)
    delta = {
        "persons": [
            msgspec.structs.replace(person("p1", 1), first_name="Пётр"),
            msgspec.structs.replace(person("m3", 3), deleted=True),
            person("p9", 9),
        ],
        "guardianships": [link],
    }
    folder = write(delta, mode="delta", base=id_of(base))
    assert (await take(context, folder)).state == "applied"
    assert everything(ask) != before
    report = await roll_back(context, "25")
    assert (report.state, report.export_id) == ("rolled-back", id_of(folder))
    assert everything(ask) == before
    with pytest.raises(PackageRefused, match="only the last one can go, and once"):
        await roll_back(context, "25")
    # It comes back only when an operator says so, and then as it was.
    assert (await take(context, folder)).state == "rolled-back"
    assert (await take(context, folder, approved=True)).state == "applied"
    assert ask("SELECT count(*) FROM people.persons") == [6]


async def test_rolling_back_a_first_package_leaves_nobody(
    context: LoadContext, write: Write, ask: Ask
) -> None:
    await take(context, write(a_school()))
    await roll_back(context, "25")
    assert not any(everything(ask).values())
    with pytest.raises(PackageRefused, match="25"):
        await roll_back(context, "25")
    actions = ask("SELECT action FROM audit.lines ORDER BY id DESC LIMIT 2")
    assert actions == ["export.roll-back", "export.apply"]


async def test_archived_and_restored_rows_are_put_back_too(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(context, write(a_school()))
    clock.advance(timedelta(days=1))
    await take(context, write(without(without(a_school(), "teaching", "d1"), "subjects", "s1")))
    gone = everything(ask)
    clock.advance(timedelta(days=1))
    assert (await take(context, write(a_school()))).changes["subjects"].restored == 1
    await roll_back(context, "25")
    assert everything(ask) == gone


async def remember_about(context: LoadContext, student: str, child: str) -> None:
    async with context.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO federation.copies VALUES"
            " ('25', 'r25-a', %s, 'diary', '2026-11-23', '2026-11-29', '{}', NULL, now())",
            [student],
        )
        await conn.execute(
            "INSERT INTO diary.homework_done VALUES ('25', 'r25-a', %s, 'h1', gen_random_uuid(), now())",
            [student],
        )
        await conn.execute(
            "INSERT INTO diary.visits (account_id, child, seen_at) VALUES (gen_random_uuid(), %s, now())",
            [child],
        )


DERIVED = (
    "SELECT (SELECT count(*) FROM federation.copies), (SELECT count(*) FROM diary.homework_done),"
    " (SELECT count(*) FROM diary.visits), (SELECT count(*) FROM people.esia_kids)"
)


@pytest.fixture
async def family(context: LoadContext, write: Write, ask: Ask) -> Path:
    """A school taken in, and what the rooms keep of p1 and p2; the pipeline has the erasers of the rooms."""
    folder = write(a_school())
    await take(context, folder)
    async with context.database.transaction() as conn:
        for table in ("federation.copies", "diary.homework_done", "diary.visits", "people.esia_kids"):
            await conn.execute(f"DELETE FROM {table}")
        for number in (1, 2):
            await conn.execute(
                "INSERT INTO people.esia_kids VALUES ('100', %s, NULL, '2012-02-03', now())",
                [make_snils(200_000_000 + number)],
            )
    for student in ("p1", "p2"):
        (child,) = ask("SELECT public_id FROM people.persons WHERE id = %s", student)
        await remember_about(context, student, child)
    assert ask(DERIVED) == [(2, 2, 2, 2)]
    return folder


async def test_a_tombstone_erases_what_was_derived_too(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock, family: Path
) -> None:
    clock.advance(timedelta(days=1))
    grave = msgspec.structs.replace(person("p1", 1), deleted=True)
    folder = write({"persons": [grave]}, mode="delta", base=id_of(family))
    report = await load_folder(msgspec.structs.replace(context, erasers=erasers_of()), "r25-a", folder)
    assert report.changes["persons"].erased == 1
    assert ask(DERIVED) == [(1, 1, 1, 1)]
    assert ask("SELECT id FROM people.enrollments ORDER BY id") == ["e2", "e3"]
    assert ask("SELECT count(*) FROM people.erased") == [0]


async def test_archived_rows_are_erased_after_their_term(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock, family: Path
) -> None:
    context = msgspec.structs.replace(context, erasers=erasers_of())
    clock.advance(timedelta(days=1))
    fewer = a_school()
    for table, row in (("persons", "p1"), ("enrollments", "e1"), ("guardianships", "k1")):
        fewer = without(fewer, table, row)
    await take(context, write(fewer))
    clock.advance(timedelta(days=365))
    assert await erase_expired(context) == {"r25-a": 0}
    async with context.database.connection() as conn:
        assert (await store.current_rows(conn, "r25-a"))["persons"] == 5
    clock.advance(timedelta(days=1))
    assert await erase_expired(context) == {"r25-a": 1}
    # Rows about them went with them: what the last report says of how many stand is not true any more.
    async with context.database.connection() as conn:
        assert await store.current_rows(conn, "r25-a") == {}
    assert ask("SELECT id FROM people.persons ORDER BY id") == ["m1", "m2", "m3", "p2", "p3"]
    assert ask(DERIVED) == [(1, 1, 1, 1)]
    # Not even a roll-back brings the erased person back.
    await roll_back(context, "25")
    assert ask("SELECT id FROM people.persons WHERE id = 'p1'") == []
