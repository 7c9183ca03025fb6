"""Import packages of invented regions: the problems found are the mistakes put in, day after day."""

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from myedu.connector.sdk.table_writer import Compression
from myedu.contract.tables import TABLES
from myedu.invented.exports.mistakes import Mistake
from myedu.invented.exports.package import PackageSpec, WrittenPackage, write_region
from myedu.portal.exports.models import LoadContext
from myedu.portal.exports.service import load_folder
from tests.portal.exports.taking import Ask

# Columns that the days change, to compare beside the ids.
TELLING = {"persons": ("last_name", "birth_date"), "enrollments": ("group_id", "status")}

# The problem that each kind of mistake gives.
CODES: dict[Mistake, list[str]] = {
    Mistake.WRONG_SNILS: ["bad-snils"],
    Mistake.MISSING_FIELD: ["required"],
    Mistake.YEAR_0: ["bad-date"],
    Mistake.YEAR_9999: ["bad-date"],
    Mistake.NO_SUCH_DAY: ["bad-date"],
    Mistake.BAD_INSTANT: ["bad-instant"],
    Mistake.UNKNOWN_CODE: ["unknown-code"],
    Mistake.UNKNOWN_ZONE: ["bad-zone"],
    Mistake.UNKNOWN_REFERENCE: ["unknown-reference"],
    Mistake.TEXT_FOR_NUMBER: ["bad-integer"],
    Mistake.CONTROL_CHARACTER: ["cleaned"],
    Mistake.ENDS_BEFORE_START: ["ends-before-start"],
    Mistake.BAD_ID: ["bad-id"],
    Mistake.DUPLICATE_ID: ["duplicate-id", "duplicate-id"],  # both rows
    Mistake.REPEATED_ROW: ["repeated-row"],
    Mistake.BROKEN_LINE: ["broken-line"],
    Mistake.UNCLOSED_QUOTE: ["broken-line"],
    Mistake.WRONG_ENCODING: ["bad-encoding"],
    Mistake.TWO_SCHOOLS: ["two-schools", "two-schools"],  # both enrolments
    Mistake.CHILD_OLDER: ["child-older"],
    # Two of one age who guard each other: neither is younger.
    Mistake.GUARDIAN_CYCLE: ["guardian-ring", "child-older"] * 2,
}


Generate = Callable[..., WrittenPackage]


@pytest.fixture
def generate(tmp_path: Path) -> Generate:
    """Primorye's package of a day; plain CSV where it is to be read by the test."""

    def generated(compression: Compression = "zst", **spec: Any) -> WrittenPackage:
        wanted = PackageSpec(**{"pupils": 15_000, "first_day": date(2026, 9, 1), "changes": 0.02} | spec)
        folder = tmp_path / compression
        return write_region(
            folder, "25", wanted, compression=compression, on_school=lambda pupils, rows: None
        )

    return generated


def rows_of(package: Path, table: str) -> set[tuple[str, str]]:
    """(id, its telling values)"""
    with (package / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return {(row["id"], _told(row, table)) for row in csv.DictReader(file)}


def _told(row: dict[str, str], table: str) -> str:
    return "/".join(row[name] for name in TELLING.get(table, ()))


def held(ask: Ask, table: str) -> set[tuple[str, str]]:
    values = ", ".join(TELLING.get(table, ())) or "NULL"
    return set(ask(f"SELECT id, concat_ws('/', {values}) FROM people.{table} WHERE archived_at IS NULL"))


@pytest.mark.parametrize("bare", [False, True], ids=["through staging", "straight into its parts"])
async def test_each_mistake_is_found_and_every_right_row_taken(
    context: LoadContext, generate: Generate, ask: Ask, url: str, bare: bool
) -> None:
    if bare:
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("; ".join(f"DROP TABLE IF EXISTS people.{table}_r25" for table in TABLES))
    else:
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("SELECT people.open_region('25')")
    written = generate(errors=0.1)
    report = await load_folder(context, "r25-a", written.folder)
    assert report.state == "applied"
    expected = Counter[tuple[str, str]]()
    for table, counts in written.mistakes.counts.items():
        for mistake, count in counts.items():
            expected.update({(table, code): n * count for code, n in Counter(CODES.get(mistake, ())).items()})
    found = ask("SELECT table_name, code, count(*) FROM exports.problems GROUP BY 1, 2")
    known = {code for codes in CODES.values() for code in codes}
    assert {(table, code): n for table, code, n in found if code in known} == expected
    right = generate("none").folder
    for table in TABLES:
        assert rows_of(right, table) <= held(ask, table), table


async def test_a_chain_of_deltas_ends_as_the_full_package(
    context: LoadContext, generate: Generate, ask: Ask
) -> None:
    for spec in ({}, {"day": 1, "mode": "delta"}, {"day": 2, "mode": "delta", "base": "delta"}):
        report = await load_folder(context, "r25-a", generate(**spec).folder, approved=True)
        assert (report.state, report.problems) == ("applied", {})
        assert report.changes["persons"].any
    day_2 = generate("none", day=2).folder
    for table in TABLES:
        assert held(ask, table) == rows_of(day_2, table), table
