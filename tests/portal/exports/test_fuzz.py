"""Spoilt files, many of them: both readers say the same, and every package ends in words."""

import gzip
import io
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

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


async def test_ten_megabytes_in_one_field_cost_their_line(tools: Tools, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    rewrite(folder, "persons", lambda text: text.replace(b"p2,", b"x" * 10_000_000 + b",", 1), 6)
    report = await load_folder(tools, "r25-a", folder)
    assert (report.state, report.problems["broken-line"]) == ("applied", 1)
    assert ask("SELECT count(*) FROM people.persons") == [5]


async def test_a_bomb_is_read_no_further_than_its_bound(
    tools: Tools, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "UNPACKED_BYTES", 1_000_000)
    folder = write(a_school())
    packed = gzip.compress((folder / "persons.csv").read_bytes() + b"\n" * 20_000_000)
    (folder / "persons.csv").write_bytes(packed)
    agree_with_file(folder, "persons", 6)
    (folder / "persons.csv").rename(folder / "persons.csv.gz")
    manifest = read_manifest(folder)
    files = tuple(
        msgspec.structs.replace(file, file="persons.csv.gz") if file.table == "persons" else file
        for file in manifest.tables
    )
    put_manifest(folder, msgspec.structs.replace(manifest, tables=files))
    report = await load_folder(tools, "r25-a", folder)
    assert (report.state, report.code) == ("refused", "too-large")


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
