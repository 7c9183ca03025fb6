"""A package under way: every table's file is open, so that rows may come school by school."""

import gzip
import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, cast
from uuid import UUID

import msgspec
import zstandard

from myedu.contract.answers import SystemInfo
from myedu.contract.package import MANIFEST, Manifest, TableFile
from myedu.contract.tables import TABLES, columns

Compression = Literal["none", "gz", "zst"]
_SUFFIXES: dict[Compression, str] = {"none": ".csv", "gz": ".csv.gz", "zst": ".csv.zst"}


class ExportError(Exception):
    """The package was not written; nothing of it is left. The message says what to mend."""


class PackageDraft:
    """Writes `folder/<export_id>/` while its block runs; an exception there leaves nothing.

    A full package has every table of the contract, an empty one too: a table that somebody forgot would
    otherwise read as a table that everybody left. `manifest` stands once the block has ended.
    """

    manifest: Manifest

    def __init__(
        self,
        folder: Path,
        *,
        region: str,
        system: SystemInfo,
        created_at: datetime,
        export_id: UUID,
        mode: Literal["full", "delta"] = "full",
        base: UUID | None = None,
        compression: Compression = "gz",
        tables: Iterable[str] = tuple(TABLES),
    ) -> None:
        if created_at.tzinfo is None:
            raise ExportError("created_at has no offset: give an aware datetime")
        if (mode == "delta") is (base is None):
            raise ExportError("a delta names its base, and only a delta does")
        self._head: dict[str, Any] = {
            "region": region,
            "system": system,
            "export_id": export_id,
            "mode": mode,
            "base": base,
            "created_at": created_at,
        }
        self._folder, self._target = folder, folder / str(export_id)
        self._names = tuple(tables)
        if mode == "full" and (missing := [name for name in TABLES if name not in self._names]):
            raise ExportError(
                f"a full package without {', '.join(missing)}: give an empty list for what you lack"
            )
        self._compression = compression
        self._files: dict[str, _OpenTable] = {}

    def __enter__(self) -> "PackageDraft":
        if self._target.exists():
            raise ExportError(
                f"the package {self._target.name} exists already: every package has its own export_id"
            )
        self._folder.mkdir(parents=True, exist_ok=True)
        self._draft = Path(tempfile.mkdtemp(prefix=".writing-", dir=self._folder))
        with ExitStack() as undo:
            undo.callback(self._throw_away)
            for name in self._names:
                self._files[name] = _OpenTable(self._draft, name, self._compression)
            undo.pop_all()
        return self

    def write(self, table: str, lines: bytes, rows: int) -> None:
        """Add encoded rows: UTF-8 CSV lines in the order of `columns(table)`, each with its line end."""
        self._files[table].write(lines, rows)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._throw_away()
            return
        try:
            files = tuple(self._files[name].finish() for name in self._names)
            self.manifest = Manifest(tables=files, **self._head)
            _write_manifest(self._draft, self.manifest)
            self._draft.chmod(0o755)  # mkdtemp's 0o700 would hide it from a server under another user
            self._draft.rename(self._target)
        except BaseException:
            self._throw_away()
            raise
        _sync_folder(self._folder)

    def _throw_away(self) -> None:
        for table in self._files.values():
            table.abandon()
        shutil.rmtree(self._draft, ignore_errors=True)


class _OpenTable:
    """One table's file, its header written; counts what goes through."""

    def __init__(self, folder: Path, table: str, compression: Compression) -> None:
        self._table, self._name = table, table + _SUFFIXES[compression]
        self._file = (folder / self._name).open("wb")
        self._counted = _Counted(self._file)
        self._packed = _packed(self._counted, compression)
        self._rows = 0
        self.write(",".join(columns(table)).encode() + b"\r\n", 0)

    def write(self, lines: bytes, rows: int) -> None:
        self._packed.write(lines)
        self._rows += rows

    def finish(self) -> TableFile:
        self._packed.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return TableFile(
            table=self._table,
            file=self._name,
            rows=self._rows,
            bytes=self._counted.size,
            sha256=self._counted.sha256.hexdigest(),
        )

    def abandon(self) -> None:
        if not self._file.closed:
            self._packed.close()
            self._file.close()


class _Counted(io.RawIOBase):
    """Passes bytes on and knows how many they were and their sum."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.size = 0
        self.sha256 = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._target.write(data)
        self.sha256.update(data)
        self.size += len(data)
        return len(data)


def _packed(target: _Counted, compression: Compression) -> Any:
    """A stream over the compression; closing it finishes what is compressed."""
    if compression == "gz":
        # neither name nor time: the same rows give the same bytes, on any day
        return gzip.GzipFile(filename="", mode="wb", fileobj=target, compresslevel=6, mtime=0)
    if compression == "zst":
        return zstandard.ZstdCompressor(level=3).stream_writer(cast(IO[bytes], target), closefd=False)
    return io.BufferedWriter(target)


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    body = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    with (folder / MANIFEST).open("wb") as file:
        file.write(body + b"\n")
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """A rename is on the disk once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
