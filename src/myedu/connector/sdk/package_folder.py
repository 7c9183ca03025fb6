"""The folder of export packages: the newest one, the chain of a delta, old packages to delete."""

import csv
import gzip
import io
import logging
import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, cast

import msgspec
import zstandard

from myedu.connector.sdk.table_writer import ExportError
from myedu.contract.package import MANIFEST, Manifest, TableFile, decode_manifest
from myedu.contract.tables import columns

log = logging.getLogger("myedu.connector.export")


def latest_package(folder: Path) -> Manifest | None:
    """The manifest with the latest `created_at`, None if no package can be read."""
    return max(packages(folder), key=_age, default=None)


def packages(folder: Path) -> list[Manifest]:
    """The manifests of all packages that can be read, in no particular order."""
    return [manifest for path in _folders(folder) if (manifest := read_manifest(path)) is not None]


def read_manifest(package: Path) -> Manifest | None:
    """The manifest in one package's folder, None if absent or unreadable (which is logged)."""
    try:
        return decode_manifest((package / MANIFEST).read_bytes())
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        log.warning("the manifest in %s can't be read: %s", package, error)
        return None


def chain(folder: Path, last: Manifest) -> list[Manifest] | None:
    """The full package on which `last` builds, the deltas after it, and `last`; None if one is missing."""
    known = {manifest.export_id: manifest for manifest in packages(folder)}
    links = [last]
    while (base := links[-1].base) is not None:
        if base not in known or len(links) > len(known):
            return None
        links.append(known[base])
    return links[::-1]


def prune(folder: Path, keep: int) -> None:
    """Delete packages, except the `keep` newest ones and the chain of the newest one."""
    newest = sorted(packages(folder), key=_age, reverse=True)
    if not newest:
        return
    needed = {manifest.export_id for manifest in (*newest[:keep], *(chain(folder, newest[0]) or ()))}
    for manifest in newest:
        if manifest.export_id not in needed:
            shutil.rmtree(folder / str(manifest.export_id))


def _age(manifest: Manifest) -> tuple[datetime, str]:
    return manifest.created_at, str(manifest.export_id)


def rows_of(folder: Path, manifest: Manifest, table: str) -> Iterator[list[str]]:
    """The cells of a table in the order of `columns(table)`, streamed; "" for a column that the file lacks.

    Nothing if the package lacks the table. Raises ExportError for Parquet, which `write_package` doesn't
    write.
    """
    entry = next((listed for listed in manifest.tables if listed.table == table), None)
    if entry is None:
        return
    with _opened(folder / str(manifest.export_id) / entry.file, entry) as text:
        lines = csv.reader(text)
        header = next(lines, [])
        places = [header.index(name) if name in header else None for name in columns(table)]
        for line in lines:
            yield _in_order(line, places)


def _in_order(line: Sequence[str], places: Sequence[int | None]) -> list[str]:
    return [line[at] if at is not None and at < len(line) else "" for at in places]


def _opened(path: Path, entry: TableFile) -> io.TextIOWrapper:
    if path.name.endswith(".parquet"):
        raise ExportError(f"{entry.file} can't be read: write the packages as CSV")
    file = path.open("rb")
    stream: IO[bytes] = file
    if path.suffix == ".gz":
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=file))
    elif path.suffix == ".zst":
        stream = cast(IO[bytes], zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True))
    return io.TextIOWrapper(stream, encoding="utf-8", newline="")


def _folders(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
