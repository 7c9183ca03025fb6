"""The export of a SimpleJournal: full, or a delta by `changed_since` or by comparing; streamed."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast
from uuid import uuid4

from myedu.connector.sdk.delta import write_compared
from myedu.connector.sdk.draft import Compression
from myedu.connector.sdk.export import Exported, ExportError, Tombstone, write_package
from myedu.connector.sdk.folder import chain, latest_package, prune
from myedu.connector.simple.asking import stream_rows
from myedu.connector.simple.journal import SimpleJournal
from myedu.connector.simple.rows import Place, RowError, columns_of, convert, shown_id
from myedu.connector.simple.system import info_of, zone_of
from myedu.contract.package import Manifest
from myedu.contract.tables import TABLES, Row
from myedu.kit.folder_lock import FolderInUse, FolderLock

log = logging.getLogger("myedu.connector.export")

Mode = Literal["auto", "full", "delta"]
FULL_EVERY = timedelta(days=7)
"""How often `auto` writes everything anew: whatever a delta missed is mended then."""
KEPT = 8
"""Packages that stay in the folder: a week, and the one being fetched."""
_OVERLAP = timedelta(minutes=10)
"""`changed_since` is asked from a little before the last package: a transaction may have been open then."""
_DELETED = (True, "1", "true")  # 1 == True
_OF_TOMBSTONE = ("id", "updated_at")
_TOLD = 20
"""Wrong rows that are told before the export gives up: enough to see what they have in common."""


class ExportBusy(ExportError):
    """Another process writes a package just now."""


class WrongRows(ExportError):
    """Rows that break the contract; nothing was written."""

    def __init__(self, errors: list[RowError]) -> None:
        more = " …" if len(errors) == _TOLD else ""
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
    """Write a package and throw old ones away. Runs for as long as the tables take: not in an event loop.

    Raises ExportError; ExportBusy; WrongRows names table, row and field of the first wrong rows.
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


def _write(
    journal: SimpleJournal, folder: Path, now: datetime, mode: Mode, compression: Compression, keep: int
) -> Manifest:
    base = _base(journal, folder, now, mode)
    common: dict[str, Any] = {
        "region": journal.region,
        "system": info_of(journal, TABLES),  # nobody is asked about days here
        "created_at": now,
        "export_id": uuid4(),
        "compression": compression,
    }
    wrong: list[RowError] = []
    if base is None:
        manifest = write_package(folder, tables=_whole(journal, now, wrong), **common)
    elif journal.has("changed_since"):
        tables = _changed(journal, base.created_at - _OVERLAP, now, wrong)
        manifest = write_package(folder, tables=tables, mode="delta", base=base.export_id, **common)
    else:
        manifest = write_compared(folder, tables=_whole(journal, now, wrong), base=base, **common)
    prune(folder, keep)
    return manifest


def _base(journal: SimpleJournal, folder: Path, now: datetime, mode: Mode) -> Manifest | None:
    """The package that a delta builds on; None for a full one. Raises ExportError."""
    if mode == "full":
        return None
    last = latest_package(folder)
    links = chain(folder, last) if last and last.region == journal.region else None
    if last is None or links is None:
        if mode == "delta":
            raise ExportError(f"{folder} has no package of this region to build on: write a full one first")
        return None
    if last.created_at >= now:
        raise ExportError("the newest package is from the future: compare the clocks, or take it away")
    return None if mode == "auto" and now - links[0].created_at >= FULL_EVERY else last


Tables = dict[str, Iterator[Exported]]


def _whole(journal: SimpleJournal, now: datetime, wrong: list[RowError]) -> Tables:
    """Every table; a row that the journal marks as deleted is simply not there."""
    tables = {}
    for name in TABLES:
        read = _checked(journal, name, stream_rows(getattr(journal, name)), now, wrong)
        tables[name] = (row for row in read if not isinstance(row, Tombstone))
    return cast(Tables, tables)


def _changed(journal: SimpleJournal, since: datetime, now: datetime, wrong: list[RowError]) -> Tables:
    local = since.astimezone(zone_of(journal))
    return {
        name: _checked(journal, name, stream_rows(journal.changed_since, name, local), now, wrong)
        for name in TABLES
    }


def _checked(
    journal: SimpleJournal, table: str, rows: Iterator[Any], now: datetime, wrong: list[RowError]
) -> Iterator[Exported]:
    """Rows of the contract. The wrong ones of all tables are collected; the end of the last raises them."""
    zone = zone_of(journal)
    defaults: dict[str, Any] = {"updated_at": now}
    if table == "organizations":
        defaults["time_zone"] = journal.time_zone
    for number, row in enumerate(rows, 1):
        try:
            yield _read(TABLES[table], row, Place(table, number, zone), defaults)
        except RowError as error:
            wrong.append(error)
            if len(wrong) == _TOLD:
                raise WrongRows(wrong) from None
    if wrong and table == [*TABLES][-1]:
        raise WrongRows(wrong)


def _read(kind: type[Row], row: Any, place: Place, defaults: dict[str, Any]) -> Exported:
    if isinstance(row, kind | Tombstone):
        return row
    values = defaults | columns_of(row, place)
    place.row_id = shown_id(values.get("id"))
    if values.get("deleted") in _DELETED:
        return convert(Tombstone, {name: values[name] for name in _OF_TOMBSTONE if name in values}, place)
    return convert(kind, values, place)
