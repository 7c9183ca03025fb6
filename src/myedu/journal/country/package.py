"""A region's package of a day, school by school: the memory of one school, whatever the region."""

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
from myedu.journal.country.cells import Rows
from myedu.journal.country.days import Day, Life, difference
from myedu.journal.country.mistakes import Mistaken, Mistakes
from myedu.journal.country.plan import RegionPlan, SchoolPlan, country_plan
from myedu.journal.country.school import School, build_school
from myedu.journal.generator.calendar import SchoolYear, school_year_of

MISTAKES_FILE = "errors.json"
_PACKAGES = UUID("6f0c7a3e-56d8-5d0b-9f33-4a5b6f2f1c10")  # ours; names below are of this program only
_MADE_AT = time(2)  # local; the portal pulls at night

Mode = Literal["full", "delta"]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to generate. The same order gives the same bytes.

    `pupils`: of the ten regions together. `errors`: share of wrong rows. `changes`: share of the pupils to
    whom something happens in a day. `base`: of a delta, the form in which the portal has the day before.
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
        """Day 1 to the day wanted."""
        return [Day(number, self.first_day + timedelta(days=number)) for number in range(1, self.day + 1)]


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A package on the disk."""

    folder: Path
    manifest: Manifest
    mistakes: Mistaken

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.manifest.tables)


Told = Callable[[int, int], None]
"""Called after each school with its pupils and rows."""


def write_region(folder: Path, code: str, order: Order, *, compression: Compression, told: Told) -> Written:
    """Write `folder/<code>/<export_id>/` and errors.json in it. Raises ExportError, ValueError."""
    region, year = country_plan(order.pupils)[code], school_year_of(order.first_day)
    mistakes = Mistakes(region, order.errors)
    draft = PackageWriter(
        folder / code,
        region=code,
        system=region.system,
        created_at=_created_at(region, order),
        export_id=export_id(code, order),
        mode=order.mode,
        base=base_id(code, order),
        compression=compression,
    )
    with draft:
        for plan in region.schools:
            school, rows = _school(region, plan, order, year)
            told(plan.pupils, _write(draft, mistakes, school, rows))
    package = folder / code / str(draft.manifest.export_id)
    (package / MISTAKES_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(mistakes.made)) + b"\n")
    return Written(folder=package, manifest=draft.manifest, mistakes=mistakes.made)


def export_id(code: str, order: Order) -> UUID:
    """One for each region, day and form."""
    parts = (
        code,
        order.pupils,
        order.seed,
        order.first_day,
        order.day,
        order.mode,
        order.errors,
        order.changes,
    )
    form = f" upon {order.base}" if order.mode == "delta" and order.day > 1 else ""
    return uuid5(_PACKAGES, " ".join(map(str, parts)) + form)


def base_id(code: str, order: Order) -> UUID | None:
    """The package of the day before, for a delta. A chain is full, delta, delta, …"""
    if order.mode == "full":
        return None
    return export_id(code, msgspec.structs.replace(order, day=order.day - 1, mode=order.base))


def _created_at(region: RegionPlan, order: Order) -> datetime:
    zone = ZoneInfo(region.profile.towns[0][1])
    return datetime.combine(order.first_day + timedelta(days=order.day), _MADE_AT, zone)


def _school(region: RegionPlan, plan: SchoolPlan, order: Order, year: SchoolYear) -> tuple[School, Rows]:
    """The school as it is on the day, and those of its rows that the package has."""
    school = build_school(order.seed, region, plan, year)
    life, days = Life(school, order.seed, order.changes), order.days()
    if order.mode == "full":
        for day in days:
            life.live(day)
        return school, school.rows
    for day in days[:-1]:
        life.live(day)
    before = {table: dict(rows) for table, rows in school.rows.items()}
    life.live(days[-1])
    return school, difference(before, school.rows, days[-1])


def _write(draft: PackageWriter, mistakes: Mistakes, school: School, rows: Rows) -> int:
    for table in TABLES:
        draft.write(table, csv_lines(rows[table].values()), len(rows[table]))
    count = sum(map(len, rows.values()))
    for table, line in mistakes.beside(school, rows):
        draft.write(table, line, 1)
        count += 1
    return count
