"""The folder of packages: which one is the newest, what a delta stands on, what may be thrown away."""

import csv
import gzip
import io
import logging
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast

import msgspec
import zstandard

from myedu.connector.sdk.draft import ExportError
from myedu.contract.package import MANIFEST, Manifest, TableFile
from myedu.contract.tables import columns

log = logging.getLogger("myedu.connector.export")


def latest_package(folder: Path) -> Manifest | None:
    """The manifest with the latest `created_at`; a folder without a readable one is passed over."""
    return max(packages(folder), key=lambda one: (one.created_at, str(one.export_id)), default=None)


def packages(folder: Path) -> list[Manifest]:
    """The manifests of all packages that can be read."""
    return [manifest for path in _folders(folder) if (manifest := read_manifest(path)) is not None]


def read_manifest(package: Path) -> Manifest | None:
    """The manifest of one package's folder, None where there is none that can be read."""
    try:
        return msgspec.json.decode((package / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        log.warning("the manifest in %s can't be read: %s", package, error)
        return None


def chain(folder: Path, last: Manifest) -> list[Manifest] | None:
    """The full package under `last` and the deltas up to it, in order; None where one of them is gone."""
    known = {one.export_id: one for one in packages(folder)}
    links = [last]
    while (base := links[-1].base) is not None:
        if base not in known or len(links) > len(known):
            return None
        links.append(known[base])
    return links[::-1]


def prune(folder: Path, keep: int) -> None:
    """Leave the `keep` newest packages and what the newest one stands on."""
    newest = sorted(packages(folder), key=lambda one: (one.created_at, str(one.export_id)), reverse=True)
    if not newest:
        return
    needed = {one.export_id for one in (*newest[:keep], *(chain(folder, newest[0]) or ()))}
    for one in newest:
        if one.export_id not in needed:
            shutil.rmtree(folder / str(one.export_id))


def rows_of(folder: Path, manifest: Manifest, table: str) -> Iterator[list[str]]:
    """The cells of a table in the order of `columns(table)`, streamed. A column that the file lacks is "".

    Raises ExportError where the file is none that `write_package` writes.
    """
    entry = next((one for one in manifest.tables if one.table == table), None)
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
        raise ExportError(f"{entry.file} can't be compared with: write the packages as CSV")
    file = path.open("rb")
    unpacked: IO[bytes] = file
    if path.suffix == ".gz":
        unpacked = cast(IO[bytes], gzip.GzipFile(fileobj=file))
    elif path.suffix == ".zst":
        unpacked = cast(IO[bytes], zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True))
    return io.TextIOWrapper(unpacked, encoding="utf-8", newline="")


def _folders(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
