"""Packages: written at once, served with Range, fetched and continued."""

import csv
import gzip
import hashlib
import io
import os
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
import zstandard

from myedu.connector.sdk.client import JournalWrong, NotThere
from myedu.connector.sdk.export import ExportError, latest_package, write_package
from myedu.contract import tables
from myedu.contract.package import MANIFEST, Manifest, TableFile
from myedu.contract.tables import TABLES, Organization, Person, Row, columns
from tests.connector.sdk.conftest import NOW, Stand, Stands
from tests.connector.sdk.school import SYSTEM, School

FIRST, SECOND = UUID(int=1), UUID(int=2)
AT = datetime(2026, 11, 23, 2, 0, tzinfo=timezone(timedelta(hours=10)))
NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 - what a vendor may give by mistake
EMPTY: dict[str, list[Row]] = {name: [] for name in TABLES}
PERSON = Person(
    id="p-1",
    updated_at=AT,
    last_name='Ким; "старший"',
    first_name="Ян,\nЛи",
    birth_date=date(2011, 2, 28),
    sex="m",
)


def write(folder: Path, export_id: UUID = FIRST, **changes: Any) -> Manifest:
    options: dict[str, Any] = {
        "region": "25",
        "system": SYSTEM,
        "tables": {**EMPTY, "persons": [PERSON]},
        "created_at": NOW,
        "export_id": export_id,
    }
    return write_package(folder, **(options | changes))


def entry_of(manifest: Manifest, table: str) -> TableFile:
    return next(entry for entry in manifest.tables if entry.table == table)


def decompressed(path: Path) -> str:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    elif path.suffix == ".zst":
        data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return data.decode()


@pytest.mark.parametrize("compression", ["none", "gz", "zst"])
def test_a_table_reads_back(tmp_path: Path, compression: str) -> None:
    manifest = write(tmp_path, compression=compression)
    entry = entry_of(manifest, "persons")
    path = tmp_path / str(FIRST) / entry.file
    assert (entry.rows, entry.bytes) == (1, path.stat().st_size)
    assert entry.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    text = decompressed(path)
    assert text.startswith(",".join(columns("persons")) + "\r\n")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["last_name"] == PERSON.last_name
    assert row["first_name"] == PERSON.first_name
    assert row["updated_at"] == "2026-11-23T02:00:00+10:00"
    assert (row["deleted"], row["birth_date"], row["middle_name"]) == ("false", "2011-02-28", "")


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    assert write(tmp_path / "a").tables == write(tmp_path / "b", created_at=NOW + timedelta(days=1)).tables


def test_the_manifest_is_on_the_disk(tmp_path: Path) -> None:
    manifest = write(tmp_path)
    body = (tmp_path / str(FIRST) / MANIFEST).read_bytes()
    assert msgspec.json.decode(body, type=Manifest) == manifest
    assert [entry.table for entry in manifest.tables] == list(TABLES)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tables": {"persons": []}}, "without organizations"),
        ({"tables": {**EMPTY, "pupils": []}}, "pupils"),
        ({"mode": "delta"}, "base"),
        ({"base": SECOND}, "base"),
        ({"created_at": NAIVE}, "offset"),
        ({"tables": {**EMPTY, "organizations": [PERSON]}}, "expected Organization"),
        ({"tables": {**EMPTY, "persons": [msgspec.structs.replace(PERSON, deleted=True)]}}, "deleted"),
        (
            {
                "tables": {
                    **EMPTY,
                    "persons": [msgspec.structs.replace(PERSON, updated_at=NAIVE)],
                }
            },
            "p-1",
        ),
    ],
)
def test_a_wrong_package_is_not_written(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ExportError, match=words):
        write(tmp_path, **changes)
    assert list(tmp_path.iterdir()) == []


def test_a_vendors_failure_leaves_nothing(tmp_path: Path) -> None:
    def rows() -> Iterator[Person]:
        yield PERSON
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        write(tmp_path, tables={**EMPTY, "persons": rows()})
    assert list(tmp_path.iterdir()) == []


def test_a_package_is_never_written_over(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(ExportError, match="exists"):
        write(tmp_path)


def test_a_delta_has_the_tables_that_changed(tmp_path: Path) -> None:
    gone = msgspec.structs.replace(PERSON, deleted=True)
    manifest = write(tmp_path, mode="delta", base=SECOND, tables={"persons": [gone]}, compression="none")
    assert (manifest.mode, manifest.base, len(manifest.tables)) == ("delta", SECOND, 1)
    assert ",true," in decompressed(tmp_path / str(FIRST) / "persons.csv")


def test_the_latest_package_is_by_its_time(tmp_path: Path) -> None:
    assert latest_package(tmp_path / "absent") is None
    write(tmp_path, FIRST, created_at=NOW)
    write(tmp_path, SECOND, created_at=NOW - timedelta(days=1))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / MANIFEST).write_text("{")
    (tmp_path / ".writing-x").mkdir()
    found = latest_package(tmp_path)
    assert found is not None
    assert found.export_id == FIRST


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def rows(count: int) -> Iterator[Organization]:
        for n in range(count):
            yield Organization(
                id=f"o-{n}", updated_at=AT, name=os.urandom(8).hex(), kind="school", time_zone="Asia/Yakutsk"
            )

    def peak(count: int, export_id: UUID) -> int:
        tracemalloc.start()
        write(tmp_path, export_id, tables={**EMPTY, "organizations": rows(count)})
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    few, many = peak(500, FIRST), peak(10_000, SECOND)
    assert many < few + 500_000  # 10 000 rows are some 4 MB as objects


# -- over HTTP -----------------------------------------------------------------------------------


@pytest.fixture
def served(stand_of: Stands, tmp_path: Path) -> tuple[Stand, Manifest]:
    people = [msgspec.structs.replace(PERSON, id=f"p-{n}") for n in range(300)]
    manifest = write(tmp_path / "exports", tables={**EMPTY, "persons": people}, compression="none")
    return stand_of(School(), exports=tmp_path / "exports"), manifest


Served = tuple[Stand, Manifest]


async def test_the_latest_manifest(served: Served) -> None:
    stand, manifest = served
    reply = await stand.client.latest_export()
    assert reply.value == manifest
    assert (await stand.client.latest_export(etag=reply.etag)).value is None
    capabilities = (await stand.client.capabilities()).value
    assert capabilities is not None
    assert "exports" in capabilities.capabilities


async def test_no_package_yet(stand_of: Stands, tmp_path: Path) -> None:
    with pytest.raises(NotThere):
        await stand_of(School(), exports=tmp_path / "none").client.latest_export()


async def test_a_file_is_fetched(served: Served, tmp_path: Path) -> None:
    stand, manifest = served
    for entry in manifest.tables:
        target = tmp_path / entry.file
        await stand.client.export_file(manifest.export_id, entry, target)
        assert hashlib.sha256(target.read_bytes()).hexdigest() == entry.sha256
    assert not any(name.endswith(".part") for name in os.listdir(tmp_path))


async def test_a_file_is_continued(served: Served, tmp_path: Path) -> None:
    stand, manifest = served
    entry = entry_of(manifest, "persons")
    whole = (tmp_path / "exports" / str(FIRST) / entry.file).read_bytes()
    part, target = tmp_path / "persons.csv.part", tmp_path / "persons.csv"
    # the beginning is marked, so that a second fetch of it would show
    part.write_bytes(b"#" * 1000)
    await stand.client.export_file(manifest.export_id, entry, target)
    assert target.read_bytes() == b"#" * 1000 + whole[1000:]


async def test_a_beginning_of_another_file_is_thrown_away(served: Served, tmp_path: Path) -> None:
    stand, manifest = served
    entry = msgspec.structs.replace(entry_of(manifest, "persons"), sha256="0" * 64)
    target = tmp_path / "persons.csv"
    (tmp_path / "persons.csv.part").write_bytes(b"#" * 1000)
    await stand.client.export_file(manifest.export_id, entry, target)
    assert not target.read_bytes().startswith(b"#")


@pytest.mark.parametrize(("change", "reason"), [(-1, "too-large"), (1, "wrong-size")])
async def test_a_manifest_that_lies_about_bytes(
    served: Served, tmp_path: Path, change: int, reason: str
) -> None:
    stand, manifest = served
    entry = entry_of(manifest, "persons")
    lying = msgspec.structs.replace(entry, bytes=entry.bytes + change)
    with pytest.raises(JournalWrong) as caught:
        await stand.client.export_file(manifest.export_id, lying, tmp_path / "x")
    assert caught.value.reason == reason
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("byte_range", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=0-999999999", 206, slice(None)),
        ("bytes=0-1,5-6", 200, slice(None)),
        ("lines=0-1", 200, slice(None)),
        ("bytes=5-2", 200, slice(None)),
        ("bytes=x-", 200, slice(None)),
    ],
)
async def test_ranges(served: Served, tmp_path: Path, byte_range: str, status: int, part: slice) -> None:
    stand, manifest = served
    whole = (tmp_path / "exports" / str(FIRST) / "persons.csv").read_bytes()
    got = await stand.get(f"/v1/exports/{manifest.export_id}/persons.csv", Range=byte_range)
    assert (got.status, got.body) == (status, whole[part])
    assert got.headers["ETag"] == f'"{entry_of(manifest, "persons").sha256}"'
    if status == 206:
        first = len(whole) - len(whole[part]) if part.stop is None else 0
        assert got.headers["Content-Range"] == f"bytes {first}-{first + len(got.body) - 1}/{len(whole)}"


async def test_a_range_outside_the_file(served: Served) -> None:
    stand, manifest = served
    got = await stand.get(f"/v1/exports/{manifest.export_id}/persons.csv", Range="bytes=99999999-")
    assert (got.status, got.json()["code"]) == (416, "range-not-satisfiable")
    assert got.headers["Content-Range"].startswith("bytes */")


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/exports/{FIRST}/manifest.json",
        f"/v1/exports/{FIRST}/pupils.csv",
        f"/v1/exports/{FIRST}/%2E%2E%2Fpersons.csv",
        f"/v1/exports/{SECOND}/persons.csv",
        "/v1/exports/%2E%2E/persons.csv",
        "/v1/exports/x/persons.csv",
    ],
)
async def test_only_files_of_a_manifest_are_served(served: Served, path: str) -> None:
    stand, _ = served
    got = await stand.get(path)
    assert (got.status, got.json()["code"]) == (404, "not-found")


async def test_exports_need_a_token(served: Served) -> None:
    stand, manifest = served
    async with stand.session.get(f"{stand.url}/v1/exports/{manifest.export_id}/persons.csv") as response:
        assert response.status == 401


def test_every_table_has_a_header() -> None:
    for name, kind in TABLES.items():
        assert columns(name)[:3] == ("id", "updated_at", "deleted"), kind
        assert set(tables.REFERENCES[name]) <= set(columns(name))
