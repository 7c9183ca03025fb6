"""A file's bytes after decompression, in pieces and up to a limit: a decompression bomb only costs time."""

import gzip
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import zstandard

from myedu.portal.exports.models import PackageRefused

UNPACKED_BYTES = 8 * 1024**3  # a table of 20 million rows has 3 GiB
CHUNK = 4 * 1024 * 1024
LONGEST_LINE = 2 * 1024 * 1024  # more than all fields of a row may have together
_ZST_HEAD = 18  # the longest header of a frame
_SKIPPABLE = b"\x2a\x4d\x18"  # after a byte 0x5?


def unpacked(path: Path) -> IO[bytes]:
    """The file's bytes, decompressed if it is .gz or .zst.

    Reading raises PackageRefused (too-large), and EOFError if the file was cut.
    """
    if path.suffix == ".zst":
        with path.open("rb") as frames:
            _check_frames(frames)
    stream: Any = path.open("rb")
    if path.suffix == ".gz":
        stream = gzip.GzipFile(fileobj=stream)
    elif path.suffix == ".zst":
        stream = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    return io.BufferedReader(_Bounded(stream, path.name), 1024 * 1024)


def whole_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Chunks that end at the end of a line.

    A line longer than LONGEST_LINE is cut to it: no row is so long, so it is reported as broken, and no more
    of it is ever in memory.
    """
    rest = b""
    cutting = False
    while piece := stream.read(CHUNK):
        if cutting:  # to the end of a line whose beginning was given already
            end = piece.find(b"\n") + 1
            if not end:
                continue
            piece, cutting = piece[end:], False
        chunk = rest + piece
        # Some systems end lines with CR alone. One at the very end may be half of CRLF.
        end = chunk.rfind(b"\n") + 1 or chunk.rfind(b"\r", 0, -1) + 1
        rest = chunk[end:]
        if end:
            yield chunk[:end]
        if len(rest) > LONGEST_LINE:
            yield rest[:LONGEST_LINE] + b"\n"
            rest, cutting = b"", True
    if rest:
        yield rest + b"\n"


def _check_frames(stream: IO[bytes]) -> None:
    """The library takes a cut frame for a short one, so its blocks are counted first."""
    size = os.fstat(stream.fileno()).st_size
    place = 0
    while place < size:
        stream.seek(place)
        head = stream.read(_ZST_HEAD)
        if head[1:4] == _SKIPPABLE and head[0] & 0xF0 == 0x50:
            place += 8 + int.from_bytes(head[4:8], "little")
        else:
            place = _end_of_frame(stream, place, head)
    if place > size:
        raise EOFError("the last frame was cut")


def _end_of_frame(stream: IO[bytes], place: int, head: bytes) -> int:
    """Of a frame of data that begins at `place`: RFC 8878, 3.1.1. Raises ZstdError, EOFError."""
    summed = zstandard.get_frame_parameters(head).has_checksum
    place += zstandard.frame_header_size(head)
    last = False
    while not last:
        stream.seek(place)
        if len(block := stream.read(3)) < 3:
            raise EOFError("a frame was cut")
        about = int.from_bytes(block, "little")
        last = bool(about & 1)
        repeats = about >> 1 & 3 == 1  # one byte that stands for many
        place += 3 + (1 if repeats else about >> 3)
    return place + (4 if summed else 0)


def too_large(name: str) -> PackageRefused:
    """The refusal of a file that is too large when decompressed."""
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
