"""What careless and hostile vendors put into a package: words for them, never a failure of the portal."""

import gzip
import io
import os
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import polars as pl
import pytest
import zstandard

from myedu.connector.sdk.client import JournalClient
from myedu.contract.package import MANIFEST, Manifest
from myedu.contract.tables import columns
from myedu.kit.clock import FixedClock
from myedu.portal.exports.models import LoadContext, PackageRefused, Report
from myedu.portal.exports.parse import unpack
from myedu.portal.exports.parse.batches import read_batches
from myedu.portal.exports.receive.verify import check_manifest, read_manifest
from myedu.portal.exports.report import package_queries
from myedu.portal.exports.service import load_folder, pull
from tests.portal.exports.conftest import NOW, SYSTEM
from tests.portal.exports.packages import (
    a_school,
    agree_with_file,
    cell,
    id_of,
    put,
    put_manifest,
    rewrite,
    spoil,
    without,
)
from tests.portal.exports.taking import Ask, Write
from tests.portal.exports.test_refused import problems_of, refused, take

# --- the manifest


def as_json(folder: Path) -> Any:
    return msgspec.json.decode((folder / MANIFEST).read_bytes())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "2000 and 2200"),  # in UTC a year before the first
        ({"created_at": "9999-12-31T23:59:59-14:00"}, "2000 and 2200"),
        ({"contract": "1.\x00"}, "control characters"),
        ({"system": {"vendor": "a\x00", "product": "b", "version": "1"}}, "control characters"),
        ({"region": 25}, "Expected `str`"),
    ],
)
async def test_a_manifest_that_no_database_can_hold(
    context: LoadContext, write: Write, change: dict[str, Any], words: str
) -> None:
    folder = write(a_school())
    (folder / MANIFEST).write_bytes(msgspec.json.encode(as_json(folder) | change))
    with pytest.raises(PackageRefused, match=words) as refusal:
        await take(context, folder)
    assert refusal.value.code == "bad-manifest"


async def test_a_manifest_with_a_bom_is_read(context: LoadContext, write: Write) -> None:
    folder = write(a_school())
    path = folder / MANIFEST
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert (await take(context, folder)).state == "applied"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
async def test_a_manifest_in_utf_16(context: LoadContext, write: Write, encoding: str) -> None:
    folder = write(a_school())
    path = folder / MANIFEST
    path.write_bytes(path.read_bytes().decode().encode(encoding))
    with pytest.raises(PackageRefused, match="in UTF-16: write it in UTF-8"):
        await take(context, folder)


async def test_a_manifest_with_capital_digits(context: LoadContext, write: Write) -> None:
    folder = write(a_school())
    manifest = as_json(folder)
    manifest["tables"][0]["sha256"] = manifest["tables"][0]["sha256"].upper()
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    with pytest.raises(PackageRefused, match="write sha256 in small letters"):
        await take(context, folder)


async def test_a_deep_manifest(context: LoadContext, write: Write) -> None:
    folder = write(a_school())
    (folder / MANIFEST).write_bytes(b'{"a":' * 5000)
    with pytest.raises(PackageRefused, match="bad-manifest"):
        await take(context, folder)


def of_2062(folder: Path) -> Path:
    made = {"created_at": "2062-11-23T03:00:00Z"}
    (folder / MANIFEST).write_bytes(msgspec.json.encode(as_json(folder) | made))
    return folder


def test_an_offset_may_be_forgotten_and_no_more(write: Write) -> None:
    manifest = read_manifest(write(a_school()))
    check_manifest(manifest, SYSTEM, NOW - timedelta(hours=14))
    with pytest.raises(PackageRefused, match="set the clock"):
        check_manifest(manifest, SYSTEM, NOW - timedelta(days=2))


async def test_a_package_of_the_future_shuts_out_none_after_it(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    assert (await refused(context, of_2062(write(a_school())), ask))[0] == "not-yet-made"
    clock.advance(timedelta(days=1))
    assert (await take(context, write(a_school()))).state == "applied"


@pytest.mark.parametrize("wrong", [{"created_at": "2062-11-23T03:00:00Z"}, {"region": "14"}])
async def test_a_manifest_that_was_mended_is_what_stands(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock, wrong: dict[str, Any]
) -> None:
    folder = write(a_school())
    right = (folder / MANIFEST).read_bytes()
    (folder / MANIFEST).write_bytes(msgspec.json.encode(as_json(folder) | wrong))
    assert (await take(context, folder)).state == "refused"
    (folder / MANIFEST).write_bytes(right)
    assert (await take(context, folder)).state == "applied"
    assert ask("SELECT region, created_at FROM exports.packages") == [("25", clock.now())]
    clock.advance(timedelta(days=1))
    assert (await take(context, write(a_school()))).state == "applied"


async def test_a_pulled_package_of_the_future_is_not_even_fetched(
    context: LoadContext, client: JournalClient, exports: Path, clock: FixedClock, ask: Ask
) -> None:
    of_2062(put(exports, clock, a_school()))
    report = await pull(context, client)
    assert (report.state, report.code) == ("refused", "not-yet-made")
    assert not context.spool.exists()
    assert ask("SELECT state, code FROM exports.packages") == [("refused", "not-yet-made")]


async def test_packages_of_the_future_do_not_fill_the_operators_list(
    context: LoadContext, write: Write, clock: FixedClock
) -> None:
    for _ in range(6):
        await take(context, of_2062(write(a_school())))
    clock.advance(timedelta(hours=1))
    folder = write(a_school())
    await take(context, folder)
    async with context.database.connection() as conn:
        assert (await package_queries.newest_packages(conn))[0].export_id == id_of(folder)


@pytest.mark.parametrize("change", [{"mode": "delta"}, {"base": str(UUID(int=1))}])
async def test_a_base_that_no_database_can_hold(
    context: LoadContext, write: Write, change: dict[str, Any], ask: Ask
) -> None:
    folder = write(a_school())
    (folder / MANIFEST).write_bytes(msgspec.json.encode(as_json(folder) | change))
    with pytest.raises(PackageRefused, match="bad-base"):
        await take(context, folder)
    assert ask("SELECT count(*) FROM exports.packages") == [0]


# --- what lies where a file should


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
@pytest.mark.parametrize("name", [MANIFEST, "persons.csv"])
async def test_only_a_file_is_a_file(
    context: LoadContext, write: Write, name: str, make: Callable[[Path], None]
) -> None:
    folder = write(a_school())
    (folder / name).unlink()
    make(folder / name)
    if name == MANIFEST:
        with pytest.raises(PackageRefused, match="no-manifest"):
            await take(context, folder)
        return
    size = (folder / name).lstat().st_size if (folder / name).is_dir() else 0
    manifest = read_manifest(folder)
    files = tuple(
        msgspec.structs.replace(file, bytes=size) if file.file == name else file for file in manifest.tables
    )
    put_manifest(folder, msgspec.structs.replace(manifest, tables=files))
    assert (await take(context, folder)).code == "missing-file"


# --- packed files


def packed(folder: Path, suffix: str, content: bytes, rows: int = 6) -> Manifest:
    """The persons as these bytes, and the manifest in agreement."""
    (folder / "persons.csv").write_bytes(content)
    agree_with_file(folder, "persons", rows)
    (folder / "persons.csv").rename(folder / f"persons.{suffix}")
    manifest = read_manifest(folder)
    files = tuple(
        msgspec.structs.replace(file, file=f"persons.{suffix}") if file.table == "persons" else file
        for file in manifest.tables
    )
    put_manifest(folder, msgspec.structs.replace(manifest, tables=files))
    return read_manifest(folder)


def as_parquet(text: bytes, **columns: pl.Expr) -> bytes:
    written = io.BytesIO()
    pl.read_csv(text, infer_schema=False).with_columns(**columns).write_parquet(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [("csv.gz", gzip.compress), ("csv.zst", zstandard.compress)],
)
def test_damaged_files_end_in_words(write: Write, suffix: str, pack: Callable[[bytes], bytes]) -> None:
    folder = write(a_school(20))
    whole = pack((folder / "persons.csv").read_bytes())
    for seed in range(200):
        chance, content = random.Random(seed), bytearray(whole)
        for _ in range(1 + chance.randrange(3)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        manifest = packed(folder, suffix, bytes(content), 40)
        (file,) = (file for file in manifest.tables if file.table == "persons")
        with suppress(PackageRefused):
            list(read_batches(folder, file))


def test_a_file_that_aborts_the_reader_ends_in_words(write: Write) -> None:
    folder = write(a_school(20))
    whole = as_parquet((folder / "persons.csv").read_bytes())
    # The pages say that they hold -55 values and not 40: Polars asks for exabytes and aborts its process.
    header = b"\x2c\x15%b\x15\x10\x15\x06\x15\x06"
    aborting = whole.replace(header % b"\x50", header % b"\x6d")
    assert aborting != whole
    for content in (aborting, whole[: len(whole) // 2], b""):
        (file,) = (one for one in packed(folder, "parquet", content, 40).tables if one.table == "persons")
        with pytest.raises(PackageRefused, match="unreadable-file"):
            list(read_batches(folder, file))


@pytest.mark.parametrize("sums", [True, False])
def test_a_zst_that_was_cut_is_not_taken_for_a_short_one(tmp_path: Path, sums: bool) -> None:
    path = tmp_path / "x.zst"
    text = os.urandom(200_000) + b"\n" * 400_000  # blocks of every kind
    frame = zstandard.ZstdCompressor(write_checksum=sums).compress(text)
    skippable = b"\x53\x2a\x4d\x18\x03\x00\x00\x00abc"
    for whole, size in ((frame, 600_000), (frame + skippable + frame, 1_200_000), (b"", 0)):
        path.write_bytes(whole)
        with unpack.unpacked(path) as stream:
            assert len(stream.read()) == size
    for left in (1, 4, 9, 1000, len(frame) // 2, len(frame) - 5, len(frame) - 1):
        path.write_bytes(frame[:left])
        with pytest.raises((EOFError, zstandard.ZstdError)), unpack.unpacked(path) as stream:
            stream.read()


async def test_a_zip_that_is_called_csv_says_what_it_seems_to_be(
    context: LoadContext, write: Write, ask: Ask
) -> None:
    def zipped(content: bytes) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("persons.csv", content)
        return packed.getvalue()

    folder = write(a_school())
    rewrite(folder, "persons", zipped, 6)
    code, words = await refused(context, folder, ask)
    assert code == "missing-column"
    assert "its first line is no header in UTF-8" in words


async def test_a_type_that_is_no_text_is_named(context: LoadContext, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    content = as_parquet((folder / "persons.csv").read_bytes(), last_name=pl.struct("last_name"))
    packed(folder, "parquet", content)
    code, words = await refused(context, folder, ask)
    assert code == "wrong-type"
    assert "last_name is Struct" in words


async def test_a_nested_column_that_the_contract_lacks_is_not_read(
    context: LoadContext, write: Write
) -> None:
    folder = write(a_school())
    packed(
        folder, "parquet", as_parquet((folder / "persons.csv").read_bytes(), tags=pl.concat_list("last_name"))
    )
    report = await take(context, folder)
    assert (report.state, report.problems) == ("applied", {"unknown-column": 1})


# --- headers


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.decode().encode("utf-16"), "write UTF-8"),
        (gzip.compress, "write UTF-8, packed as the file's name says"),
        (lambda text: text.replace(b",", b"\t"), "must be a comma"),
        (lambda text: text.partition(b"\n")[2], "the first line must be the header"),
        (lambda text: b"\xef\xbb\xbf", "write the header there"),
    ],
)
async def test_a_file_without_a_header_says_what_it_seems_to_be(
    context: LoadContext, write: Write, ask: Ask, change: Callable[[bytes], bytes], words: str
) -> None:
    folder = write(a_school())
    rewrite(folder, "persons", change, 6)
    code, found = await refused(context, folder, ask)
    assert code == "missing-column"
    assert words in found


@pytest.mark.parametrize(
    ("name", "reported"),
    [("Возраст".encode("cp1251"), "\ufffd" * 7), (b"a\x00", "a\ufffd"), (b"_line", "_line")],
)
async def test_any_bytes_may_name_a_column(
    context: LoadContext, write: Write, name: bytes, reported: str
) -> None:
    folder = write(a_school())

    def widen(text: bytes) -> bytes:
        header, *lines = text.splitlines()
        return b"\r\n".join([header + b"," + name, *(line + b",1" for line in lines)])

    rewrite(folder, "persons", widen, 6)
    report = await take(context, folder)
    (problem,) = await problems_of(context, folder)
    assert (report.state, problem.code, problem.detail or "") == ("applied", "unknown-column", reported)


@pytest.mark.parametrize("behind", [b",", b",,,"])
async def test_columns_without_a_name_are_passed_over(
    context: LoadContext, write: Write, behind: bytes
) -> None:
    """A spreadsheet writes commas behind the last column."""
    folder = write(a_school())
    rewrite(folder, "persons", lambda text: text.replace(b"\r\n", behind + b"\r\n"), 6)
    report = await take(context, folder)
    (problem,) = await problems_of(context, folder)
    assert (report.state, report.changes["persons"].added) == ("applied", 6)
    places = ", ".join(str(len(columns("persons")) + number) for number in range(1, len(behind) + 1))
    assert (problem.line, problem.code, problem.severity, problem.detail) == (
        1, "unnamed-column", "warning", places,
    )  # fmt: skip


# --- rows


@pytest.mark.parametrize(
    ("table", "column", "value", "code"),
    [
        ("persons", "id", "p\x001", "bad-id"),
        ("enrollments", "person_id", "p\x001", "bad-id"),
        ("organizations", "time_zone", "Asia\x00", "bad-zone"),
        # PostgreSQL knows no such offset, though some libraries do.
        ("persons", "updated_at", "2026-11-22T20:00:00+18:00", "bad-instant"),
        ("guardianships", "revoked_at", "2026-11-22T20:00:00-16:00", "bad-instant"),
    ],
)
async def test_a_value_that_the_database_would_choke_on(
    context: LoadContext, write: Write, table: str, column: str, value: str, code: str
) -> None:
    folder = write(a_school())
    spoil(folder, table, cell(table, 2, column, value))
    assert (await take(context, folder)).state == "applied"
    assert (table, 2, column, code) in {
        (one.table, one.line, one.field, one.code) for one in await problems_of(context, folder)
    }


async def test_an_unreadable_line_is_no_leave_to_lie_about_the_rows(
    context: LoadContext, write: Write, ask: Ask
) -> None:
    folder = write(a_school())
    rewrite(folder, "persons", lambda text: text.replace(b"p2,", b'"p"2,', 1), 5000)
    code, words = await refused(context, folder, ask)
    assert code == "wrong-rows"
    assert "6 rows, 1 of which can't be read, the manifest says 5000" in words


async def test_lines_that_end_with_cr_alone_are_lines(
    context: LoadContext, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "CHUNK", 200)
    monkeypatch.setattr(unpack, "LONGEST_LINE", 300)
    folder = write(a_school(20))
    rewrite(folder, "persons", lambda text: text.replace(b"\r\n", b"\r"), 40)
    report: Report = await load_folder(context, "r25-a", folder)
    assert (report.state, report.problems) == ("applied", {})


# --- rows of nothing


@pytest.mark.parametrize("counted", [True, False], ids=["lines-counted", "rows-counted"])
@pytest.mark.parametrize("line", ["{commas}", " {commas} ", "   ", "{quotes}", ""])
async def test_lines_without_a_value_are_passed_over(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock, line: str, counted: bool
) -> None:
    """Spreadsheets write them below the table. An absent pupil is archived all the same."""
    school = a_school(30)
    assert (await take(context, write(school))).state == "applied"
    clock.advance(timedelta(days=1))
    folder = write(without(school, "enrollments", "e30"))
    width = len(columns("enrollments"))
    empty = line.format(commas="," * (width - 1), quotes=",".join(['""'] * width))
    rows, blank = 29, 3 if line else 0  # a blank line is counted by no one

    def padded(content: bytes) -> bytes:
        first, rest = content.split(b"\n", 1)
        return first + b"\n" + f"{empty}\r\n".encode() + rest + f"{empty}\r\n{empty}\r\n".encode()

    rewrite(folder, "enrollments", padded, rows + blank if counted else rows)
    report = await take(context, folder)
    assert (report.state, report.problems) == ("applied", {})
    assert {table.changes.table: table.rows for table in report.tables}["enrollments"] == rows
    assert ask("SELECT count(*) FROM people.enrollments WHERE archived_at IS NOT NULL") == [1]
