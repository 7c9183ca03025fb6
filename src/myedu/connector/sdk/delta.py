"""Writes a delta by comparing all rows of today with the packages in the folder.

For systems that don't know what changed or was deleted. The rows of earlier packages are kept as hashes in a
temporary SQLite file, so a million rows take disk space and some seconds, but no memory.
"""

import hashlib
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from myedu.connector.sdk.export import BATCH, Exported, cells_of, csv_lines
from myedu.connector.sdk.package_folder import chain, rows_of
from myedu.connector.sdk.table_writer import Compression, ExportError, PackageWriter
from myedu.contract.answers import SystemInfo
from myedu.contract.package import Manifest
from myedu.contract.tables import TABLES, columns

_ID, _DELETED, _REST = 0, 2, 3  # positions in columns(table): id, updated_at, deleted, all others


def write_compared(
    folder: Path,
    *,
    region: str,
    system: SystemInfo,
    tables: Mapping[str, Iterable[Exported]],
    created_at: datetime,
    export_id: UUID,
    base: Manifest,
    compression: Compression = "gz",
) -> Manifest:
    """Write the delta from `base` to `tables` (all rows) and return its manifest. Raises ExportError.

    A row counts as changed if anything but `updated_at` differs; a missing row becomes a tombstone dated
    `created_at`. Every table of the contract is needed: a forgotten one would look like one from which
    everyone has left.
    """
    if missing := [name for name in TABLES if name not in tables]:
        raise ExportError(f"compared without {', '.join(missing)}: give an empty list for missing data")
    earlier = chain(folder, base)
    if earlier is None:
        raise ExportError(
            f"the chain of {base.export_id} is no longer complete in {folder}: write a full package"
        )
    writer = PackageWriter(
        folder,
        region=region,
        system=system,
        created_at=created_at,
        export_id=export_id,
        mode="delta",
        base=base.export_id,
        compression=compression,
    )
    with _exported_rows(folder, earlier) as exported, writer:
        for name in TABLES:
            rows = map(cells_of(name, "full"), tables[name])
            _write(writer, name, _changed_rows(rows, exported, name, created_at))
    return writer.manifest


def _write(writer: PackageWriter, table: str, rows: Iterator[list[str]]) -> None:
    while batch := list(islice(rows, BATCH)):
        writer.write(table, csv_lines(batch), len(batch))


def _changed_rows(
    rows: Iterable[list[str]], exported: sqlite3.Connection, table: str, at: datetime
) -> Iterator[list[str]]:
    """New and changed rows in the order of `rows`, then tombstones in the order of their ids."""
    for cells in rows:
        key = (table, cells[_ID])
        known = exported.execute("SELECT hash FROM exported WHERE tab = ? AND id = ?", key).fetchone()
        if known is not None:
            exported.execute("UPDATE exported SET seen = 1 WHERE tab = ? AND id = ?", key)
        if known is None or known[0] != _hash(cells):
            yield cells
    width = len(columns(table))
    gone = exported.execute("SELECT id FROM exported WHERE tab = ? AND NOT seen ORDER BY id", [table])
    for (row_id,) in gone:
        yield [row_id, at.isoformat(), "true", *[""] * (width - _REST)]


@contextmanager
def _exported_rows(folder: Path, packages: Sequence[Manifest]) -> Iterator[sqlite3.Connection]:
    """Table, id and hash of every row that exists after these packages."""
    with (
        tempfile.TemporaryDirectory(prefix=".comparing-", dir=folder) as scratch,
        closing(sqlite3.connect(Path(scratch, "exported.sqlite"), isolation_level=None)) as exported,
    ):
        exported.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE exported"
            " (tab TEXT, id TEXT, hash BLOB, seen INTEGER DEFAULT 0, PRIMARY KEY (tab, id))"
            " WITHOUT ROWID; BEGIN"
        )
        for manifest in packages:
            for name in TABLES:
                _apply(exported, name, rows_of(folder, manifest, name))
        yield exported


def _apply(exported: sqlite3.Connection, table: str, rows: Iterable[Sequence[str]]) -> None:
    while batch := list(islice(rows := iter(rows), BATCH)):
        live = ((table, row[_ID], _hash(row)) for row in batch if row[_DELETED] != "true")
        exported.executemany("INSERT OR REPLACE INTO exported (tab, id, hash) VALUES (?, ?, ?)", live)
        deleted = ((table, row[_ID]) for row in batch if row[_DELETED] == "true")
        exported.executemany("DELETE FROM exported WHERE tab = ? AND id = ?", deleted)


def _hash(cells: Sequence[str]) -> bytes:
    """Of every cell but id, updated_at and deleted. 16 bytes: no chance collision in any region."""
    return hashlib.blake2b("\x1f".join(cells[_REST:]).encode(), digest_size=16).digest()
