"""Writes an export package from iterators of rows, in constant memory."""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec

from myedu.connector.sdk.package_folder import latest_package, read_manifest
from myedu.connector.sdk.table_writer import Compression, ExportError, PackageWriter
from myedu.contract.answers import SystemInfo
from myedu.contract.package import Manifest
from myedu.contract.tables import TABLES, Row, columns
from myedu.contract.wire import Id, Instant

__all__ = ["ExportError", "Tombstone", "csv_lines", "latest_package", "read_manifest", "write_package"]

BATCH = 500  # rows in memory at a time


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """A deleted row, for deltas only: the other columns are left empty."""

    id: Id
    updated_at: Instant


Exported = Row | Tombstone


def write_package(
    folder: Path,
    *,
    region: str,
    system: SystemInfo,
    tables: Mapping[str, Iterable[Exported]],
    created_at: datetime,
    export_id: UUID,
    mode: Literal["full", "delta"] = "full",
    base: UUID | None = None,
    compression: Compression = "gz",
) -> Manifest:
    """Write `folder/<export_id>/`, complete or not at all, and return its manifest. Raises ExportError.

    A full package needs every table of the contract, with an empty list if there is no data: a forgotten
    table would look like one from which everyone has left. `base`: the export on which a delta builds.
    """
    if unknown := sorted(set(tables) - set(TABLES)):
        raise ExportError(f"not a table of the contract: {', '.join(unknown)}")
    writer = PackageWriter(
        folder,
        region=region,
        system=system,
        created_at=created_at,
        export_id=export_id,
        mode=mode,
        base=base,
        compression=compression,
        tables=[name for name in TABLES if name in tables],
    )
    with writer:
        for name in TABLES:
            rows = map(cells_of(name, mode), tables.get(name, ()))
            while batch := list(islice(rows, BATCH)):
                writer.write(name, csv_lines(batch), len(batch))
    return writer.manifest


def csv_lines(rows: Collection[Sequence[str]]) -> bytes:
    """Rows of cells as lines of CSV (RFC 4180) in UTF-8. A row has at least two cells."""
    joined = "".join([f"{','.join(row)}\r\n" for row in rows])
    if _needs_quotes(joined, rows):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(rows)
        joined = text.getvalue()
    return joined.encode()


def _needs_quotes(joined: str, rows: Collection[Sequence[str]]) -> bool:
    """True if a cell has a comma, a quote or a line end.

    Checked for all rows at once, because csv.writer looks at every character and takes several times longer.
    """
    lines, commas = len(rows), sum(map(len, rows)) - len(rows)
    counted = joined.count("\r"), joined.count("\n"), joined.count(","), joined.count('"')
    return counted != (lines, lines, commas, 0)


def cells_of(table: str, mode: str) -> Callable[[Exported], list[str]]:
    """A function that turns a row of `table` into the texts of its cells. It raises ExportError."""
    kind, width = TABLES[table], len(columns(table))

    def cells(row: Exported) -> list[str]:
        is_deleted = isinstance(row, Tombstone) or (type(row) is kind and row.deleted)
        if is_deleted and mode == "full":
            raise ExportError(f"{table}: {row.id} is deleted: leave it out, only a delta has deleted rows")
        if isinstance(row, Tombstone):
            return [row.id, _cell(row.updated_at), "true", *[""] * (width - 3)]
        if type(row) is not kind:
            raise ExportError(f"{table}: a row is a {type(row).__name__}, expected {kind.__name__}")
        try:
            return [_cell(value) for value in msgspec.structs.astuple(row)]
        except ValueError as error:
            raise ExportError(f"{table}: {row.id}: {error}") from None

    return cells


def _cell(value: object) -> str:
    """One value as text: "" for None, "true" or "false", ISO 8601 for days and instants.

    Raises ValueError.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no offset")
        return value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
