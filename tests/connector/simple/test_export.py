"""Packages of a journal of plain rows: full, deltas of both kinds, wrong rows, one writer at a time."""

import csv
import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from myedu.connector.sdk.package_folder import packages
from myedu.connector.sdk.system import Misdeclared
from myedu.connector.sdk.table_writer import ExportError
from myedu.connector.simple import SimpleJournal
from myedu.connector.simple.export import FULL_EVERY, KEPT, WrongRows, write_export
from myedu.contract.package import Manifest
from myedu.contract.tables import TABLES
from myedu.kit.folder_lock import FolderLock
from tests.connector.simple.village import Town, Village

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def written(journal: Village, folder: Path, day: float = 0, **more: Any) -> Manifest:
    return write_export(journal, folder, now=NOW + timedelta(days=day), **more)


def rows(folder: Path, manifest: Manifest, table: str) -> list[dict[str, str]]:
    entry = next(listed for listed in manifest.tables if listed.table == table)
    with gzip.open(folder / str(manifest.export_id) / entry.file, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_first_package_is_full(tmp_path: Path) -> None:
    manifest = written(Village(), tmp_path)
    assert (manifest.mode, manifest.region, manifest.system.vendor) == ("full", "25", "Никто")
    assert [entry.table for entry in manifest.tables] == list(TABLES)
    (school,) = rows(tmp_path, manifest, "organizations")
    # what the vendor doesn't have: the zone is the journal's, the time that of the export
    assert (school["time_zone"], school["updated_at"]) == ("Asia/Vladivostok", NOW.isoformat())
    (person,) = rows(tmp_path, manifest, "persons")  # of an async generator
    assert (person["id"], person["last_name"]) == ("1", "Ким")


def test_a_row_marked_as_deleted_is_not_in_a_full_package(tmp_path: Path) -> None:
    journal = Village()
    journal.people.append({"id": 2, "last_name": "Ли", "first_name": "Ян", "deleted": 1})
    assert [row["id"] for row in rows(tmp_path, written(journal, tmp_path), "persons")] == ["1"]


def test_a_delta_by_comparing(tmp_path: Path) -> None:
    journal = Village()
    journal.people.append({"id": 2, "last_name": "Ли", "first_name": "Ян"})
    first = written(journal, tmp_path)
    journal.people = [{"id": 1, "last_name": "Ким", "first_name": "Лев"}]
    second = written(journal, tmp_path, day=1)
    assert (second.mode, second.base) == ("delta", first.export_id)
    exported = {row["id"]: row["deleted"] for row in rows(tmp_path, second, "persons")}
    assert exported == {"1": "false", "2": "true"}
    assert rows(tmp_path, second, "organizations") == []
    assert rows(tmp_path, written(journal, tmp_path, day=2), "persons") == []


def test_a_delta_by_what_the_journal_knows(tmp_path: Path) -> None:
    journal = Town()
    written(journal, tmp_path)
    second = written(journal, tmp_path, day=1)
    assert [table for table, _ in journal.asked_since] == list(TABLES)
    since = journal.asked_since[0][1]
    assert since <= NOW  # a transaction may have been open when the last package was written
    assert since.utcoffset() == timedelta(hours=10)  # in the journal's own clock
    exported = {row["id"]: row["deleted"] for row in rows(tmp_path, second, "persons")}
    assert exported == {"1": "false", "2": "true"}


@pytest.mark.parametrize("kind", [Village, Town])
def test_a_no_show_ends_as_if_deleted(kind: type[Village], tmp_path: Path) -> None:
    """The last day before the first: enrolled, but never came."""
    journal = kind()
    rows_of = journal.enrollments
    first = written(journal, tmp_path)
    assert [row["id"] for row in rows(tmp_path, first, "enrollments")] == ["1"]
    changed = [{**row, "ends_on": "2026-08-31"} for row in rows_of()]
    journal.enrollments = lambda: changed  # type: ignore[method-assign]
    if isinstance(journal, Town):
        journal.changed_since = lambda table, since: changed if table == "enrollments" else []  # type: ignore[method-assign]
    delta = written(journal, tmp_path, day=1)
    assert [(row["id"], row["deleted"]) for row in rows(tmp_path, delta, "enrollments")] == [("1", "true")]
    assert rows(tmp_path, written(journal, tmp_path, day=2, mode="full"), "enrollments") == []


@pytest.mark.parametrize("ends", ["2026-09-01", "2026-08-30"])
def test_one_day_is_a_day_and_an_earlier_end_is_the_portals_to_tell(ends: str, tmp_path: Path) -> None:
    journal = Village()
    changed = [{**row, "ends_on": ends} for row in journal.enrollments()]
    journal.enrollments = lambda: changed  # type: ignore[method-assign]
    assert [row["ends_on"] for row in rows(tmp_path, written(journal, tmp_path), "enrollments")] == [ends]


def test_once_a_week_a_full_package_is_written(tmp_path: Path) -> None:
    journal = Village()
    modes = [written(journal, tmp_path, day=day).mode for day in range(FULL_EVERY.days + 1)]
    assert modes == ["full", *["delta"] * (FULL_EVERY.days - 1), "full"]
    assert len(packages(tmp_path)) == KEPT


def test_a_mode_may_be_chosen(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="write a full one first"):
        written(Village(), tmp_path, mode="delta")
    written(Village(), tmp_path)
    assert written(Village(), tmp_path, day=1, mode="full").mode == "full"
    assert written(Village(), tmp_path, day=30, mode="delta").mode == "delta"


def test_another_region_starts_with_a_full_package(tmp_path: Path) -> None:
    written(Village(), tmp_path)
    elsewhere = Village()
    elsewhere.region = "14"
    assert written(elsewhere, tmp_path, day=1).mode == "full"


def test_a_package_of_the_future_is_not_a_base(tmp_path: Path) -> None:
    written(Village(), tmp_path, day=1)
    with pytest.raises(ExportError, match="clocks"):
        written(Village(), tmp_path)


@pytest.mark.parametrize("before", [False, True])
def test_wrong_rows_are_reported_together_and_nothing_is_written(tmp_path: Path, before: bool) -> None:
    journal = Village()
    if before:
        written(journal, tmp_path)
    journal.people += [
        {"id": 2, "last_name": "Ли"},
        {"id": 3, "first_name": "Ян", "last_name": "Ли", "snlis": 1},
    ]
    with pytest.raises(WrongRows) as caught:
        written(journal, tmp_path, day=1)
    places = [(error.table, error.row_id, error.field) for error in caught.value.errors]
    assert places == [
        ("persons", "2", "first_name"), ("persons", "3", "snlis"),
    ]  # fmt: skip
    assert len(packages(tmp_path)) == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith((".writing", ".comparing"))]


def test_twenty_wrong_rows_are_enough(tmp_path: Path) -> None:
    journal = Village()
    journal.people = [{"id": n, "last_name": "Ли"} for n in range(1000)]
    with pytest.raises(WrongRows) as caught:
        written(journal, tmp_path)
    assert len(caught.value.errors) == 20


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    lock = FolderLock.take(tmp_path / ".lock", patience=0)
    lock.write("")
    with pytest.raises(ExportError, match="in use by process"):
        written(Village(), tmp_path)
    lock.release()
    assert written(Village(), tmp_path).mode == "full"


class TablesAlone(SimpleJournal):
    """Its days are served by another program."""

    vendor, product, region = "Никто", "Таблицы", "25"


for _table in TABLES:
    setattr(TablesAlone, _table, lambda self: [])


def test_an_export_alone_needs_no_functions_of_days(tmp_path: Path) -> None:
    assert write_export(TablesAlone(), tmp_path, now=NOW).region == "25"


def test_a_table_without_a_function_is_named(tmp_path: Path) -> None:
    class Forgetful(TablesAlone):
        staff = SimpleJournal.staff

    with pytest.raises(Misdeclared, match="staff"):
        write_export(Forgetful(), tmp_path, now=NOW)
