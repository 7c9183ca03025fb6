"""A tombstone beside a row of its id."""

from datetime import date, timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest

from myedu.contract.tables import TABLES
from myedu.kit.clock import FixedClock
from myedu.portal.exports.models import LoadContext
from tests.portal.exports.packages import (
    Tables,
    a_school,
    careless_package,
    cell,
    id_of,
    spoil,
)
from tests.portal.exports.taking import Ask, Write, take


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("row_first", [True, False])
@pytest.mark.parametrize(("table", "row_id"), [("persons", "p1"), ("guardianships", "k1")])
async def test_a_tombstone_beside_a_row_of_its_id_erases_and_the_row_is_told(
    context: LoadContext,
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
    await take(context, base)
    clock.advance(timedelta(hours=1))
    (held,) = (row for row in a_school()[table] if row.id == row_id)
    grave = msgspec.structs.replace(held, deleted=True)
    bare = msgspec.structs.replace(grave, starts_on=date(2026, 9, 2)) if table == "guardianships" else grave
    rows = a_school() if full else {name: [] for name in TABLES}
    others = [row for row in rows[table] if row.id != row_id]
    pair = [held, grave, bare] if row_first else [bare, grave, held]
    how = {"mode": "full"} if full else {"mode": "delta", "base": id_of(base)}
    manifest = careless_package(tmp_path, rows | {table: [*others, *pair]}, clock.now(), **how)
    report = await take(context, tmp_path / str(manifest.export_id))
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
    context: LoadContext, clock: FixedClock, tmp_path: Path, ask: Ask, url: str, bare: bool
) -> None:
    parts = "; ".join(f"DROP TABLE IF EXISTS people.{table}_r25" for table in TABLES)
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(parts if bare else "SELECT people.open_region('25')")
    rows = a_school()
    rows["persons"].append(msgspec.structs.replace(rows["persons"][0], deleted=True))
    manifest = careless_package(tmp_path, rows, clock.now())
    report = await take(context, tmp_path / str(manifest.export_id))
    assert report.problems == {"row-and-tombstone": 1, "unknown-reference": 2}
    assert ask("SELECT id FROM people.persons ORDER BY id") == ["m1", "m2", "m3", "p2", "p3"]
    assert ask("SELECT id FROM people.guardianships ORDER BY id") == ["k2", "k3"]


async def test_a_tombstone_erases_though_a_row_of_its_id_is_wrong_by_itself(
    context: LoadContext, clock: FixedClock, tmp_path: Path, write: Write, ask: Ask
) -> None:
    base = write(a_school())
    await take(context, base)
    clock.advance(timedelta(hours=1))
    held = a_school()["guardianships"][0]
    pair: Tables = {"guardianships": [held, msgspec.structs.replace(held, deleted=True)]}
    manifest = careless_package(tmp_path, pair, clock.now(), mode="delta", base=id_of(base))
    folder = tmp_path / str(manifest.export_id)
    spoil(folder, "guardianships", cell("guardianships", 2, "ends_on", "1.9.2027"))
    report = await take(context, folder)
    assert report.problems == {"bad-date": 1, "row-and-tombstone": 1}
    assert (report.changes["guardianships"].erased, report.changes["guardianships"].archived) == (1, 0)
    assert ask("SELECT id FROM people.guardianships ORDER BY id") == ["k2", "k3"]
