"""Packages that are not taken, and rows that are set aside: each in words that say the way out."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from myedu.contract.package import MANIFEST
from myedu.contract.snils import lacks_leading_zero, make_snils, normalise_snils
from myedu.portal.exports.models import LoadContext, PackageRefused, Report, RowProblem
from myedu.portal.exports.parse import row_checks, unpack
from myedu.portal.exports.receive.verify import read_manifest
from myedu.portal.exports.report import package_queries
from myedu.portal.exports.report.words import WORDS
from myedu.portal.exports.service import load_folder
from tests.portal.exports.packages import a_school, agree_with_file, cell, id_of, put_manifest, rewrite, spoil
from tests.portal.exports.taking import Ask, Write

_FAR = 80_000  # rows between two, in another chunk of the file each


async def take(context: LoadContext, folder: Path) -> Report:
    return await load_folder(context, "r25-a", folder)


async def problems_of(context: LoadContext, folder: Path) -> list[RowProblem]:
    async with context.database.connection() as conn:
        found = await package_queries.problems(conn, "r25-a", id_of(folder))
    assert all(problem.code in WORDS for problem in found)
    return found


async def refused(context: LoadContext, folder: Path, ask: Ask) -> tuple[str, str]:
    report = await take(context, folder)
    assert report.state == "refused"
    assert report.code
    assert report.reason
    assert ask("SELECT state, code FROM exports.packages") == [("refused", report.code)]
    assert ask("SELECT count(*) FROM people.persons") == [0]
    return report.code, report.reason


# --- the package


async def test_a_wrong_sum(context: LoadContext, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    path = folder / "persons.csv"
    path.write_bytes(path.read_bytes().replace("Ковалёв".encode(), "Лебедев".encode(), 1))
    code, words = await refused(context, folder, ask)
    assert code == "wrong-sum"
    assert "persons.csv" in words
    assert "send the package again" in words


async def test_a_file_that_was_cut(context: LoadContext, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    path = folder / "groups.csv"
    path.write_bytes(path.read_bytes()[:-5])
    code, words = await refused(context, folder, ask)
    assert code == "wrong-size"
    assert "groups.csv" in words


async def test_a_file_that_is_not_there(context: LoadContext, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    (folder / "staff.csv").unlink()
    assert (await refused(context, folder, ask))[0] == "missing-file"


async def test_a_missing_table(context: LoadContext, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    manifest = read_manifest(folder)
    fewer = tuple(file for file in manifest.tables if file.table not in ("staff", "teaching"))
    put_manifest(folder, msgspec.structs.replace(manifest, tables=fewer))
    code, words = await refused(context, folder, ask)
    assert code == "missing-table"
    assert "staff, teaching" in words
    assert "only a header" in words


async def test_a_file_that_lies_about_its_rows(context: LoadContext, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    agree_with_file(folder, "persons", 7)
    code, words = await refused(context, folder, ask)
    assert code == "wrong-rows"
    assert "6 rows, the manifest says 7" in words


async def test_another_region(context: LoadContext, write: Write, ask: Ask) -> None:
    code, words = await refused(context, write(a_school(), region="14"), ask)
    assert code == "wrong-region"
    assert "region 14" in words
    assert "registered in 25" in words


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda text: text.replace(b"last_name", b"surname", 1), "missing-column", "no column last_name"),
        (lambda text: text.replace(b"middle_name", b"last_name", 1), "column-twice", "last_name twice"),
        (lambda text: text.replace(b",", b";"), "missing-column", "must be a comma"),
        (lambda text: b"", "missing-column", "no column"),
    ],
)
async def test_a_wrong_header(
    context: LoadContext, write: Write, ask: Ask, change: Callable[[bytes], bytes], code: str, words: str
) -> None:
    folder = write(a_school())
    rewrite(folder, "persons", change, 6)
    found = await refused(context, folder, ask)
    assert found[0] == code
    assert words in found[1]


async def test_a_file_that_is_no_gzip(context: LoadContext, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    manifest = read_manifest(folder)
    (folder / "persons.csv").rename(folder / "persons.csv.gz")
    files = tuple(
        msgspec.structs.replace(file, file="persons.csv.gz") if file.table == "persons" else file
        for file in manifest.tables
    )
    put_manifest(folder, msgspec.structs.replace(manifest, tables=files))
    assert (await refused(context, folder, ask))[0] == "unreadable-file"


@pytest.mark.parametrize("content", ["{", '{"region": 25}', "\udcff"])
async def test_a_manifest_that_is_none(context: LoadContext, write: Write, content: str) -> None:
    folder = write(a_school())
    (folder / MANIFEST).write_text(content, errors="surrogateescape")
    with pytest.raises(PackageRefused, match="bad-manifest"):
        await take(context, folder)


async def test_no_package_and_no_system(context: LoadContext, tmp_path: Path, write: Write) -> None:
    with pytest.raises(PackageRefused, match="give a package"):
        await take(context, tmp_path)
    with pytest.raises(PackageRefused, match="register it"):
        await load_folder(context, "r99-x", write(a_school()))


async def test_a_refusal_leaves_alone_what_another_process_applied_meanwhile(
    context: LoadContext, write: Write, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(a_school())
    spoil(folder, "persons", cell("persons", 2, "sex", "x"))
    right = (folder / "groups.csv").read_bytes()

    async def meanwhile(*asked: Any, **how: Any) -> None:
        monkeypatch.undo()
        (folder / "groups.csv").write_bytes(right)
        assert (await take(context, folder)).state == "applied"
        (folder / "groups.csv").unlink()  # as who has applied a package drops its files

    monkeypatch.setattr("myedu.portal.exports.pipeline.store.receive", meanwhile)
    assert (await take(context, folder)).state == "unchanged"
    assert ask("SELECT state, code FROM exports.packages") == [("applied", None)]
    assert [one.code for one in await problems_of(context, folder)] == ["unknown-code"]


# --- rows


@pytest.mark.parametrize(
    ("table", "column", "value", "code", "severity"),
    [
        ("persons", "last_name", "", "required", "error"),
        ("persons", "last_name", "я" * 501, "too-long", "error"),
        ("persons", "middle_name", "я" * 501, "too-long", "field"),
        ("persons", "first_name", "а\x00б", "cleaned", "warning"),
        ("organizations", "site", "https://а\x00б", "bad-text", "field"),
        ("persons", "birth_date", "30.02.2012", "bad-date", "field"),
        ("persons", "birth_date", "2012-02-30", "bad-date", "field"),
        ("persons", "birth_date", "0000-01-01", "bad-date", "field"),
        ("persons", "birth_date", "1899-12-31", "bad-date", "field"),
        ("persons", "birth_date", "2031-01-05", "birth-to-come", "field"),
        ("persons", "birth_date", "9999-12-31", "bad-date", "field"),
        ("enrollments", "starts_on", "1899-12-31", "bad-date", "error"),
        ("persons", "snils", "2000000117", "short-snils", "field"),
        ("persons", "snils", "2000000118", "bad-snils", "field"),
        ("persons", "snils", "1.12233E+10", "rounded-id", "field"),
        ("persons", "esia_oid", "1,00034E+9", "rounded-id", "warning"),
        ("teaching", "id", "9.00720E+15", "rounded-id", "warning"),
        ("persons", "updated_at", "2026-11-22 20:00", "bad-instant", "error"),
        ("persons", "sex", "x", "unknown-code", "warning"),
        ("persons", "id", "p 1", "bad-id", "error"),
        ("persons", "id", "ы", "bad-id", "error"),
        ("persons", "deleted", "maybe", "bad-flag", "error"),
        ("groups", "grade", "девятый", "bad-integer", "field"),
        ("groups", "academic_year", "1999", "bad-integer", "error"),
        ("groups", "kind", "club", "unknown-code", "warning"),
        ("organizations", "time_zone", "Asia/Nowhere", "bad-zone", "error"),
        ("enrollments", "ends_on", "2026-08-31", "ends-before-start", "error"),
        ("enrollments", "group_id", "g404", "unknown-reference", "error"),
        ("groups", "parent_id", "g404", "unknown-reference", "field"),
    ],
)
async def test_a_wrong_value(
    context: LoadContext, write: Write, table: str, column: str, value: str, code: str, severity: str
) -> None:
    folder = write(a_school())
    spoil(folder, table, cell(table, 2, column, value))
    report = await take(context, folder)
    assert report.state == "applied"
    of_the_table = [problem for problem in await problems_of(context, folder) if problem.table == table]
    found = [one for one in of_the_table if one.code != "unread-rows"]
    assert [(one.line, one.field, one.code, one.severity) for one in found] == [(2, column, code, severity)]
    aside = {one.changes.table: one.set_aside for one in report.tables}[table]
    assert aside == (1 if severity == "error" else 0)


async def test_all_problems_of_a_row_are_told(context: LoadContext, write: Write) -> None:
    folder = write(a_school())
    for column, value in (("last_name", ""), ("birth_date", "вчера"), ("sex", "w"), ("snils", "1")):
        spoil(folder, "persons", cell("persons", 4, column, value))
    await take(context, folder)
    found = [one for one in await problems_of(context, folder) if one.line == 4 and one.table == "persons"]
    assert {(one.field, one.code) for one in found} == {
        ("last_name", "required"), ("birth_date", "bad-date"), ("sex", "unknown-code"),
        ("snils", "bad-snils"),
    }  # fmt: skip


async def test_a_wrong_snils_matches_nobody_and_keeps_the_person(
    context: LoadContext, write: Write, ask: Ask
) -> None:
    folder = write(a_school())
    right = make_snils(200_000_001)
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    spoil(folder, "persons", cell("persons", 2, "snils", wrong))
    spoil(folder, "persons", cell("persons", 3, "snils", "112-233-445 95"))
    await take(context, folder)
    assert ask("SELECT id, snils FROM people.persons WHERE id IN ('p1', 'm1') ORDER BY id") == [
        ("m1", "11223344595"), ("p1", None),
    ]  # fmt: skip
    (problem,) = await problems_of(context, folder)
    assert (problem.code, problem.severity, problem.line, problem.detail) == ("bad-snils", "field", 2, None)


def test_snils_are_judged_as_the_contract_judges_them() -> None:
    texts = [make_snils(number) for number in (1, 1_001_998, 1_001_999, 87_654_303, 112_233_445, 999_999_999)]
    texts += [text[:-1] + str((int(text[-1]) + 1) % 10) for text in texts]
    texts += [
        "112-233-445 95",
        "112 233 445 95",
        "1122334459",
        "112233445951",
        "abc",
        "",
        "１１２２３３４４５９５",
    ]
    frame = pl.DataFrame({"snils": texts}).select(row_checks._snils(pl.col("snils")))
    assert frame["snils"].to_list() == [normalise_snils(text) for text in texts]


def test_lost_zeros_are_told_as_the_contract_tells_them() -> None:
    texts = [
        "2000000117",
        "200-000-011 7",
        "2000000118",
        "10199854",
        "112233445",
        "1122334459",
        "02000000117",
        "",
    ]
    texts += [make_snils(number).lstrip("0") for number in (1, 12_345, 1_001_999, 99_999_999)]
    frame = pl.DataFrame({"snils": texts}).select(row_checks._lacks_zero(pl.col("snils")).fill_null(False))
    assert frame["snils"].to_list() == [lacks_leading_zero(text) for text in texts]
    assert any(frame["snils"])


async def test_children_who_became_one_are_told_why(context: LoadContext, write: Write, ask: Ask) -> None:
    """A spreadsheet has saved ids as numbers: four of them are one text now."""
    folder = write(a_school(4))
    for line in (2, 4, 6, 8):
        spoil(folder, "persons", cell("persons", line, "id", "9.00720E+15"))
    await take(context, folder)
    found = [(one.code, one.severity) for one in await problems_of(context, folder) if one.table == "persons"]
    assert found.count(("rounded-id", "warning")) == 4
    assert found.count(("duplicate-id", "error")) == 4


async def test_duplicate_ids_are_all_set_aside(context: LoadContext, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    spoil(folder, "subjects", lambda lines: lines.append([*lines[1]]))
    spoil(folder, "persons", cell("persons", 4, "id", "p1"))
    await take(context, folder)
    found = [(one.table, one.line, one.code) for one in await problems_of(context, folder)]
    assert ("persons", 2, "duplicate-id") in found
    assert ("persons", 4, "duplicate-id") in found
    # The very same row twice contradicts nothing.
    assert ("subjects", 3, "repeated-row") in found
    assert ask("SELECT count(*) FROM people.subjects") == [1]
    assert ask("SELECT count(*) FROM people.persons WHERE id = 'p1'") == [0]


@pytest.mark.parametrize("quoted", [False, True], ids=["plain", "in quotes"])
async def test_duplicates_far_apart_are_found_as_well(
    context: LoadContext, write: Write, ask: Ask, quoted: bool
) -> None:
    folder = write(a_school())

    def lengthen(text: bytes) -> bytes:
        lines = text.splitlines(keepends=True)
        model = lines[1].replace(b"s1,", b"%d,", 1)
        fill = b"".join(model.replace(b"%d", b"f%d" % number, 1) for number in range(_FAR))
        first, last = lines[1], lines[1].replace("Физика".encode(), "Химия".encode())
        return lines[0] + (first.replace(b"s1,", b'"s1",') if quoted else first) + fill + last

    rewrite(folder, "subjects", lengthen, _FAR + 2)
    assert (folder / "subjects.csv").stat().st_size > unpack.CHUNK
    report = await take(context, folder)
    found = [(one.line, one.code) for one in await problems_of(context, folder) if one.table == "subjects"]
    assert (report.state, found) == ("applied", [(2, "duplicate-id"), (_FAR + 3, "duplicate-id")])
    assert ask("SELECT count(*), count(*) FILTER (WHERE id = 's1') FROM people.subjects") == [(_FAR, 0)]


async def test_an_id_has_64_characters_at_most(context: LoadContext, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    for line, length in ((2, 64), (4, 65)):  # p1, p2
        spoil(folder, "persons", cell("persons", line, "id", "p" * length))
    await take(context, folder)
    found = [(one.line, one.code) for one in await problems_of(context, folder) if one.table == "persons"]
    assert found == [(1, "unread-rows"), (4, "bad-id")]
    assert ask("SELECT id FROM people.persons WHERE id LIKE 'pp%%'") == ["p" * 64]


async def test_an_unknown_reference_carries_on(context: LoadContext, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    spoil(folder, "groups", cell("groups", 2, "organization_id", "o404"))
    await take(context, folder)
    found = {(one.table, one.field, one.code, one.detail) for one in await problems_of(context, folder)}
    assert found >= {
        ("groups", "organization_id", "unknown-reference", "o404"),
        ("enrollments", "group_id", "unknown-reference", "g1"),
        ("teaching", "group_id", "unknown-reference", "g1"),
    }
    assert ask("SELECT count(*) FROM people.enrollments") == [0]
    assert ask("SELECT count(*) FROM people.persons") == [6]


@pytest.mark.parametrize(
    ("old", "new", "code", "lost"),
    [
        (b"p2,", b"p2,extra,", "broken-line", {"p2"}),
        # A quote that is never closed costs its line, not the rest of the file.
        (b"p2,", b'"p2,', "broken-line", {"p2"}),
        (b"p2,", b'"p"2,', "broken-line", {"p2"}),
        # A line with one field; blank lines are nothing.
        (b"m3,", b"half\r\n\r\nm3,", "broken-line", set()),
        ("Имя, «2»".encode(), "Имя, «2»".encode("cp1251"), "bad-encoding", {"p2"}),
    ],
)
async def test_a_broken_line_costs_itself(
    context: LoadContext, write: Write, ask: Ask, old: bytes, new: bytes, code: str, lost: set[str]
) -> None:
    folder = write(a_school())
    rewrite(folder, "persons", lambda text: text.replace(old, new, 1), 6)
    report = await take(context, folder)
    assert report.state == "applied"
    found = [(one.code, one.line) for one in await problems_of(context, folder) if one.table == "persons"]
    line = {"p2": 4}.get(min(lost, default=""), 7)
    assert found == [("unread-rows", 1), (code, line)]
    assert set(ask("SELECT id FROM people.persons")) == {"p1", "p2", "p3", "m1", "m2", "m3"} - lost


async def test_lines_are_counted_over_values_of_several_lines(context: LoadContext, write: Write) -> None:
    folder = write(a_school())
    rewrite(folder, "persons", lambda text: text.replace('"Имя, «1»"'.encode(), '"Имя\n«1»"'.encode(), 1), 6)
    spoiled = (
        (folder / "persons.csv")
        .read_bytes()
        .replace(b"2012-02-03", b"3.2.2012")
        .replace(b"1985-05-06", b"6.5.1985")
    )
    (folder / "persons.csv").write_bytes(spoiled)
    agree_with_file(folder, "persons", 6)
    await take(context, folder)
    assert [one.line for one in await problems_of(context, folder)] == [2, 4, 5, 6, 7, 8]


async def test_unread_lines_archive_nobody(context: LoadContext, write: Write, ask: Ask, clock: Any) -> None:
    await take(context, write(a_school()))
    clock.advance(timedelta(days=1))
    folder = write(a_school())
    rewrite(folder, "persons", lambda text: text.replace(b"p2,", b'"p"2,', 1), 6)
    report = await take(context, folder)
    assert report.changes["persons"].archived == 0
    assert ask("SELECT count(*) FROM people.enrollments WHERE archived_at IS NULL") == [3]


async def test_unknown_columns_are_not_read_and_said(context: LoadContext, write: Write) -> None:
    folder = write(a_school())

    def widen(lines: list[list[str]]) -> None:
        for number, line in enumerate(lines):
            line.append("shoe_size" if number == 0 else "42")

    spoil(folder, "persons", widen)
    report = await take(context, folder)
    (problem,) = await problems_of(context, folder)
    assert (report.state, problem.code, problem.detail) == ("applied", "unknown-column", "shoe_size")


async def test_a_bom_is_no_part_of_a_name(context: LoadContext, write: Write) -> None:
    folder = write(a_school())
    rewrite(folder, "persons", lambda text: b"\xef\xbb\xbf" + text, 6)
    report = await take(context, folder)
    assert (report.state, report.problems) == ("applied", {})


async def test_parquet_is_read_as_csv_is(context: LoadContext, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    frame = pl.read_csv(folder / "persons.csv", try_parse_dates=True, schema_overrides={"snils": pl.String})
    frame.write_parquet(folder / "persons.parquet")
    content = (folder / "persons.parquet").read_bytes()
    known = {
        "file": "persons.parquet",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    manifest = read_manifest(folder)
    files = tuple(
        msgspec.structs.replace(file, **known) if file.table == "persons" else file
        for file in manifest.tables
    )
    put_manifest(folder, msgspec.structs.replace(manifest, tables=files))
    report = await take(context, folder)
    assert (report.state, report.problems) == ("applied", {})
    assert ask("SELECT count(*) FROM people.persons WHERE birth_date = '2012-02-03'") == [3]
