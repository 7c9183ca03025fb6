"""Spoilt files, many of them: both readers say the same, and every package ends in words."""

import gzip
import io
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest
import zstandard

from myedu.contract.package import MANIFEST
from myedu.contract.tables import columns
from myedu.kit.clock import FixedClock
from myedu.portal.exports import csv_rows, read, store, unpack
from myedu.portal.exports.csv_rows import CsvFile
from myedu.portal.exports.service import Tools, load_folder
from myedu.portal.exports.verify import read_manifest
from myedu.portal.exports.words import WORDS
from tests.portal.exports.packages import a_school, agree_with_file, id_of, put_manifest, rewrite

Write = Callable[..., Path]
Ask = Callable[..., list[Any]]

SPOILS = (
    b'"', b'""', b",", b",,", b";", b"\n", b"\r", b"\r\n", b"\n\n", b"\x00", b"\xff", b"\xef\xbb\xbf", b" ",
    b"  ", b"\t", "\u2003".encode(), "\u00a0".encode(), "ы".encode("cp1251"), b"0000-01-01", b"9999-12-31",
    b"NULL", b"\\.",
)  # fmt: skip
HEADER = ",".join(columns("persons")).encode() + b"\r\n"


def spoilt(chance: random.Random, rows: int) -> bytes:
    line = "p{0},2026-11-22T20:00:00+00:00,,Ковалёв,Имя {0},,2012-02-03,m,,\r\n"
    text = HEADER + "".join(line.format(number) for number in range(rows)).encode()
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(HEADER), len(text))
        text = text[:place] + chance.choice(SPOILS) + text[place + chance.randrange(3) :]
    return text


def read_all(text: bytes) -> tuple[list[tuple[Any, ...]], list[tuple[int, str]], int]:
    file = CsvFile(io.BytesIO(text))
    rows: list[tuple[Any, ...]] = []
    broken: list[tuple[int, str]] = []
    count = 0
    for batch in file.batches(file.header):
        frame = read._contract_columns("persons", batch)
        rows += frame.rows()
        broken += batch.broken
        count += batch.rows
    return rows, broken, count


@pytest.mark.parametrize("seed", range(150))
def test_the_quick_reader_never_differs_from_the_strict_one(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    text = spoilt(chance, 60)
    # Small chunks, so that one file has some of either kind and records lie across their ends.
    monkeypatch.setattr(unpack, "CHUNK", chance.randrange(300, 3000))
    quick = read_all(text)
    monkeypatch.setattr(CsvFile, "_plain", lambda self, chunk, names: None)
    assert quick == read_all(text)


def test_a_plain_file_is_read_by_the_quick_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_records", pytest.fail)  # after the header nobody needs it
    text = b"id,name\n" + b"1,a\n" * 10
    monkeypatch.setattr(CsvFile, "_read_header", lambda self: ["id", "name"])
    file = CsvFile(io.BytesIO(text.partition(b"\n")[2]))
    assert [batch.rows for batch in file.batches(["id", "name"])] == [10]


@pytest.mark.parametrize("seed", range(12))
async def test_a_spoilt_package_ends_in_words(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock, seed: int
) -> None:
    chance = random.Random(seed)
    folder = write(a_school())
    table = chance.choice(("persons", "enrollments", "guardianships", "groups", "organizations"))

    def spoil(text: bytes) -> bytes:
        for _ in range(1 + chance.randrange(3)):
            place = chance.randrange(len(text))
            text = text[:place] + chance.choice(SPOILS) + text[place + chance.randrange(4) :]
        return text

    rows = len((folder / f"{table}.csv").read_bytes().splitlines()) - 1
    rewrite(folder, table, spoil, rows)
    report = await load_folder(tools, "r25-a", folder)
    assert report.state == "applied" or (report.state == "refused" and report.reason)
    async with tools.database.connection() as conn:
        assert all(one.code in WORDS for one in await store.problems(conn, "r25-a", id_of(folder)))
    assert ask("SELECT count(*) FROM people.incoming_persons") == [0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"p1,", b"p\x001,", "p\ufffd1"),
        (b"first_name", b"first_name,x\x00", "x\ufffd"),
        (b"first_name", b"first_name,x\xff", "x\ufffd"),
        (b"first_name", b"first_name,x\x00,x\x00", "x\ufffd"),
        (b"first_name", b"first_name,x\xff,x\xff", "x\ufffd"),
    ],
)
async def test_what_can_not_be_stored_is_told_all_the_same(
    tools: Tools, write: Write, old: bytes, new: bytes, told: str
) -> None:
    folder = write(a_school())
    rewrite(folder, "persons", lambda text: text.replace(old, new, 1), 6)
    report = await load_folder(tools, "r25-a", folder)
    async with tools.database.connection() as conn:
        problems = await store.problems(conn, "r25-a", id_of(folder))
    assert told in f"{report.reason} {[one.detail for one in problems]}"


async def test_ten_megabytes_in_one_field_cost_their_line(tools: Tools, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    rewrite(folder, "persons", lambda text: text.replace(b"p2,", b"x" * 10_000_000 + b",", 1), 6)
    report = await load_folder(tools, "r25-a", folder)
    assert (report.state, report.problems["broken-line"]) == ("applied", 1)
    assert ask("SELECT count(*) FROM people.persons") == [5]


def _gz(text: bytes) -> bytes:
    return gzip.compress(text + b"\n" * 20_000_000)


def _zst(text: bytes) -> bytes:
    return zstandard.compress(text + b"\n" * 20_000_000)


def _parquet(text: bytes) -> bytes:
    """One long name for many rows, which the format keeps once."""
    rows = pl.read_csv(text, infer_schema=False)
    packed = io.BytesIO()
    pl.concat([rows] * 3000).with_columns(pl.lit("x" * 10_000).alias("last_name")).write_parquet(packed)
    return packed.getvalue()


def _pack(folder: Path, suffix: str, pack: Callable[[bytes], bytes]) -> None:
    """The persons of the package otherwise packed, and the manifest in agreement."""
    path = folder / "persons.csv"
    path.write_bytes(pack(path.read_bytes()))
    agree_with_file(folder, "persons", 6)
    name = f"persons.{suffix}"
    path.rename(folder / name)
    manifest = read_manifest(folder)
    files = tuple(
        msgspec.structs.replace(file, file=name) if file.table == "persons" else file
        for file in manifest.tables
    )
    put_manifest(folder, msgspec.structs.replace(manifest, tables=files))


@pytest.mark.parametrize(("suffix", "pack"), [("csv.gz", _gz), ("csv.zst", _zst), ("parquet", _parquet)])
async def test_a_bomb_is_read_no_further_than_its_bound(
    tools: Tools, write: Write, monkeypatch: pytest.MonkeyPatch, suffix: str, pack: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(unpack, "UNPACKED_BYTES", 1_000_000)
    folder = write(a_school())
    _pack(folder, suffix, pack)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 500_000
    report = await load_folder(tools, "r25-a", folder)
    assert (report.state, report.code) == ("refused", "too-large")


async def test_ten_megabytes_in_a_field_of_parquet_cost_their_row(
    tools: Tools, write: Write, ask: Ask
) -> None:
    def pack(text: bytes) -> bytes:
        rows, packed = pl.read_csv(text, infer_schema=False), io.BytesIO()
        huge = pl.when(pl.col("id") == "p2").then(pl.lit("x" * 10_000_000)).otherwise("first_name")
        rows.with_columns(huge.alias("first_name")).write_parquet(packed)
        return packed.getvalue()

    folder = write(a_school())
    _pack(folder, "parquet", pack)
    report = await load_folder(tools, "r25-a", folder)
    assert (report.state, report.problems["broken-line"]) == ("applied", 1)
    assert ask("SELECT count(*) FROM people.persons") == [5]


async def test_a_file_with_far_more_rows_than_it_says_is_not_read_to_its_end(
    tools: Tools, write: Write
) -> None:
    folder = write(a_school())
    agree_with_file(folder, "persons", 2)
    report = await load_folder(tools, "r25-a", folder)
    assert (report.state, report.code) == ("refused", "wrong-rows")
    assert (folder / MANIFEST).exists()


async def test_what_cp1251_costs_is_said_line_by_line(tools: Tools, write: Write, clock: FixedClock) -> None:
    folder = write(a_school())
    clock.advance(timedelta(hours=1))
    rewrite(
        folder, "persons", lambda text: text.decode().replace("«", "").replace("»", "").encode("cp1251"), 6
    )
    report = await load_folder(tools, "r25-a", folder)
    assert (report.state, report.problems["bad-encoding"]) == ("applied", 6)
