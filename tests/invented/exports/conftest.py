"""Small generated packages and their rows."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from myedu.contract.package import MANIFEST, Manifest
from myedu.contract.tables import TABLES
from myedu.invented.exports.package import PackageSpec, WrittenPackage, write_region

SPEC = PackageSpec(pupils=20_000, seed=7, first_day=date(2026, 9, 1))

Write = Callable[..., WrittenPackage]
Table = dict[str, dict[str, str]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a region's package by SPEC with these changes."""

    def written(code: str = "14", folder: str = "out", **changes: Any) -> WrittenPackage:
        spec = msgspec.structs.replace(SPEC, **changes)
        return write_region(
            tmp_path / folder, code, spec, compression="none", on_school=lambda pupils, rows: None
        )

    return written


def rows_of(package: Path) -> dict[str, Table]:
    """table → id → row, of a package without mistakes."""
    found: dict[str, Table] = {}
    for table in TABLES:
        with (package / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file, strict=True))
        found[table] = {row["id"]: row for row in rows}
        assert len(found[table]) == len(rows), table
    return found


def manifest_of(package: Path) -> Manifest:
    return msgspec.json.decode((package / MANIFEST).read_bytes(), type=Manifest)
