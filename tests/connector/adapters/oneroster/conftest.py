"""Conversion of sets written by the tests, with the package's rows read back as the contract's structs."""

import csv
import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from myedu.connector.adapters.oneroster.package import Request, write_from_oneroster
from myedu.connector.adapters.oneroster.report import Report
from myedu.contract.package import MANIFEST, Manifest
from myedu.contract.tables import TABLES, Row
from tests.connector.adapters.oneroster.sets import Rows, files_of, write_folder

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
REQUEST = Request(region="16", time_zone="Europe/Moscow")


class Converted(msgspec.Struct):
    """A package read from its files. `raw` also has rows that the contract refuses."""

    folder: Path
    manifest: Manifest
    report: Report
    raw: dict[str, list[dict[str, str]]]

    def rows(self, table: str) -> dict[str, Row]:
        """The table's rows by id, decoded by the contract; raises where one does not hold to it."""
        found = [{name: text for name, text in row.items() if text} for row in self.raw[table]]
        for row in found:
            row["deleted"] = row["deleted"] == "true"  # type: ignore[assignment]
        return {row.id: row for row in msgspec.convert(found, list[TABLES[table]], strict=False)}

    def codes(self, file: str) -> dict[str, int]:
        return self.report.problem_counts.get(file, {})

    def deleted(self, table: str) -> set[str]:
        return {row["id"] for row in self.raw[table] if row["deleted"] == "true"}


Convert = Callable[..., Converted]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def convert(tmp_path: Path, out: Path) -> Convert:
    """Convert a set: rows, or the path of one that was written already; each a minute after the last."""
    times = iter(NOW + timedelta(minutes=minute) for minute in range(1_000))

    def converted(given: Rows | Path, mode: str = "bulk", **request: Any) -> Converted:
        now = next(times)
        source = given
        if not isinstance(given, Path):
            source = write_folder(tmp_path / f"set-{now:%H%M}", files_of(given, mode))
        changed = msgspec.structs.replace(REQUEST, **request)
        manifest, report = write_from_oneroster(source, out, changed, now)
        return _read_back(out, manifest.export_id, report)

    return converted


def _read_back(out: Path, export_id: UUID, report: Report) -> Converted:
    folder = out / str(export_id)
    manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    raw = {}
    for file in manifest.tables:
        with gzip.open(folder / file.file, "rt", encoding="utf-8", newline="") as text:
            raw[file.table] = list(csv.DictReader(text))
    return Converted(folder, manifest, report, raw)
