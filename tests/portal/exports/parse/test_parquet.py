"""Parquet as pandas and DuckDB write it: a value is read by the contract's kind, or refused in words."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import polars as pl
import pytest

from myedu.contract.package import TableFile
from myedu.kit.clock import FixedClock
from myedu.portal.exports.models import LoadContext, PackageRefused
from myedu.portal.exports.parse.batches import read_batches
from myedu.portal.exports.receive.verify import read_manifest
from tests.portal.exports.packages import a_school, put_manifest
from tests.portal.exports.taking import Write, take


def read(folder: Path, **columns: pl.Series) -> list[dict[str, Any]]:
    """Rows of groups with these columns, as the checks get them."""
    height = len(next(iter(columns.values())))
    usual = {
        "id": [f"g{number}" for number in range(height)],
        "updated_at": ["2026-11-22T20:00:00Z"] * height,
        "organization_id": ["o1"] * height,
        "academic_year": ["2026"] * height,
        "kind": ["class"] * height,
        "name": ["7 «А»"] * height,
    }
    return read_table(folder, "groups", pl.DataFrame(usual | columns))


def read_table(folder: Path, table: str, frame: pl.DataFrame) -> list[dict[str, Any]]:
    path = folder / f"{table}.parquet"
    frame.write_parquet(path)
    file = TableFile(table=table, file=path.name, rows=frame.height, bytes=1, sha256="0" * 64)
    batches = list(read_batches(folder, file))
    codes = [one.code for batch in batches for one in batch.problems]
    rows = [row for batch in batches for row in batch.frame.to_dicts()]
    return [*rows, *({"problem": code} for code in codes)]


def values(folder: Path, column: str, series: pl.Series) -> list[Any]:
    return [row.get(column, row.get("problem")) for row in read(folder, **{column: series})]


@pytest.mark.parametrize(
    ("column", "given", "dtype", "read_as"),
    [
        ("grade", [7.0, None, math.nan], pl.Float64, ["7", None, None]),
        ("grade", [7, None], pl.Float32, ["7", None]),
        ("grade", [7, None], pl.UInt8, ["7", None]),
        ("grade", [Decimal("7.00"), Decimal("7.50")], pl.Decimal(18, 2), ["7", "7.50"]),
        ("grade", [7.5], pl.Float64, ["7.5"]),  # no whole number: the row's check says so
        ("deleted", [True, None], pl.Boolean, ["true", None]),
        ("deleted", [1.0, 0.0], pl.Float64, ["1", "0"]),
        ("id", [71.0, 9007199254740991.0], pl.Float64, ["71", "9007199254740991"]),
        ("id", [71, -1], pl.Int64, ["71", "-1"]),
        ("id", [2**64 - 1], pl.UInt64, ["18446744073709551615"]),
        ("id", [Decimal("10000000000000000000000000001")], pl.Decimal(38, 0), ["1" + "0" * 27 + "1"]),
        ("parent_id", ["g1", None], pl.Categorical, ["g1", None]),
        ("kind", ["class", None], pl.Enum(["class", "elective"]), ["class", None]),
        ("letter", [None, None], pl.Null, [None, None]),
        ("letter", ["А".encode(), None], pl.Binary, ["А", None]),
        ("letter", [1.5], pl.Float64, ["1.5"]),
    ],
)
def test_a_value_is_read_by_its_kind(
    tmp_path: Path, column: str, given: Sequence[object], dtype: Any, read_as: list[str | None]
) -> None:
    assert values(tmp_path, column, pl.Series(given, dtype=dtype, strict=False)) == read_as


MIDNIGHT = datetime(2026, 9, 1)  # noqa: DTZ001 - a file's time without a zone
MORNING = MIDNIGHT + timedelta(hours=8)


@pytest.mark.parametrize(
    ("given", "zone", "unit", "read_as"),
    [
        ([MIDNIGHT, None], None, "ns", ["2026-09-01", None]),
        ([MIDNIGHT], None, "ms", ["2026-09-01"]),  # also date64
        ([MIDNIGHT], "Asia/Vladivostok", "us", ["2026-09-01"]),
        ([MIDNIGHT], "UTC", "us", ["2026-09-01"]),
        ([MORNING], None, "us", ["2026-09-01T08:00:00.000000"]),  # no day: the row's check says so
    ],
)
def test_midnight_in_a_column_of_days_is_that_day(
    tmp_path: Path, given: Sequence[datetime], zone: str | None, unit: Any, read_as: list[str | None]
) -> None:
    days = pl.Series(given, dtype=pl.Datetime(unit)).dt.replace_time_zone(zone)
    frame = pl.DataFrame(
        {
            "id": [f"q{number}" for number in range(len(days))],
            "updated_at": ["2026-11-22T20:00:00Z"] * len(days),
            "person_id": ["p1"] * len(days),
            "organization_id": ["o1"] * len(days),
            "group_id": ["g1"] * len(days),
            "starts_on": days,
        }
    )
    assert [row["starts_on"] for row in read_table(tmp_path, "enrollments", frame)] == read_as


def test_an_instant_keeps_its_time_and_zone(tmp_path: Path) -> None:
    zoned = pl.Series([MIDNIGHT]).dt.replace_time_zone("Asia/Vladivostok")
    assert values(tmp_path, "updated_at", zoned) == ["2026-09-01T00:00:00.000000+10:00"]
    assert values(tmp_path, "updated_at", pl.Series([MIDNIGHT])) == ["2026-09-01T00:00:00.000000"]


@pytest.mark.parametrize(
    ("column", "given", "dtype"),
    [
        ("id", [1.0, 2.0**53], pl.Float64),
        ("id", [float(2**24)], pl.Float32),
        ("parent_id", [71.5], pl.Float64),
        ("parent_id", [math.inf], pl.Float64),
        ("parent_id", [Decimal("71.50")], pl.Decimal(18, 2)),
        ("letter", [1e300], pl.Float64),
        ("id", [True], pl.Boolean),
        ("name", [timedelta(1)], pl.Duration),
    ],
)
def test_what_no_id_can_be_is_refused_in_words(
    tmp_path: Path, column: str, given: Sequence[object], dtype: Any
) -> None:
    with pytest.raises(PackageRefused, match=f"groups.parquet: the column {column} is .*: write") as refusal:
        values(tmp_path, column, pl.Series(given, dtype=dtype))
    assert refusal.value.code == "wrong-type"


def test_a_uuid_of_bytes_is_its_text_and_other_bytes_cost_their_row(tmp_path: Path) -> None:
    one = UUID("6f0e9d6c-3d1b-4c53-9d2a-0b5c5a1f7e11")
    given = pl.Series([one.bytes, b"g2", b"\xff\xfe"], dtype=pl.Binary)
    assert values(tmp_path, "id", given) == [str(one), "g2", "bad-encoding"]


def test_numbers_of_rows_that_pandas_writes_are_no_column(tmp_path: Path) -> None:
    index = pl.Series([0, 1, 2])
    rows = read(tmp_path, id=pl.Series(["g1", "g2", None]), __index_level_0__=index)
    assert [row["id"] for row in rows] == ["g1", "g2", None]
    nothing = {name: pl.Series([None], dtype=pl.String) for name in rows[0] if name != "_line"}
    assert read(tmp_path, **nothing, __index_level_0__=pl.Series([0])) == []


def test_a_column_of_another_name_may_be_of_any_type(tmp_path: Path) -> None:
    rows = read(tmp_path, hash=pl.Series([b"\xff"]), tags=pl.Series([["a"]]), took=pl.Series([timedelta(1)]))
    assert [row.get("problem", row.get("id")) for row in rows] == ["g0", *["unknown-column"] * 3]


async def test_the_same_school_as_pandas_writes_it_changes_nothing(
    context: LoadContext, write: Write, clock: FixedClock
) -> None:
    school = a_school()
    await take(context, write(school))
    clock.advance(timedelta(days=1))
    folder = write(school)
    as_pandas_writes(
        folder,
        {
            "persons": {"birth_date": pl.col("birth_date").str.to_datetime("%Y-%m-%d", time_unit="ns")},
            "groups": {name: pl.col(name).cast(pl.Float64) for name in ("grade", "shift", "academic_year")},
            "enrollments": {"starts_on": pl.col("starts_on").str.to_datetime("%Y-%m-%d")},
            "guardianships": {
                "starts_on": pl.col("starts_on").str.to_date(),
                "relation": pl.col("relation").cast(pl.Categorical),
                "updated_at": pl.col("updated_at").str.to_datetime("%+", time_zone="UTC"),
                "__index_level_0__": pl.int_range(pl.len()),
            },
        },
    )
    report = await take(context, folder)
    assert (report.state, report.problems) == ("applied", {})
    assert not any(change.any for change in report.changes.values())


def as_pandas_writes(folder: Path, columns: Mapping[str, Mapping[str, pl.Expr]]) -> None:
    """Tables of a package as Parquet, with other types than text."""
    manifest = read_manifest(folder)
    files = {file.table: file for file in manifest.tables}
    for table, changed in columns.items():
        path = folder / f"{table}.parquet"
        frame = pl.read_csv(folder / files[table].file, infer_schema=False)
        frame.with_columns(**changed).write_parquet(path)
        content = path.read_bytes()
        files[table] = msgspec.structs.replace(
            files[table], file=path.name, bytes=len(content), sha256=hashlib.sha256(content).hexdigest()
        )
    put_manifest(folder, msgspec.structs.replace(manifest, tables=tuple(files.values())))


async def test_a_text_of_whole_floats_is_a_whole_number_too(context: LoadContext, write: Write) -> None:
    """What `to_csv` makes of a column in which a number is missing."""
    folder = write(a_school())
    path = folder / "groups.csv"
    path.write_bytes(path.read_bytes().replace(b",9,", b",9.0,"))
    content = path.read_bytes()
    manifest = read_manifest(folder)
    about = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    files = tuple(
        msgspec.structs.replace(file, **about) if file.table == "groups" else file for file in manifest.tables
    )
    put_manifest(folder, msgspec.structs.replace(manifest, tables=files))
    assert b",9.0," in content
    assert (await take(context, folder)).problems == {}


def test_days_are_days(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": ["p1"], "updated_at": ["2026-11-22T20:00:00Z"], "last_name": ["Ковалёв"],
                          "first_name": ["Ян"], "birth_date": [date(2012, 2, 3)]})  # fmt: skip
    assert [row["birth_date"] for row in read_table(tmp_path, "persons", frame)] == ["2012-02-03"]
