"""Spoilt files, many of them: both readers say the same, and every package ends in words."""

import gzip
import io
import itertools
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
from myedu.portal.exports.models import LoadContext
from myedu.portal.exports.parse import batches, csv_rows, unpack
from myedu.portal.exports.parse.csv_rows import CsvFile
from myedu.portal.exports.receive.verify import read_manifest
from myedu.portal.exports.report import package_queries
from myedu.portal.exports.report.words import WORDS
from myedu.portal.exports.service import load_folder
from tests.portal.exports.packages import a_school, agree_with_file, id_of, put_manifest, rewrite
from tests.portal.exports.taking import Ask, Write

SPOILS = (
    b'"', b'""', b'","', b'"\r\n"', b",", b",,", b";", b"\n", b"\r", b"\r\n", b"\n\n", b"\x00", b"\xff",
    b"\xef\xbb\xbf", b" ", b"  ", b"\t", "\u2003".encode(), "\u00a0".encode(), "ы".encode("cp1251"),
    b"0000-01-01", b"9999-12-31", b"NULL", b"\\.",
)  # fmt: skip
HEADER = ",".join(columns("persons")).encode() + b"\r\n"

NAMES = ("Имя", "Имя, имя", 'Имя "имя"', " Имя", "Имя ", "Имя  имя", '"', ",", "")


def a_line(chance: random.Random, number: int, quoted: float) -> str:
    name = chance.choice(NAMES) if quoted else f"Имя {number}"
    fields = (f"p{number}", "2026-11-22T20:00:00+00:00", "", "Ковалёв", name, "", "2012-02-03", "m", "", "")
    quotes = (bool({",", '"'} & set(field)) or chance.random() < quoted for field in fields)
    return ",".join(
        '"{}"'.format(field.replace('"', '""')) if needs else field
        for field, needs in zip(fields, quotes, strict=True)
    )


def spoilt(chance: random.Random, rows: int, quoted: float) -> bytes:
    """A file of persons with such a share of its fields in quotes, spoilt in a few places or in none."""
    text = HEADER + "".join(a_line(chance, number, quoted) + "\r\n" for number in range(rows)).encode()
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
        frame = batches._contract_columns("persons", batch)
        rows += frame.rows()
        broken += batch.broken
        count += batch.rows
    return rows, broken, count


@pytest.mark.parametrize("quoted", [0, 0.3, 1])
@pytest.mark.parametrize("seed", range(150))
def test_the_quick_reader_never_differs_from_the_strict_one(
    seed: int, quoted: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    text = spoilt(chance, 60, quoted)
    # Small chunks, so that one file has some of either kind and records lie across their ends.
    monkeypatch.setattr(unpack, "CHUNK", chance.randrange(300, 3000))
    quick = read_all(text)
    monkeypatch.setattr(CsvFile, "_plain", lambda self, chunk, names: None)
    assert quick == read_all(text)


@pytest.mark.parametrize("line", [b"%s", b"%s,", b'%s"', b'"%s', b'"a","%s', b'a,"%s"', b'"%s"\r', b'"%s" ,'])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_a_few_bytes_of_any_kind_are_read_alike(
    line: bytes, ending: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = (bytes(some) for length in range(4) for some in itertools.product(b'a", ', repeat=length))
    texts = [b"id,last_name\n" + line % some + ending for some in few]
    quick = [read_all(text) for text in texts]
    monkeypatch.setattr(CsvFile, "_plain", lambda self, chunk, names: None)
    assert quick == [read_all(text) for text in texts]


@pytest.mark.parametrize(
    "lines",
    [
        b"1,a\n" * 10,
        b'"1","a"\n' * 10,
        b'"1",""\r\n' * 10,
        b'1,"a, b"\n2,c\n' * 5,
        b'"1","a ""b"", c"\n"2",\n' * 5,
    ],
)
def test_a_right_file_is_read_by_the_quick_reader(lines: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_records", pytest.fail)  # not needed after the header
    monkeypatch.setattr(CsvFile, "_read_header", lambda self: ["id", "name"])
    file = CsvFile(io.BytesIO(lines))
    assert [batch.rows for batch in file.batches(["id", "name"])] == [10]


@pytest.mark.parametrize("row", [b"p1,a\n", b'"p1","a"\n'])
def test_a_second_byte_order_mark_is_a_part_of_its_field(row: bytes) -> None:
    """Polars takes one away at the beginning of each chunk, which may be any line of the file."""
    rows, broken, _ = read_all(b"id,last_name\n" + csv_rows._BOM + row)
    assert rows[0][1] == "\ufeff" + row.partition(b",")[0].decode()
    assert broken == []


@pytest.mark.parametrize("row", [b"%s,a\n", b'"%s","a"\n'])
@pytest.mark.parametrize(("length", "broken"), [(csv_rows.LONGEST_FIELD, 0), (csv_rows.LONGEST_FIELD + 1, 1)])
def test_a_field_has_the_same_bound_in_quotes(row: bytes, length: int, broken: int) -> None:
    rows, lines, count = read_all(b"id,last_name\n" + row % (b"x" * length))
    assert (len(rows), len(lines), count) == (1 - broken, broken, 1)


@pytest.mark.parametrize("seed", range(12))
async def test_a_spoilt_package_ends_in_words(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock, seed: int
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
    report = await load_folder(context, "r25-a", folder)
    assert report.state == "applied" or (report.state == "refused" and report.reason)
    async with context.database.connection() as conn:
        assert all(one.code in WORDS for one in await package_queries.problems(conn, "r25-a", id_of(folder)))
    assert ask("SELECT count(*) FROM exports.staging_persons_r25") == [0]


@pytest.mark.parametrize(
    ("old", "new", "reported"),
    [
        (b"p1,", b"p\x001,", "p\ufffd1"),
        (b"first_name", b"first_name,x\x00", "x\ufffd"),
        (b"first_name", b"first_name,x\xff", "x\ufffd"),
        (b"first_name", b"first_name,x\x00,x\x00", "x\ufffd"),
        (b"first_name", b"first_name,x\xff,x\xff", "x\ufffd"),
    ],
)
async def test_what_can_not_be_stored_is_told_all_the_same(
    context: LoadContext, write: Write, old: bytes, new: bytes, reported: str
) -> None:
    folder = write(a_school())
    rewrite(folder, "persons", lambda text: text.replace(old, new, 1), 6)
    report = await load_folder(context, "r25-a", folder)
    async with context.database.connection() as conn:
        problems = await package_queries.problems(conn, "r25-a", id_of(folder))
    assert reported in f"{report.reason} {[one.detail for one in problems]}"


async def test_ten_megabytes_in_one_field_cost_their_line(
    context: LoadContext, write: Write, ask: Ask
) -> None:
    folder = write(a_school())
    rewrite(folder, "persons", lambda text: text.replace(b"p2,", b"x" * 10_000_000 + b",", 1), 6)
    report = await load_folder(context, "r25-a", folder)
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
    context: LoadContext,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
    suffix: str,
    pack: Callable[[bytes], bytes],
) -> None:
    monkeypatch.setattr(unpack, "UNPACKED_BYTES", 1_000_000)
    folder = write(a_school())
    _pack(folder, suffix, pack)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 500_000
    report = await load_folder(context, "r25-a", folder)
    assert (report.state, report.code) == ("refused", "too-large")


async def test_ten_megabytes_in_a_field_of_parquet_cost_their_row(
    context: LoadContext, write: Write, ask: Ask
) -> None:
    def pack(text: bytes) -> bytes:
        rows, packed = pl.read_csv(text, infer_schema=False), io.BytesIO()
        huge = pl.when(pl.col("id") == "p2").then(pl.lit("x" * 10_000_000)).otherwise("first_name")
        rows.with_columns(huge.alias("first_name")).write_parquet(packed)
        return packed.getvalue()

    folder = write(a_school())
    _pack(folder, "parquet", pack)
    report = await load_folder(context, "r25-a", folder)
    assert (report.state, report.problems["broken-line"]) == ("applied", 1)
    assert ask("SELECT count(*) FROM people.persons") == [5]


async def test_a_file_with_far_more_rows_than_it_says_is_not_read_to_its_end(
    context: LoadContext, write: Write
) -> None:
    folder = write(a_school())
    agree_with_file(folder, "persons", 2)
    report = await load_folder(context, "r25-a", folder)
    assert (report.state, report.code) == ("refused", "wrong-rows")
    assert (folder / MANIFEST).exists()


async def test_what_cp1251_costs_is_said_line_by_line(
    context: LoadContext, write: Write, clock: FixedClock
) -> None:
    folder = write(a_school())
    clock.advance(timedelta(hours=1))
    rewrite(
        folder, "persons", lambda text: text.decode().replace("«", "").replace("»", "").encode("cp1251"), 6
    )
    report = await load_folder(context, "r25-a", folder)
    assert (report.state, report.problems["bad-encoding"]) == ("applied", 6)
