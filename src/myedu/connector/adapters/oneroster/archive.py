"""Read-only access to the files of an untrusted folder or ZIP.

Nothing is ever extracted to the disk, so names in a ZIP can't escape a folder, and a ZIP bomb is stopped
while it is read.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_MIB = 1024**2
_FLAG_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CLUTTER = ("__MACOSX/", ".DS_Store")  # what macOS adds to every ZIP


class OneRosterError(Exception):
    """The set can't be used; the message says what its sender has to fix."""


class Limits(msgspec.Struct, frozen=True):
    """Upper bounds of a set. Bytes are counted as they are read: sizes declared by a ZIP aren't trusted."""

    entries: int = 200  # the standard has 22 files
    file_bytes: int = 8 * 1024**3  # 20 million enrollments are 3 GiB
    ratio: int = 200  # of decompressed to compressed bytes; CSV reaches some 30, deflate 1 000
    ratio_from: int = 16 * _MIB  # decompressed bytes below which no ratio does harm
    directory_bytes: int = _MIB  # size of a ZIP's central directory


class Archive(Protocol):
    """The files of a set, by name."""

    def names(self) -> tuple[str, ...]:
        """Names of all files, sorted."""
        ...

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a file; they must be closed. Raises OneRosterError, also while they are read."""
        ...


@contextmanager
def open_archive(path: Path, limits: Limits | None = None) -> Iterator[Archive]:
    """The set at `path`. Raises OneRosterError, immediately or while a file is read."""
    limits = limits or Limits()
    if path.is_dir():
        yield _Folder(path, limits)
        return
    try:
        with path.open("rb", buffering=0) as raw, _open_zip(raw, limits) as opened:
            yield _Zip(opened, limits)
    except OSError as error:
        raise OneRosterError(
            f"{path} can't be read ({error.strerror or error}): give a ZIP or a folder"
        ) from None


@contextmanager
def _open_zip(raw: io.FileIO, limits: Limits) -> Iterator[zipfile.ZipFile]:
    try:
        opened = zipfile.ZipFile(_SmallReads(raw, limits.directory_bytes))
    except OneRosterError:
        raise
    except Exception as error:  # zipfile raises a dozen kinds of errors for a damaged file
        raise OneRosterError(f"{raw.name!s} is not a complete ZIP ({error}): create it again") from None
    with opened:
        yield opened


class _SmallReads(io.BufferedReader):
    """Bounds each read: zipfile reads the central directory in one piece, of the size the ZIP declares."""

    def __init__(self, raw: io.FileIO, max_bytes: int) -> None:
        super().__init__(raw)
        self._max_bytes = max_bytes

    def read(self, size: int | None = -1) -> bytes:
        limit = self._max_bytes + 1
        requested = limit if size is None or size < 0 else size
        data = super().read(min(requested, limit))
        if requested > limit or len(data) > self._max_bytes:
            raise OneRosterError("the ZIP lists too many entries: put only the files of one set into it")
        return data


class _Folder:
    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder, self._limits = folder, limits

    def names(self) -> tuple[str, ...]:
        names = sorted(path.name for path in self._folder.iterdir() if not path.is_dir())
        if len(names) > self._limits.entries:
            raise OneRosterError(f"the folder has {len(names)} files: leave only the files of one set")
        return tuple(name for name in names if not name.startswith("."))

    def open(self, name: str) -> IO[bytes]:
        path = self._folder / name
        if path.is_symlink() or not path.is_file():
            raise OneRosterError(f"{name} is a link or not a file: copy the file itself into the folder")
        try:
            metered = _Metered(name, path.open("rb"), self._limits, None)
        except OSError as error:
            raise OneRosterError(f"{name} can't be read: {error.strerror}") from None
        return io.BufferedReader(metered)


class _Zip:
    def __init__(self, opened: zipfile.ZipFile, limits: Limits) -> None:
        self._zip, self._limits = opened, limits
        self._entries = _checked_entries(opened, limits)

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._entries))

    def open(self, name: str) -> IO[bytes]:
        entry = self._entries[name]
        if entry.flag_bits & _FLAG_ENCRYPTED:
            raise OneRosterError(f"{name} is encrypted: create the ZIP without a password")
        if entry.compress_type not in _METHODS:
            raise OneRosterError(f"{name} is compressed by a method other than deflate: create a plain ZIP")
        try:
            stream = self._zip.open(entry)
        except Exception as error:
            raise _damaged(name, error) from None
        return io.BufferedReader(_Metered(name, stream, self._limits, entry.compress_size))


def _checked_entries(opened: zipfile.ZipFile, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in opened.infolist():
        name = entry.filename
        if name.startswith(_CLUTTER):
            continue
        if "/" in name or "\\" in name or name in ("", ".", ".."):
            raise OneRosterError(f"the ZIP has {name[:80]!r}: put the files at its root, without folders")
        if name in entries:
            raise OneRosterError(f"the ZIP has {name[:80]!r} twice: leave one of them")
        entries[name] = entry
    if len(entries) > limits.entries:
        raise OneRosterError(f"the ZIP has {len(entries)} files: put only the files of one set into it")
    return entries


def _damaged(name: str, error: Exception) -> OneRosterError:
    return OneRosterError(
        f"{name} can't be decompressed ({error or type(error).__name__}): create the ZIP again"
    )


class _Metered(io.RawIOBase):
    """Counts the bytes of a file; raises OneRosterError past the size or compression ratio of the limits.

    `compressed`: the file's bytes in the ZIP; None outside a ZIP.
    """

    def __init__(self, name: str, source: IO[bytes], limits: Limits, compressed: int | None) -> None:
        self._name, self._source = name, source
        self._max_bytes = limits.file_bytes
        if compressed is not None:
            self._max_bytes = min(self._max_bytes, max(limits.ratio_from, compressed * limits.ratio))
        self._bytes_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        target = memoryview(buffer)
        try:
            data = self._source.read(len(target))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
            raise _damaged(self._name, error) from None
        self._bytes_read += len(data)
        if self._bytes_read > self._max_bytes:
            raise OneRosterError(
                f"{self._name} decompresses to more than {self._max_bytes // _MIB} MiB,"
                " which is larger than any such file: send the file itself"
            )
        target[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._source.close()
        super().close()
