"""The export, written from the database and fetched with the SDK's client."""

import csv
import gzip
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from myedu.contract.tables import REFERENCES, TABLES
from myedu.journal.exports import NothingToExport, export
from tests.invented.cast import PUPIL
from tests.journal.conftest import NOW, Served


def _read(folder: Path, table: str) -> list[dict[str, str]]:
    with gzip.open(folder / f"{table}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_package_holds_every_row_and_every_reference(journal_url: str, tmp_path: Path):
    manifest = export(journal_url, tmp_path, created_at=NOW, export_id=uuid4())
    rows = {table: _read(tmp_path / str(manifest.export_id), table) for table in TABLES}

    with psycopg.connect(journal_url) as conn:
        for file in manifest.tables:
            count = conn.execute(f"SELECT count(*) FROM journal.{file.table}").fetchone()[0]
            assert file.rows == len(rows[file.table]) == count
    ids = {table: {row["id"] for row in rows[table]} for table in TABLES}
    for table, references in REFERENCES.items():
        for column, target in references.items():
            assert {row[column] for row in rows[table] if row[column]} <= ids[target], (table, column)
    assert manifest.region == "16"
    assert any(row["snils"] == PUPIL.snils and row["first_name"] == "Пётр" for row in rows["persons"])


async def test_the_newest_package_is_served(served: Served, journal_url: str, exports: Path, tmp_path: Path):
    manifest = export(journal_url, exports, created_at=NOW, export_id=uuid4())

    latest = (await served.client.latest_export()).value
    persons = next(file for file in latest.tables if file.table == "persons")
    await served.client.export_file(latest.export_id, persons, tmp_path / persons.file)

    assert latest == manifest
    assert (tmp_path / persons.file).stat().st_size == persons.bytes
    assert "exports" in (await served.client.capabilities()).value.capabilities


def test_an_empty_journal_says_what_to_do(fresh_database, tmp_path: Path):
    with pytest.raises(NothingToExport, match="generate"):
        export(fresh_database("myedu.journal"), tmp_path, created_at=NOW, export_id=uuid4())
    assert list(tmp_path.iterdir()) == []
