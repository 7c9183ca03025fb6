"""Deltas by comparing, tombstones, the chain of packages and what is thrown away."""

import time
import tracemalloc
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from myedu.connector.sdk.delta import write_compared
from myedu.connector.sdk.export import ExportError, Tombstone, write_package
from myedu.connector.sdk.package_folder import chain, latest_package, packages, prune, rows_of
from myedu.contract.package import Manifest
from myedu.contract.tables import TABLES, Person, Row, columns
from tests.connector.sdk.school import SYSTEM

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
COMMON: dict[str, Any] = {"region": "25", "system": SYSTEM}


def person(number: int, **changes: Any) -> Person:
    one = Person(id=f"p-{number}", updated_at=NOW, last_name="Ким", first_name="Ян,\n«Ли»")
    return msgspec.structs.replace(one, **changes)


def tables(people: Iterable[Row]) -> dict[str, Iterable[Row]]:
    return {name: [] for name in TABLES} | {"persons": people}


def full(folder: Path, people: Iterable[Row], day: int = 0, **more: Any) -> Manifest:
    at = NOW + timedelta(days=day)
    return write_package(folder, tables=tables(people), created_at=at, export_id=uuid4(), **COMMON, **more)


def compared(folder: Path, people: Iterable[Row], base: Manifest, day: int = 1, **more: Any) -> Manifest:
    at = NOW + timedelta(days=day)
    return write_compared(
        folder, tables=tables(people), created_at=at, export_id=uuid4(), base=base, **COMMON, **more
    )


def delta_rows(folder: Path, manifest: Manifest) -> dict[str, dict[str, str]]:
    names = columns("persons")
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows_of(folder, manifest, "persons")}


@pytest.mark.parametrize("compression", ["none", "gz", "zst"])
def test_what_is_new_changed_and_gone(tmp_path: Path, compression: Any) -> None:
    first = full(tmp_path, [person(1), person(2), person(3)], compression=compression)
    today = [person(1), person(2, last_name="Орлова"), person(4)]
    delta = compared(tmp_path, today, first, compression=compression)
    assert (delta.mode, delta.base) == ("delta", first.export_id)
    rows = delta_rows(tmp_path, delta)
    assert {name: row["deleted"] for name, row in rows.items()} == {
        "p-2": "false", "p-4": "false", "p-3": "true",
    }  # fmt: skip
    gone = rows["p-3"]
    assert (gone["updated_at"], gone["last_name"]) == (delta.created_at.isoformat(), "")


def test_another_time_alone_is_not_a_change(tmp_path: Path) -> None:
    first = full(tmp_path, [person(1)])
    delta = compared(tmp_path, [person(1, updated_at=NOW + timedelta(hours=5))], first)
    assert delta_rows(tmp_path, delta) == {}


def test_a_delta_stands_on_the_deltas_before_it(tmp_path: Path) -> None:
    first = full(tmp_path, [person(1), person(2)])
    second = compared(tmp_path, [person(2, last_name="Орлова"), person(3)], first, day=1)
    third = compared(tmp_path, [person(1), person(2, last_name="Орлова")], second, day=2)
    rows = delta_rows(tmp_path, third)
    assert {name: row["deleted"] for name, row in rows.items()} == {"p-1": "false", "p-3": "true"}
    assert chain(tmp_path, third) == [first, second, third]


def test_a_delta_without_its_ground_is_not_written(tmp_path: Path) -> None:
    first = full(tmp_path / "elsewhere", [person(1)])
    second = compared(tmp_path / "elsewhere", [person(2)], first)
    (tmp_path / "elsewhere" / str(second.export_id)).rename(tmp_path / str(second.export_id))
    with pytest.raises(ExportError, match="write a full package"):
        compared(tmp_path, [person(2)], second, day=2)
    assert packages(tmp_path) == [second]


def test_a_forgotten_table_is_not_an_empty_table(tmp_path: Path) -> None:
    first = full(tmp_path, [person(1)])
    with pytest.raises(ExportError, match="staff"):
        write_compared(
            tmp_path,
            tables={name: [] for name in TABLES if name != "staff"},
            created_at=NOW, export_id=uuid4(), base=first, **COMMON,
        )  # fmt: skip
    assert packages(tmp_path) == [first]


def test_a_tombstone_stands_only_in_a_delta(tmp_path: Path) -> None:
    gone = Tombstone(id="p-9", updated_at=NOW)
    first = full(tmp_path, [person(1)])
    delta = write_package(
        tmp_path, tables={"persons": [gone]}, created_at=NOW, export_id=uuid4(),
        mode="delta", base=first.export_id, **COMMON,
    )  # fmt: skip
    assert delta_rows(tmp_path, delta)["p-9"]["deleted"] == "true"
    with pytest.raises(ExportError, match="only a delta"):
        full(tmp_path, [gone])  # type: ignore[list-item]


def test_old_packages_go_and_what_the_newest_stands_on_stays(tmp_path: Path) -> None:
    prune(tmp_path / "absent", keep=1)
    old = full(tmp_path, [person(1)], day=0)
    ground = full(tmp_path, [person(1)], day=1)
    between = compared(tmp_path, [person(2)], ground, day=2)
    newest = compared(tmp_path, [person(3)], between, day=3)
    prune(tmp_path, keep=1)
    left = {manifest.export_id for manifest in packages(tmp_path)}
    assert left == {ground.export_id, between.export_id, newest.export_id}
    assert old.export_id not in left
    assert latest_package(tmp_path) == newest


def test_a_million_rows_are_a_matter_of_disk(tmp_path: Path) -> None:
    """Memory stays as it is when the rows become ten times as many; a pace of a million in minutes."""

    def people(count: int, changed: int) -> Iterator[Person]:
        for n in range(count):
            yield person(n, last_name="Орлова") if n % changed == 0 else person(n)

    def peak(folder: Path, count: int) -> int:
        base = full(folder, people(count, count), compression="none")
        tracemalloc.start()
        compared(folder, people(count, 100), base, compression="none")
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    few = peak(tmp_path / "few", 2_000)
    begun = time.perf_counter()
    many = peak(tmp_path / "many", 20_000)
    assert many < few + 500_000  # 20 000 rows are some 10 MB as objects
    # traced and on a busy machine; a hundredth of a million in a second would be 100 s
    assert time.perf_counter() - begun < 60
