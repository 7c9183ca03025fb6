"""Writes the tables of an export package. All files stay open, so that rows may come school by school."""

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
from typing import IO, TYPE_CHECKING, Literal, Protocol, cast
from uuid import UUID

import msgspec
import zstandard

from myedu.contract.answers import SystemInfo
from myedu.contract.package import MANIFEST, Manifest, TableFile
from myedu.contract.tables import TABLES, columns

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Compression = Literal["none", "gz", "zst"]
_SUFFIXES: dict[Compression, str] = {"none": ".csv", "gz": ".csv.gz", "zst": ".csv.zst"}


class ExportError(Exception):
    """The package was not written, and nothing of it is left. The message says what to fix."""


class PackageWriter:
    """Writes `folder/<export_id>/` as a context manager; an exception in its block leaves nothing.

    A full package has every table of the contract, also empty ones: a forgotten table would look like one
    from which everyone has left. `manifest` is complete once the block has ended. Raises ExportError.
    """

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
        self.manifest = Manifest(
            region=region,
            system=system,
            export_id=export_id,
            mode=mode,
            base=base,
            created_at=created_at,
            tables=(),
        )
        self._folder, self._target = folder, folder / str(export_id)
        self._names = tuple(tables)
        if mode == "full" and (missing := [name for name in TABLES if name not in self._names]):
            raise ExportError(
                f"a full package without {', '.join(missing)}: give an empty list for missing data"
            )
        self._compression = compression
        self._files: dict[str, _OpenTable] = {}

    def __enter__(self) -> "PackageWriter":
        if self._target.exists():
            raise ExportError(
                f"the package {self._target.name} exists already: give each package its own export_id"
            )
        self._folder.mkdir(parents=True, exist_ok=True)
        self._unfinished = Path(tempfile.mkdtemp(prefix=".writing-", dir=self._folder))
        with ExitStack() as undo:
            undo.callback(self._discard)
            for name in self._names:
                self._files[name] = _OpenTable(self._unfinished, name, self._compression)
            undo.pop_all()
        return self

    def write(self, table: str, lines: bytes, rows: int) -> None:
        """Append rows: CSV lines in UTF-8, cells in the order of `columns(table)`, each line with its end."""
        self._files[table].write(lines, rows)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._discard()
            return
        try:
            files = tuple(self._files[name].finish() for name in self._names)
            self.manifest = msgspec.structs.replace(self.manifest, tables=files)
            _write_manifest(self._unfinished, self.manifest)
            self._unfinished.chmod(
                0o755
            )  # with mkdtemp's 0o700 a server run by another user couldn't read it
            self._unfinished.rename(self._target)
        except BaseException:
            self._discard()
            raise
        _sync_folder(self._folder)

    def _discard(self) -> None:
        for table in self._files.values():
            table.abandon()
        shutil.rmtree(self._unfinished, ignore_errors=True)


class _OpenTable:
    """The open file of one table, with its header; counts rows, bytes and the hash."""

    def __init__(self, folder: Path, table: str, compression: Compression) -> None:
        self._table, self._name = table, table + _SUFFIXES[compression]
        self._file = (folder / self._name).open("wb")
        self._counter = _CountingFile(self._file)
        self._stream = _compressed(self._counter, compression)
        self._rows = 0
        self.write(",".join(columns(table)).encode() + b"\r\n", 0)

    def write(self, lines: bytes, rows: int) -> None:
        self._stream.write(lines)
        self._rows += rows

    def finish(self) -> TableFile:
        self._stream.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return TableFile(
            table=self._table,
            file=self._name,
            rows=self._rows,
            bytes=self._counter.size,
            sha256=self._counter.sha256.hexdigest(),
        )

    def abandon(self) -> None:
        if not self._file.closed:
            self._stream.close()
            self._file.close()


class _CountingFile(io.RawIOBase):
    """Passes bytes on and keeps their number and SHA-256."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.size = 0
        self.sha256 = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer", /) -> int:
        self._target.write(data)
        self.sha256.update(data)
        length = memoryview(data).nbytes
        self.size += length
        return length


class _Stream(Protocol):
    def write(self, data: bytes, /) -> int: ...
    def close(self) -> None: ...


def _compressed(target: _CountingFile, compression: Compression) -> _Stream:
    """A stream that compresses into `target`; closing it flushes but leaves `target` open."""
    if compression == "gz":
        # without name and time the same rows give the same bytes on any day
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
    """A rename survives a power cut only once its folder is synced."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
