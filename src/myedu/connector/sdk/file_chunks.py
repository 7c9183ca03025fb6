"""Reads a part of a file in chunks without blocking the event loop."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio


async def file_chunks(path: Path, start: int, end: int, size: int = 256 * 1024) -> AsyncIterator[bytes]:
    """The bytes from `start` up to `end` (exclusive) of a file, in chunks of at most `size` bytes."""
    async with await anyio.open_file(path, "rb") as file:
        await file.seek(start)
        left = end - start
        while left > 0 and (chunk := await file.read(min(size, left))):
            left -= len(chunk)
            yield chunk
