"""A file's bytes after decompression, piece by piece and never more than a bound: a bomb costs time only."""

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import zstandard

from myedu.portal.exports.models import PackageRefused

UNPACKED_BYTES = 8 * 1024**3  # a table of 20 million rows has 3 GiB
CHUNK = 4 * 1024 * 1024
LONGEST_LINE = 2 * 1024 * 1024  # more than all fields of a row may have together


def unpacked(path: Path) -> IO[bytes]:
    """The file's bytes, those of .gz and .zst unpacked. Reading raises PackageRefused: too-large."""
    stream: Any = path.open("rb")
    if path.suffix == ".gz":
        stream = gzip.GzipFile(fileobj=stream)
    elif path.suffix == ".zst":
        stream = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    return io.BufferedReader(_Bounded(stream, path.name), 1024 * 1024)


def whole_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Chunks that end where a line ends. A line longer than LONGEST_LINE is cut to it: no row is so long, so
    it is found to be broken, and memory never holds more of it."""
    rest = b""
    cutting = False
    while piece := stream.read(CHUNK):
        if cutting:  # to the end of a line whose beginning was given already
            end = piece.find(b"\n") + 1
            if not end:
                continue
            piece, cutting = piece[end:], False
        chunk = rest + piece
        end = chunk.rfind(b"\n") + 1
        rest = chunk[end:]
        if end:
            yield chunk[:end]
        if len(rest) > LONGEST_LINE:
            yield rest[:LONGEST_LINE] + b"\n"
            rest, cutting = b"", True
    if rest:
        yield rest + b"\n"


def too_large(name: str) -> PackageRefused:
    return PackageRefused(
        "too-large", f"{name} unpacks to more than {UNPACKED_BYTES} bytes: split the region"
    )


class _Bounded(io.RawIOBase):
    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream, self._name, self._left = stream, name, UNPACKED_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise too_large(self._name)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()
