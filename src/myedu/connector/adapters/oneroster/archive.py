"""A folder or a ZIP of CSV files, opened without believing it anything.

Nothing is ever unpacked to the disk: a name in a ZIP can lead nowhere, and a bomb ends while it is read.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

import msgspec

_MIB = 1024**2
_FLAG_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CLUTTER = ("__MACOSX/", ".DS_Store")  # what macOS adds to every ZIP


class OneRosterError(Exception):
    """The set can't be used; the message says what its sender has to mend."""


class Limits(msgspec.Struct, frozen=True):
    """What a set may have. Bytes are counted as they are read: what a ZIP says of itself isn't believed."""

    entries: int = 200  # the standard has 22 files
    file_bytes: int = 8 * 1024**3  # 20 million enrollments are 3 GiB
    ratio: int = 200  # of unpacked to packed bytes; CSV reaches some 30, deflate 1 000
    ratio_from: int = 16 * _MIB  # below this a ratio harms nobody
    directory_bytes: int = _MIB  # of a ZIP's own list of its entries


class Archive(Protocol):
    """The files of a set, by name."""

    def names(self) -> tuple[str, ...]: ...
    def open(self, name: str) -> IO[bytes]: ...


@contextmanager
def open_archive(path: Path, limits: Limits | None = None) -> Iterator[Archive]:
    """The set at `path`. Raises OneRosterError, at once or while a file is read."""
    limits = limits or Limits()
    if path.is_dir():
        yield _Folder(path, limits)
        return
    try:
        with path.open("rb", buffering=0) as raw, _zip_over(raw, limits) as packed:
            yield _Zip(packed, limits)
    except OSError as error:
        raise OneRosterError(
            f"{path} can't be read ({error.strerror or error}): give a ZIP or a folder"
        ) from None


@contextmanager
def _zip_over(raw: io.FileIO, limits: Limits) -> Iterator[zipfile.ZipFile]:
    try:
        packed = zipfile.ZipFile(_SmallReads(raw, limits.directory_bytes))
    except OneRosterError:
        raise
    except Exception as error:  # zipfile answers damage with a dozen kinds of errors
        raise OneRosterError(f"{raw.name!s} is no whole ZIP ({error}): make it again") from None
    with packed:
        yield packed


class _SmallReads(io.BufferedReader):
    """zipfile reads a ZIP's directory in one piece, as long as the ZIP says it is."""

    def __init__(self, raw: io.FileIO, longest: int) -> None:
        super().__init__(raw)
        self._longest = longest

    def read(self, size: int | None = -1) -> bytes:
        asked = self._longest + 1 if size is None or size < 0 else size
        if asked > self._longest + 1:
            raise OneRosterError("the ZIP lists too many entries: put the files of one set into it, no more")
        data = super().read(asked)
        if len(data) > self._longest:
            raise OneRosterError("the ZIP lists too many entries: put the files of one set into it, no more")
        return data


class _Folder:
    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder, self._limits = folder, limits

    def names(self) -> tuple[str, ...]:
        names = sorted(path.name for path in self._folder.iterdir() if not path.is_dir())
        if len(names) > self._limits.entries:
            raise OneRosterError(f"the folder has {len(names)} files: leave only those of one set")
        return tuple(name for name in names if not name.startswith("."))

    def open(self, name: str) -> IO[bytes]:
        path = self._folder / name
        if path.is_symlink() or not path.is_file():
            raise OneRosterError(f"{name} is a link or no file: copy the file itself into the folder")
        try:
            metered = _Metered(name, path.open("rb"), self._limits, None)
        except OSError as error:
            raise OneRosterError(f"{name} can't be read: {error.strerror}") from None
        return io.BufferedReader(metered)


class _Zip:
    def __init__(self, packed: zipfile.ZipFile, limits: Limits) -> None:
        self._packed, self._limits = packed, limits
        self._entries = _checked_entries(packed, limits)

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._entries))

    def open(self, name: str) -> IO[bytes]:
        entry = self._entries[name]
        if entry.flag_bits & _FLAG_ENCRYPTED:
            raise OneRosterError(f"{name} is encrypted: make the ZIP without a password")
        if entry.compress_type not in _METHODS:
            raise OneRosterError(f"{name} is packed by another method than deflate: make a plain ZIP")
        try:
            stream = self._packed.open(entry)
        except Exception as error:
            raise _unpackable(name, error) from None
        return io.BufferedReader(_Metered(name, stream, self._limits, entry.compress_size))


def _checked_entries(packed: zipfile.ZipFile, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in packed.infolist():
        name = entry.filename
        if name.startswith(_CLUTTER):
            continue
        if "/" in name or "\\" in name or name in ("", ".", ".."):
            raise OneRosterError(f"the ZIP has {name[:80]!r}: put the files at its root, without folders")
        if name in found:
            raise OneRosterError(f"the ZIP has {name[:80]!r} twice: leave one of them")
        found[name] = entry
    if len(found) > limits.entries:
        raise OneRosterError(f"the ZIP has {len(found)} files: put only those of one set into it")
    return found


def _unpackable(name: str, error: Exception) -> OneRosterError:
    return OneRosterError(f"{name} can't be unpacked ({error or type(error).__name__}): make the ZIP again")


class _Metered(io.RawIOBase):
    """Bytes as they are read, counted: too many of them, or too many out of too few, end here."""

    def __init__(self, name: str, source: IO[bytes], limits: Limits, packed: int | None) -> None:
        self._name, self._source, self._limits = name, source, limits
        self._most = limits.file_bytes
        if packed is not None:
            self._most = min(self._most, max(limits.ratio_from, packed * limits.ratio))
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._source.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
            raise _unpackable(self._name, error) from None
        self._read += len(data)
        if self._read > self._most:
            raise OneRosterError(
                f"{self._name} unpacks to more than {self._most // _MIB} MiB, more than any such file:"
                " send the file itself"
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._source.close()
        super().close()
