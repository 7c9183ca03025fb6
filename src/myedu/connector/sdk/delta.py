"""A delta by comparing: all rows of today against the packages that lie in the folder.

For systems that don't know what changed or was deleted. What was told before is kept as sums in a temporary
SQLite file, so a million rows take disk and some seconds, not memory.
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

from myedu.connector.sdk.draft import Compression, ExportError, PackageDraft
from myedu.connector.sdk.export import BATCH, Exported, cells_of, csv_lines
from myedu.connector.sdk.folder import chain, rows_of
from myedu.contract.answers import SystemInfo
from myedu.contract.package import Manifest
from myedu.contract.tables import TABLES

_ID, _DELETED, _REST = 0, 2, 3  # places in columns(table): id, updated_at, deleted, the rest


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
    """Write the delta that leads from `base` to `tables`, which are whole. Raises ExportError.

    A row counts as changed when anything but `updated_at` differs; what is no longer there becomes a
    tombstone dated `created_at`. Every table is named: one that somebody forgot would read as one that
    everybody left.
    """
    if missing := [name for name in TABLES if name not in tables]:
        raise ExportError(f"compared without {', '.join(missing)}: give an empty list for what you lack")
    stands_on = chain(folder, base)
    if stands_on is None:
        raise ExportError(f"what {base.export_id} builds on is no longer in {folder}: write a full package")
    draft = PackageDraft(
        folder,
        region=region,
        system=system,
        created_at=created_at,
        export_id=export_id,
        mode="delta",
        base=base.export_id,
        compression=compression,
    )
    with _told_before(folder, stands_on) as told, draft:
        for name in TABLES:
            rows = map(cells_of(name, "full"), tables[name])
            _write(draft, name, _differing(rows, told, name, created_at))
    return draft.manifest


def _write(draft: PackageDraft, table: str, rows: Iterator[list[str]]) -> None:
    while batch := list(islice(rows, BATCH)):
        draft.write(table, csv_lines(batch), len(batch))


def _differing(
    rows: Iterable[list[str]], told: sqlite3.Connection, table: str, at: datetime
) -> Iterator[list[str]]:
    for cells in rows:
        key = (table, cells[_ID])
        known = told.execute("SELECT sum FROM told WHERE tab = ? AND id = ?", key).fetchone()
        if known is not None:
            told.execute("UPDATE told SET seen = 1 WHERE tab = ? AND id = ?", key)
        if known is None or known[0] != _sum(cells):
            yield cells
    width = len(TABLES[table].__struct_fields__)
    gone = told.execute("SELECT id FROM told WHERE tab = ? AND NOT seen ORDER BY id", [table])
    for (row_id,) in gone:
        yield [row_id, at.isoformat(), "true", *[""] * (width - _REST)]


@contextmanager
def _told_before(folder: Path, stands_on: Sequence[Manifest]) -> Iterator[sqlite3.Connection]:
    """Table, id and sum of every row that the packages left standing."""
    with (
        tempfile.TemporaryDirectory(prefix=".comparing-", dir=folder) as scratch,
        closing(sqlite3.connect(Path(scratch, "told.sqlite"), isolation_level=None)) as told,
    ):
        told.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE told (tab TEXT, id TEXT, sum BLOB, seen INTEGER DEFAULT 0, PRIMARY KEY (tab, id))"
            " WITHOUT ROWID; BEGIN"
        )
        for manifest in stands_on:
            for name in TABLES:
                _remember(told, name, rows_of(folder, manifest, name))
        yield told


def _remember(told: sqlite3.Connection, table: str, rows: Iterable[Sequence[str]]) -> None:
    while batch := list(islice(rows := iter(rows), BATCH)):
        live = ((table, row[_ID], _sum(row)) for row in batch if row[_DELETED] != "true")
        told.executemany("INSERT OR REPLACE INTO told (tab, id, sum) VALUES (?, ?, ?)", live)
        dead = ((table, row[_ID]) for row in batch if row[_DELETED] == "true")
        told.executemany("DELETE FROM told WHERE tab = ? AND id = ?", dead)


def _sum(cells: Sequence[str]) -> bytes:
    """Of everything but id, updated_at and deleted. Two of 16 bytes don't meet by chance in any region."""
    return hashlib.blake2b("\x1f".join(cells[_REST:]).encode(), digest_size=16).digest()
