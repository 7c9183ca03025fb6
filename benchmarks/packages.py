"""Export packages of any size in seconds: columns made by Polars, one file a table."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import polars as pl

from myedu.contract.answers import SystemInfo
from myedu.contract.package import MANIFEST, Manifest, TableFile
from myedu.contract.tables import TABLES, columns

PUPILS, GUARDIANS = 0.40, 0.55  # of the persons; the rest are teachers
_LAST = ("Ковалёв", "Лебедева", "Королёв", "Соловьёва", "Зайцев", "Виноградова", "Голубев", "Воробьёва")
_FIRST = ("Анна", "Пётр", "Ольга", "Иван", "Алёна", "Тимур", "Айсен", "Мария", "Денис")
_MIDDLE = ("Ильич", "Олеговна", None, "Семёнович", "Петровна")
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)

Frames = dict[str, pl.DataFrame]


def region_rows(persons: int) -> Frames:
    """A region with so many persons and their links; ids grow as those of a vendor's database do."""
    pupils, guardians = int(persons * PUPILS), int(persons * GUARDIANS)
    teachers = persons - pupils - guardians
    groups, schools = pupils // 25 + 1, pupils // 800 + 1
    child, parent = pl.int_range(pl.len()) % pupils, pl.int_range(pl.len()) % guardians
    return {
        "organizations": _rows(
            "o", schools, name=_text("Школа № ", pl.int_range(pl.len())), kind=pl.lit("school"),
            time_zone=pl.lit("Asia/Vladivostok"), inn=_text("25", pl.int_range(pl.len()) + 10_000_000),
        ),
        "periods": _rows(
            "q", schools * 4, organization_id=_id("o", pl.int_range(pl.len()) // 4), kind=pl.lit("quarter"),
            academic_year=pl.lit(2026), number=pl.int_range(pl.len()) % 4 + 1, name=pl.lit("Четверть"),
            starts_on=pl.lit(date(2026, 9, 1)), ends_on=pl.lit(date(2026, 10, 25)),
        ),
        "groups": _rows(
            "g", groups, organization_id=_id("o", pl.int_range(pl.len()) % schools), kind=pl.lit("class"),
            academic_year=pl.lit(2026), name=_text("", pl.int_range(pl.len()) % 11 + 1) + " «Б»",
            grade=pl.int_range(pl.len()) % 11 + 1,
        ),
        "subjects": _rows(
            "s", schools * 15, organization_id=_id("o", pl.int_range(pl.len()) // 15), name=pl.lit("Физика"),
        ),
        "persons": _rows(
            "p", persons, last_name=_one_of(_LAST), first_name=_one_of(_FIRST), middle_name=_one_of(_MIDDLE),
            birth_date=pl.when(pl.int_range(pl.len()) < pupils)
            .then(date(2010, 1, 1) + pl.duration(days=pl.int_range(pl.len()) % 3000))
            .otherwise(date(1970, 1, 1) + pl.duration(days=pl.int_range(pl.len()) % 9000)),
            sex=pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("f")).otherwise(pl.lit("m")),
            snils=_snils(pl.int_range(pl.len())),
        ),
        "enrollments": _rows(
            "e", pupils, person_id=_id("p", child), organization_id=_id("o", child % groups % schools),
            group_id=_id("g", child % groups), starts_on=pl.lit(date(2026, 9, 1)),
        ),
        "guardianships": _rows(
            "k", int(pupils * 1.4), guardian_id=_id("p", pupils + parent), child_id=_id("p", child),
            starts_on=pl.lit(date(2026, 9, 1)), relation=pl.lit("mother"),
        ),
        "staff": _rows(
            "t", teachers, person_id=_id("p", pupils + guardians + pl.int_range(pl.len())),
            organization_id=_id("o", pl.int_range(pl.len()) % schools), role=pl.lit("teacher"),
        ),
        "teaching": _rows(
            "d", teachers * 4, staff_id=_id("t", pl.int_range(pl.len()) // 4),
            group_id=_id("g", pl.int_range(pl.len()) % groups),
            subject_id=_id("s", pl.int_range(pl.len()) % (schools * 15)),
        ),
    }  # fmt: skip


def stamped(rows: Frames, at: datetime) -> Frames:
    """The same rows as a system gives them that stamps every row at every export."""
    stamp = pl.lit(at.isoformat()).alias("updated_at")
    return {table: frame.with_columns(stamp) for table, frame in rows.items()}


def one_percent(rows: Frames) -> Frames:
    """A day's delta: of every hundred rows one, changed where the table has something to change. None of
    those whose SNILS `with_errors` spoils: half of the delta would correct one, and that is no usual day."""
    changes = {
        "persons": pl.col("first_name") + "а",
        "enrollments": pl.lit(date(2026, 12, 31)),
        "guardianships": pl.lit("father"),
    }
    fields = {"persons": "first_name", "enrollments": "ends_on", "guardianships": "relation"}
    return {
        table: frame.gather_every(100, offset=min(50, frame.height - 1)).with_columns(
            *([changes[table].alias(fields[table])] if table in changes else [])
        )
        for table, frame in rows.items()
    }


def with_errors(rows: Frames) -> Frames:
    """Every 200th person with a wrong SNILS, which costs the value and not the row."""
    wrong = pl.int_range(pl.len()) % 200 == 0
    return rows | {
        "persons": rows["persons"].with_columns(
            pl.when(wrong).then(pl.lit("12345678901")).otherwise("snils").alias("snils")
        )
    }


def write_package(folder: Path, rows: Frames, region: str, at: datetime, base: UUID | None = None) -> Path:
    """A package's folder: plain CSV, as COPY gets it too."""
    export_id = uuid4()
    target = folder / str(export_id)
    target.mkdir(parents=True)
    manifest = Manifest(
        region=region,
        system=SystemInfo(vendor="Никто", product="Замер", version="1"),
        export_id=export_id,
        mode="delta" if base else "full",
        base=base,
        created_at=at,
        tables=tuple(_write(target, table, frame) for table, frame in rows.items()),
    )
    (target / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    return target


def _write(target: Path, table: str, frame: pl.DataFrame) -> TableFile:
    path = target / f"{table}.csv"
    missing = (pl.lit(None, pl.String).alias(name) for name in columns(table) if name not in frame.columns)
    frame.with_columns(missing).select(columns(table)).write_csv(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return TableFile(table=table, file=path.name, rows=frame.height, bytes=path.stat().st_size, sha256=digest)


def _rows(prefix: str, rows: int, **values: pl.Expr) -> pl.DataFrame:
    return pl.select(pl.int_range(rows).alias("number")).select(
        _id(prefix, pl.int_range(pl.len())).alias("id"),
        pl.lit((NOW - timedelta(days=1)).isoformat()).alias("updated_at"),
        **values,
    )


def _id(prefix: str, number: pl.Expr) -> pl.Expr:
    return _text(prefix, number + 10_000_000)


def _text(prefix: str, number: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(prefix), number.cast(pl.String))


def _one_of(names: tuple[str | None, ...]) -> pl.Expr:
    # A prime step, so that names don't repeat in the order of the ids.
    return pl.lit(pl.Series(names)).gather(pl.int_range(pl.len()) * 7919 % len(names))


def _snils(number: pl.Expr) -> pl.Expr:
    nine = number + 200_000_000
    total = pl.sum_horizontal(nine // 10**place % 10 * (place + 1) for place in range(9))
    return (nine * 100 + total % 101 % 100).cast(pl.String)


assert set(region_rows(1000)) == set(TABLES)
