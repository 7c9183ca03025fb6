"""Writes export packages of a SimpleJournal: full, or a delta by `changed_since` or by comparing."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, TypedDict
from uuid import UUID, uuid4

from myedu.connector.sdk.delta import write_compared
from myedu.connector.sdk.export import Exported, ExportError, Tombstone, write_package
from myedu.connector.sdk.package_folder import chain, latest_package, prune
from myedu.connector.sdk.table_writer import Compression
from myedu.connector.simple.fetch import stream_rows
from myedu.connector.simple.journal import Row, Rows, SimpleJournal
from myedu.connector.simple.rows import RowContext, RowError, Values, columns_of, convert, shown_id
from myedu.connector.simple.system import system_info, zone_of
from myedu.contract.answers import SystemInfo
from myedu.contract.package import Manifest
from myedu.contract.tables import TABLES, Enrollment, Guardianship, Staff, Teaching
from myedu.contract.tables import Row as ContractRow
from myedu.kit.folder_lock import FolderInUse, FolderLock

log = logging.getLogger("myedu.connector.export")

Mode = Literal["auto", "full", "delta"]
FULL_EVERY = timedelta(days=7)
"""How often `auto` writes a full package, which corrects whatever deltas missed."""
KEPT = 8
"""Packages that stay in the folder: a week, and the one being downloaded."""
_OVERLAP = timedelta(minutes=10)
"""`changed_since` starts a little before the last package: a transaction may have been open then."""
_DELETED = (True, "1", "true")  # 1 == True
_TOMBSTONE_COLUMNS = ("id", "updated_at")
_REPORTED = 20
"""Wrong rows collected before the export gives up: enough to see what they have in common."""


class ExportBusy(ExportError):
    """Another process is writing a package."""


class WrongRows(ExportError):
    """Rows that break the contract: at most the first 20. Nothing was written."""

    def __init__(self, errors: list[RowError]) -> None:
        more = " …" if len(errors) == _REPORTED else ""
        super().__init__("\n".join(map(str, errors)) + more)
        self.errors = errors


def write_export(
    journal: SimpleJournal,
    folder: Path,
    *,
    now: datetime,
    mode: Mode = "auto",
    compression: Compression = "gz",
    keep: int = KEPT,
) -> Manifest:
    """Write a package, delete old ones and return the new manifest. Blocks for as long as the tables take.

    `auto`: a delta, or a full package once in FULL_EVERY and if there is none to build on. `keep`: packages
    that stay. Raises ExportError, ExportBusy, WrongRows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        lock = FolderLock.take(folder / ".lock", patience=1)
    except FolderInUse as error:
        raise ExportBusy(str(error)) from None
    lock.write("writing a package")
    try:
        return _write(journal, folder, now, mode, compression, keep)
    finally:
        lock.release()


class _Common(TypedDict):
    """Arguments of a full package and of both kinds of deltas."""

    region: str
    system: SystemInfo
    created_at: datetime
    export_id: UUID
    compression: Compression


def _write(
    journal: SimpleJournal, folder: Path, now: datetime, mode: Mode, compression: Compression, keep: int
) -> Manifest:
    base = _base(journal, folder, now, mode)
    common = _Common(
        region=journal.region,
        system=system_info(journal, TABLES),  # an export needs no functions about days
        created_at=now,
        export_id=uuid4(),
        compression=compression,
    )
    wrong: list[RowError] = []
    if base is None:
        manifest = write_package(folder, tables=_all_rows(journal, now, wrong), **common)
    elif journal.has("changed_since"):
        tables = _changed_rows(journal, base.created_at - _OVERLAP, now, wrong)
        manifest = write_package(folder, tables=tables, mode="delta", base=base.export_id, **common)
    else:
        manifest = write_compared(folder, tables=_all_rows(journal, now, wrong), base=base, **common)
    prune(folder, keep)
    return manifest


def _base(journal: SimpleJournal, folder: Path, now: datetime, mode: Mode) -> Manifest | None:
    """The package on which a delta builds; None for a full package. Raises ExportError."""
    if mode == "full":
        return None
    last = latest_package(folder)
    links = chain(folder, last) if last and last.region == journal.region else None
    if last is None or links is None:
        if mode == "delta":
            raise ExportError(f"{folder} has no package of this region to build on: write a full one first")
        return None
    if last.created_at >= now:
        raise ExportError("the newest package is from the future: compare the clocks, or delete it")
    return None if mode == "auto" and now - links[0].created_at >= FULL_EVERY else last


Tables = dict[str, Iterator[Exported]]


def _all_rows(journal: SimpleJournal, now: datetime, wrong: list[RowError]) -> Tables:
    """Every table, without the rows that the journal marks as deleted."""
    return {
        name: _without_tombstones(_checked(journal, name, stream_rows(function), now, wrong))
        for name, function in _table_functions(journal).items()
    }


def _table_functions(journal: SimpleJournal) -> dict[str, Callable[[], Rows]]:
    return {
        "organizations": journal.organizations,
        "periods": journal.periods,
        "groups": journal.groups,
        "subjects": journal.subjects,
        "persons": journal.persons,
        "enrollments": journal.enrollments,
        "guardianships": journal.guardianships,
        "staff": journal.staff,
        "teaching": journal.teaching,
    }


def _without_tombstones(rows: Iterator[Exported]) -> Iterator[Exported]:
    return (row for row in rows if not isinstance(row, Tombstone))


def _changed_rows(journal: SimpleJournal, since: datetime, now: datetime, wrong: list[RowError]) -> Tables:
    local = since.astimezone(zone_of(journal))
    return {
        name: _checked(journal, name, stream_rows(journal.changed_since, name, local), now, wrong)
        for name in TABLES
    }


def _checked(
    journal: SimpleJournal, table: str, rows: Iterator[Row], now: datetime, wrong: list[RowError]
) -> Iterator[Exported]:
    """Rows of the contract.

    Wrong rows of all tables are collected and raised at the end of the last table.
    """
    zone = zone_of(journal)
    defaults: Values = {"updated_at": now}
    if table == "organizations":
        defaults["time_zone"] = journal.time_zone
    for number, row in enumerate(rows, 1):
        try:
            yield _read(TABLES[table], row, RowContext(table, number, zone), defaults)
        except RowError as error:
            wrong.append(error)
            if len(wrong) == _REPORTED:
                raise WrongRows(wrong) from None
    if wrong and table == [*TABLES][-1]:
        raise WrongRows(wrong)


def _read(kind: type[ContractRow], row: Row, row_context: RowContext, defaults: Values) -> Exported:
    if isinstance(row, Tombstone):
        return row
    if isinstance(row, kind):
        return _deleted_without_a_day(row)
    values = defaults | columns_of(row, row_context)
    row_context.row_id = shown_id(values.get("id"))
    if values.get("deleted") in _DELETED:
        identity = {name: values[name] for name in _TOMBSTONE_COLUMNS if name in values}
        return convert(Tombstone, identity, row_context)
    return _deleted_without_a_day(convert(kind, values, row_context))


def _deleted_without_a_day(row: ContractRow) -> Exported:
    """A row whose last day is the one before its first has no day: a pupil who never came.

    Some journals keep such a row. It ends as if it had been deleted; set aside as wrong it would stay for
    ever. A last day that is earlier still stays for the portal to report.
    """
    if isinstance(row, Enrollment | Guardianship | Staff | Teaching):
        starts, ends = row.starts_on, row.ends_on
        if starts is not None and ends is not None and (starts - ends).days == 1:
            return Tombstone(id=row.id, updated_at=row.updated_at)
    return row
