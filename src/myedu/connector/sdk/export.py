"""Write an export package from iterators of rows, in constant memory."""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec

from myedu.connector.sdk.draft import Compression, ExportError, PackageDraft
from myedu.connector.sdk.folder import latest_package, read_manifest
from myedu.contract.answers import SystemInfo
from myedu.contract.package import Manifest
from myedu.contract.tables import TABLES, Row
from myedu.contract.wire import Id, Instant

__all__ = ["ExportError", "Tombstone", "csv_lines", "latest_package", "read_manifest", "write_package"]

BATCH = 500  # rows that are held at a time


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was deleted; only a delta has such. The rest of the row is not needed, nor sent."""

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
    """Write `folder/<export_id>/` all at once and give its manifest. Raises ExportError.

    A full package names every table of the contract, an empty one with an empty list: a table that
    somebody forgot would otherwise read as a table that everybody left.
    """
    if unknown := sorted(set(tables) - set(TABLES)):
        raise ExportError(f"not a table of the contract: {', '.join(unknown)}")
    draft = PackageDraft(
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
    with draft:
        for name in TABLES:
            rows = map(cells_of(name, mode), tables.get(name, ()))
            while batch := list(islice(rows, BATCH)):
                draft.write(name, csv_lines(batch), len(batch))
    return draft.manifest


def csv_lines(rows: Collection[Sequence[str]]) -> bytes:
    """Rows of cells as a package's file has them: RFC 4180, UTF-8. A row has two cells or more."""
    joined = "".join([f"{','.join(row)}\r\n" for row in rows])
    if _needs_quotes(joined, rows):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(rows)
        joined = text.getvalue()
    return joined.encode()


def _needs_quotes(joined: str, rows: Collection[Sequence[str]]) -> bool:
    """Whether some cell holds a comma, a quote or a line end.

    Asked of all rows at once: csv.writer looks at every character and takes several times as long.
    """
    lines, commas = len(rows), sum(map(len, rows)) - len(rows)
    counted = joined.count("\r"), joined.count("\n"), joined.count(","), joined.count('"')
    return counted != (lines, lines, commas, 0)


def cells_of(table: str, mode: str) -> Callable[[Exported], list[str]]:
    """What makes a row of `table` the texts of its cells. Raises ExportError."""
    kind, names = TABLES[table], TABLES[table].__struct_fields__

    def cells(row: Exported) -> list[str]:
        if isinstance(row, Tombstone):
            if mode == "full":
                raise ExportError(f"{table}: {row.id} is deleted: leave it out, only a delta has such rows")
            return [row.id, _cell(row.updated_at), "true", *[""] * (len(names) - 3)]
        if type(row) is not kind:
            raise ExportError(f"{table}: a row is a {type(row).__name__}, expected {kind.__name__}")
        if row.deleted and mode == "full":
            raise ExportError(f"{table}: {row.id} is deleted: leave it out, only a delta has such rows")
        try:
            return [_cell(getattr(row, name)) for name in names]
        except ValueError as error:
            raise ExportError(f"{table}: {row.id}: {error}") from None

    return cells


def _cell(value: object) -> str:
    """One value as text: None is empty, true and false in words, days and instants in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no offset")
        return value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
