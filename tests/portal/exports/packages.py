"""A small school as rows of the export, and packages of it to spoil."""

import csv
import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec

from myedu.connector.sdk.export import write_package
from myedu.contract import tables
from myedu.contract.answers import SystemInfo
from myedu.contract.package import MANIFEST, Manifest
from myedu.contract.snils import make_snils
from myedu.contract.tables import Row
from myedu.kit.clock import Clock

STAMP = datetime(2026, 11, 22, 20, tzinfo=UTC)

Tables = dict[str, list[Row]]


def a_school(pupils: int = 3) -> Tables:
    """One school, one class, pupils with a mother each."""
    rows: Tables = {name: [] for name in tables.TABLES}
    stamp = {"updated_at": STAMP}
    year = {"organization_id": "o1", "academic_year": 2026}
    rows["organizations"] = [
        tables.Organization(id="o1", name="СОШ № 7", kind="school", time_zone="Asia/Vladivostok", **stamp)
    ]
    rows["periods"] = [
        tables.Period(
            id="q1", kind="quarter", number=1, name="1 четверть",
            starts_on=date(2026, 9, 1), ends_on=date(2026, 10, 25), **year, **stamp,
        )
    ]  # fmt: skip
    rows["groups"] = [tables.Group(id="g1", kind="class", name="9 «Б»", grade=9, letter="Б", **year, **stamp)]
    rows["subjects"] = [tables.Subject(id="s1", organization_id="o1", name="Физика", **stamp)]
    for number in range(1, pupils + 1):
        rows["persons"] += [person(f"p{number}", number), person(f"m{number}", 5000 + number)]
        rows["enrollments"].append(
            tables.Enrollment(
                id=f"e{number}", person_id=f"p{number}", organization_id="o1", group_id="g1",
                starts_on=date(2026, 9, 1), **stamp,
            )
        )  # fmt: skip
        rows["guardianships"].append(
            tables.Guardianship(
                id=f"k{number}", guardian_id=f"m{number}", child_id=f"p{number}",
                starts_on=date(2026, 9, 1), relation="mother", **stamp,
            )
        )  # fmt: skip
    rows["staff"] = [tables.Staff(id="t1", person_id="m1", organization_id="o1", role="teacher", **stamp)]
    rows["teaching"] = [tables.Teaching(id="d1", staff_id="t1", group_id="g1", subject_id="s1", **stamp)]
    return rows


def person(person_id: str, number: int) -> tables.Person:
    return tables.Person(
        id=person_id,
        updated_at=STAMP,
        last_name="Ковалёв",
        first_name=f"Имя, «{number}»",
        # Ids of pupils begin with p, those of mothers with m.
        birth_date=date(2012, 2, 3) if person_id.startswith("p") else date(1985, 5, 6),
        sex="m",
        snils=make_snils(200_000_000 + number),
    )


def package(folder: Path, rows: Tables, at: datetime, **other: Any) -> Manifest:
    wanted: dict[str, Any] = {
        "region": "25",
        "system": SystemInfo(vendor="Никто", product="Журнал", version="1"),
        "created_at": at,
        "export_id": uuid4(),
        "compression": "none",
    }
    return write_package(folder, tables=rows, **(wanted | other))


def careless_package(folder: Path, rows: Tables, at: datetime, **other: Any) -> Manifest:
    """A package by a vendor whose tool refuses nothing: ids twice, tombstones in a full one."""
    manifest = package(folder, dict.fromkeys(rows, ()), at, **other)
    place = folder / str(manifest.export_id)
    for table, some in rows.items():

        def fill(lines: list[list[str]], some: list[Row] = some) -> None:
            plain = (msgspec.to_builtins(row) for row in some)
            lines += [["" if row.get(name) is None else str(row[name]) for name in lines[0]] for row in plain]

        spoil(place, table, fill)
    return manifest


def put(exports: Path, clock: Clock, rows: Tables, **other: Any) -> Path:
    """A package as a journal offers it, of the clock's time; its folder."""
    return exports / str(package(exports, rows, clock.now(), compression="gz", **other).export_id)


def id_of(folder: Path) -> UUID:
    return UUID(folder.name)


def without(rows: Tables, table: str, *ids: str) -> Tables:
    """The same school with some rows missing."""
    return rows | {table: [row for row in rows[table] if row.id not in ids]}


def altered(rows: Tables, table: str, row_id: str, **fields: Any) -> Tables:
    """The same school with one row otherwise."""
    return rows | {
        table: [msgspec.structs.replace(row, **fields) if row.id == row_id else row for row in rows[table]]
    }


def spoil(folder: Path, table: str, change: Callable[[list[list[str]]], None]) -> None:
    """Change the lines of a table's CSV (the header is line 0) and make the manifest agree."""
    path = folder / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        lines = list(csv.reader(file))
    change(lines)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)
    agree_with_file(folder, table, len(lines) - 1)


def cell(table: str, line: int, column: str, value: str) -> Callable[[list[list[str]]], None]:
    """A change for `spoil`: one value. `line` counts as in the file, the header is 1."""

    def change(lines: list[list[str]]) -> None:
        lines[line - 1][tables.columns(table).index(column)] = value

    return change


def rewrite(folder: Path, table: str, change: Callable[[bytes], bytes], rows: int) -> None:
    """Change the bytes of a table's file and make the manifest agree."""
    path = folder / f"{table}.csv"
    path.write_bytes(change(path.read_bytes()))
    agree_with_file(folder, table, rows)


def agree_with_file(folder: Path, table: str, rows: int) -> None:
    manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    content = (folder / f"{table}.csv").read_bytes()
    known = {"rows": rows, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    files = tuple(
        msgspec.structs.replace(file, **known) if file.table == table else file for file in manifest.tables
    )
    put_manifest(folder, msgspec.structs.replace(manifest, tables=files))


def put_manifest(folder: Path, manifest: Manifest) -> None:
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
