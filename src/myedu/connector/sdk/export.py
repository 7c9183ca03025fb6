"""Write an export package from iterators of rows, in constant memory; find the newest one."""

import csv
import gzip
import hashlib
import io
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Literal, cast
from uuid import UUID

import msgspec
import zstandard

from myedu.contract.answers import SystemInfo
from myedu.contract.package import MANIFEST, Manifest, TableFile
from myedu.contract.tables import TABLES, Row, columns

log = logging.getLogger("myedu.connector.export")

Compression = Literal["none", "gz", "zst"]
_SUFFIXES: dict[Compression, str] = {"none": ".csv", "gz": ".csv.gz", "zst": ".csv.zst"}


class ExportError(Exception):
    """The package was not written; nothing of it is left. The message says what to mend."""


def write_package(
    folder: Path,
    *,
    region: str,
    system: SystemInfo,
    tables: Mapping[str, Iterable[Row]],
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
    _check_request(tables, created_at, mode, base)
    target = folder / str(export_id)
    if target.exists():
        raise ExportError(f"the package {export_id} exists already: every package has its own export_id")
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    try:
        files = tuple(
            _write_table(draft, name, tables[name], mode, compression) for name in TABLES if name in tables
        )
        manifest = Manifest(
            region=region,
            system=system,
            export_id=export_id,
            mode=mode,
            base=base,
            created_at=created_at,
            tables=files,
        )
        _write_manifest(draft, manifest)
        draft.chmod(0o755)  # mkdtemp's 0o700 would hide it from a server under another user
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    _sync_folder(folder)
    return manifest


def latest_package(folder: Path) -> Manifest | None:
    """The manifest with the latest `created_at`; a folder without a readable one is passed over."""
    found = [manifest for path in _packages(folder) if (manifest := read_manifest(path)) is not None]
    return max(found, key=lambda one: (one.created_at, str(one.export_id)), default=None)


def read_manifest(package: Path) -> Manifest | None:
    """The manifest of one package's folder, None where there is none that can be read."""
    try:
        return msgspec.json.decode((package / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        log.warning("the manifest in %s can't be read: %s", package, error)
        return None


def _packages(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _check_request(
    tables: Mapping[str, Iterable[Row]], created_at: datetime, mode: str, base: UUID | None
) -> None:
    if unknown := sorted(set(tables) - set(TABLES)):
        raise ExportError(f"not a table of the contract: {', '.join(unknown)}")
    if created_at.tzinfo is None:
        raise ExportError("created_at has no offset: give an aware datetime")
    if (mode == "delta") is (base is None):
        raise ExportError("a delta names its base, and only a delta does")
    if mode == "full" and (missing := [name for name in TABLES if name not in tables]):
        raise ExportError(
            f"a full package without {', '.join(missing)}: give an empty list for what you lack"
        )


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


def _write_table(
    folder: Path, table: str, rows: Iterable[Row], mode: str, compression: Compression
) -> TableFile:
    name = table + _SUFFIXES[compression]
    with (folder / name).open("wb") as file:
        counted = _Counted(file)
        with ExitStack() as stack:
            text = stack.enter_context(_text_over(counted, compression))
            count = _write_rows(text, table, rows, mode)
        file.flush()
        os.fsync(file.fileno())
    return TableFile(
        table=table, file=name, rows=count, bytes=counted.size, sha256=counted.sha256.hexdigest()
    )


def _text_over(target: _Counted, compression: Compression) -> io.TextIOWrapper:
    """Text in UTF-8 over the compression; closing it finishes the compressed stream."""
    packed: Any
    if compression == "gz":
        # neither name nor time: the same rows give the same bytes, on any day
        packed = gzip.GzipFile(filename="", mode="wb", fileobj=target, compresslevel=6, mtime=0)
    elif compression == "zst":
        packed = zstandard.ZstdCompressor(level=6).stream_writer(cast(IO[bytes], target), closefd=False)
    else:
        packed = io.BufferedWriter(target)
    return io.TextIOWrapper(packed, encoding="utf-8", newline="")


def _write_rows(text: io.TextIOWrapper, table: str, rows: Iterable[Row], mode: str) -> int:
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(columns(table))
    cells = _cells_of(table, mode)
    count = 0
    for row in rows:
        writer.writerow(cells(row))
        count += 1
    return count


def _cells_of(table: str, mode: str) -> Callable[[Row], list[str]]:
    kind, names = TABLES[table], TABLES[table].__struct_fields__

    def cells(row: Row) -> list[str]:
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
