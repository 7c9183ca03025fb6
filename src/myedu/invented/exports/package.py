"""A region's package of one day, written school by school: at most one school is in memory."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec

from myedu.connector.sdk.export import csv_lines
from myedu.connector.sdk.table_writer import Compression, PackageWriter
from myedu.contract.package import Manifest
from myedu.contract.tables import TABLES
from myedu.invented.calendar import SchoolYear, school_year_of
from myedu.invented.exports.cells import Rows
from myedu.invented.exports.daily_changes import Day, SchoolChanges, delta_rows
from myedu.invented.exports.mistakes import MistakeReport, Mistakes
from myedu.invented.exports.plan import RegionPlan, SchoolPlan, plan_country
from myedu.invented.exports.school import School, build_school

MISTAKES_FILE = "errors.json"
_PACKAGES = UUID("6f0c7a3e-56d8-5d0b-9f33-4a5b6f2f1c10")  # namespace of the UUIDs made here
_MADE_AT = time(2)  # local; the portal pulls at night

Mode = Literal["full", "delta"]


class PackageSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What to generate. The same spec gives the same bytes.

    `pupils`: of the ten regions together. `errors`: share of wrong rows. `changes`: share of pupils who
    change in a day. `base`, for a delta: whether the package of the day before is full or a delta.
    """

    pupils: int
    seed: int = 1
    first_day: date
    day: int = 0
    mode: Mode = "full"
    base: Mode = "full"
    errors: float = 0.0
    changes: float = 0.005

    def days(self) -> list[Day]:
        """Day 1 to `day`, in order; none for day 0."""
        return [Day(number, self.first_day + timedelta(days=number)) for number in range(1, self.day + 1)]


class WrittenPackage(msgspec.Struct, frozen=True, kw_only=True):
    """A package on disk; `folder` holds the manifest, the tables and errors.json."""

    folder: Path
    manifest: Manifest
    mistakes: MistakeReport

    @property
    def rows(self) -> int:
        """Rows of all tables, wrong ones included."""
        return sum(file.rows for file in self.manifest.tables)


OnSchool = Callable[[int, int], None]
"""Called after each school with the number of its pupils and of its rows."""


def write_region(
    folder: Path, code: str, spec: PackageSpec, *, compression: Compression, on_school: OnSchool
) -> WrittenPackage:
    """Writes `folder/<code>/<export_id>/` with errors.json in it.

    Raises ExportError if the package exists already, ValueError if the spec can't be met.
    """
    region, year = plan_country(spec.pupils)[code], school_year_of(spec.first_day)
    mistakes = Mistakes(region, spec.errors)
    writer = PackageWriter(
        folder / code,
        region=code,
        system=region.system,
        created_at=_created_at(region, spec),
        export_id=export_id(code, spec),
        mode=spec.mode,
        base=base_id(code, spec),
        compression=compression,
    )
    with writer:
        for plan in region.schools:
            school, rows = _rows_of_day(region, plan, spec, year)
            on_school(plan.pupils, _write(writer, mistakes, school, rows))
    package = folder / code / str(writer.manifest.export_id)
    (package / MISTAKES_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(mistakes.report)) + b"\n")
    return WrittenPackage(folder=package, manifest=writer.manifest, mistakes=mistakes.report)


def export_id(code: str, spec: PackageSpec) -> UUID:
    """The id of a package: another one for each region and spec, always the same for equal ones."""
    parts = (
        code,
        spec.pupils,
        spec.seed,
        spec.first_day,
        spec.day,
        spec.mode,
        spec.errors,
        spec.changes,
    )
    form = f" upon {spec.base}" if spec.mode == "delta" and spec.day > 1 else ""
    return uuid5(_PACKAGES, " ".join(map(str, parts)) + form)


def base_id(code: str, spec: PackageSpec) -> UUID | None:
    """The id of the package of the day before, for a delta; None for a full package."""
    if spec.mode == "full":
        return None
    return export_id(code, msgspec.structs.replace(spec, day=spec.day - 1, mode=spec.base))


def _created_at(region: RegionPlan, spec: PackageSpec) -> datetime:
    zone = ZoneInfo(region.profile.towns[0][1])
    return datetime.combine(spec.first_day + timedelta(days=spec.day), _MADE_AT, zone)


def _rows_of_day(
    region: RegionPlan, plan: SchoolPlan, spec: PackageSpec, year: SchoolYear
) -> tuple[School, Rows]:
    """The school as it is on the day, and the rows of it that the package has."""
    school = build_school(spec.seed, region, plan, year)
    changes, days = SchoolChanges(school, spec.seed, spec.changes), spec.days()
    if spec.mode == "full":
        for day in days:
            changes.apply(day)
        return school, school.rows
    for day in days[:-1]:
        changes.apply(day)
    before = {table: dict(rows) for table, rows in school.rows.items()}
    changes.apply(days[-1])
    return school, delta_rows(before, school.rows, days[-1])


def _write(writer: PackageWriter, mistakes: Mistakes, school: School, rows: Rows) -> int:
    for table in TABLES:
        writer.write(table, csv_lines(rows[table].values()), len(rows[table]))
    count = sum(map(len, rows.values()))
    for table, line in mistakes.lines_for(school, rows):
        writer.write(table, line, 1)
        count += 1
    return count
