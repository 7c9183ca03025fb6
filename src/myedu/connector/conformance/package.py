"""The newest export package: the manifest at once, files on demand and kept on disk."""

import csv
import gzip
import hashlib
import shutil
from asyncio import Lock, to_thread
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
import zstandard

from myedu.connector.conformance.decode import fault_of
from myedu.connector.conformance.http import Answer, HttpClient, in_path
from myedu.connector.conformance.rule import Blocked, Skipped
from myedu.contract.package import Manifest, TableFile

MANIFEST_RULE, FILES_RULE, UNPACK_RULE = "export.manifest", "export.files-served", "export.unpacks"
LONGEST_FILE = 2 * 1024**3
"""Bytes the judge downloads of one file at most."""


class Fetched(msgspec.Struct, frozen=True):
    """One file as it was served: where it is on disk, its size in bytes and its SHA-256 in hex."""

    path: Path
    bytes: int
    sha256: str
    answer: Answer  # its body is empty


class Table(msgspec.Struct, frozen=True):
    """A table decompressed to CSV. Each call of `rows()` reads the file again, in constant memory."""

    name: str
    header: tuple[str, ...]
    path: Path

    def rows(self) -> Iterator[dict[str, str]]:
        """Column → cell of each row. A short row lacks columns; surplus cells are dropped."""
        for cells in self.lines():
            yield dict(zip(self.header, cells, strict=False))

    def lines(self) -> Iterator[list[str]]:
        """The cells of each row below the header. Raises UnicodeDecodeError, csv.Error."""
        with self.path.open(newline="", encoding="utf-8") as file:
            reader = csv.reader(file, strict=True)
            next(reader, None)
            yield from reader


class Package:
    """One package of the system; each file is downloaded at most once."""

    def __init__(self, http: HttpClient, folder: Path, manifest: Manifest, answer: Answer) -> None:
        self.manifest, self.answer = manifest, answer
        self._http, self._folder = http, folder
        self._lock = Lock()
        self._fetched: dict[str, Fetched] = {}
        self._tables: dict[str, Table] = {}

    @classmethod
    async def open(cls, http: HttpClient, folder: Path) -> "Package":
        """The newest package. Raises Skipped if there is none yet, Blocked if its manifest is broken."""
        answer = await http.get("/v1/exports/latest")
        if answer.status == 404:
            raise Skipped("пакета выгрузки ещё нет", "there is no export package yet", answer)
        fault = fault_of(answer, Manifest)
        if answer.status != 200 or fault is not None:
            ru = fault.words.ru if fault else f"ответ {answer.status}"
            en = fault.words.en if fault else f"answered {answer.status}"
            raise Blocked(MANIFEST_RULE, f"манифест не читается: {ru}", f"the manifest: {en}", answer)
        return cls(http, folder, msgspec.json.decode(answer.body, type=Manifest), answer)

    def entry(self, table: str) -> TableFile:
        """The manifest's entry of a table. Raises Skipped if the package lacks it, as a delta may."""
        for entry in self.manifest.tables:
            if entry.table == table:
                return entry
        raise Skipped(f"в пакете нет таблицы {table}", f"the package has no table {table}", self.answer)

    def path_of(self, entry: TableFile) -> str:
        """The path of the file below the system's address."""
        return f"/v1/exports/{self.manifest.export_id}/{in_path(entry.file)}"

    async def fetch(self, entry: TableFile) -> Fetched:
        """The file as it is served. Raises Blocked if the answer isn't 200."""
        async with self._lock:
            if entry.file not in self._fetched:
                self._fetched[entry.file] = await self._download(entry)
            return self._fetched[entry.file]

    async def table(self, name: str) -> Table:
        """The table ready to be read. Raises Skipped if it is absent or Parquet, else Blocked."""
        entry = self.entry(name)
        fetched = await self.fetch(entry)
        async with self._lock:
            if name not in self._tables:
                self._tables[name] = await to_thread(_decompressed, name, entry, fetched)
            return self._tables[name]

    async def _download(self, entry: TableFile) -> Fetched:
        path = self._folder / f"{len(self._fetched)}-{entry.file}"
        with path.open("wb") as file:
            answer = await self._http.download(self.path_of(entry), file, LONGEST_FILE)
        if answer.status != 200:
            raise Blocked(
                FILES_RULE,
                f"{entry.file}: ответ {answer.status} вместо 200",
                f"{entry.file}: {answer.status}, not 200",
                answer,
            )
        with path.open("rb") as file:
            digest = await to_thread(hashlib.file_digest, file, "sha256")
        return Fetched(path, path.stat().st_size, digest.hexdigest(), answer)


def _decompressed(name: str, entry: TableFile, fetched: Fetched) -> Table:
    """The table as plain CSV on disk. Raises Skipped for Parquet, Blocked if it can't be decompressed."""
    if entry.file.endswith(".parquet"):
        raise Skipped("судья читает только CSV", "the judge reads CSV only")
    plain = fetched.path.with_name(f"{fetched.path.name}.plain")
    try:
        with _opened(fetched.path) as compressed, plain.open("wb") as file:
            shutil.copyfileobj(compressed, file, 1024 * 1024)
        with plain.open(newline="", encoding="utf-8") as text:
            header = next(csv.reader(text), [])
    except (OSError, EOFError, zstandard.ZstdError, UnicodeDecodeError, csv.Error) as error:
        ru = f"{entry.file} не распаковывается или не CSV: {error}"
        raise Blocked(UNPACK_RULE, ru, f"{entry.file}: {error}", fetched.answer) from None
    return Table(name, tuple(header), plain)


def _opened(path: Path) -> BinaryIO:
    if path.name.endswith(".gz"):
        return cast(BinaryIO, gzip.open(path, "rb"))
    if path.name.endswith(".zst"):
        return cast(BinaryIO, zstandard.open(path, "rb"))
    return path.open("rb")
