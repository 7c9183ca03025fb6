"""Reads Parquet in slices. As a program, with a file and a table, it ends with 0 if the file can be read.

For some damaged files Polars allocates exabytes, and the process is aborted, which nothing in it can catch.
So another process reads the file first: a vendor's file must not end the worker, and other packages with it.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from myedu.contract.tables import columns
from myedu.portal.exports.parse import unpack

_ROWS = 50_000
_FIRST_ROWS = 1_000  # until the size of a row is known
_BYTES = 32 * 1024 * 1024  # of rows at once, by the size of those before


def can_be_read(path: Path, table: str) -> bool:
    """Whether another process could read the file's columns of a table to their end."""
    command = [sys.executable, "-m", __name__, str(path.absolute()), table]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def known_columns(path: Path, table: str) -> pl.LazyFrame:
    """The file with the columns that the contract has: what others hold doesn't matter."""
    rows = pl.scan_parquet(path, glob=False)
    known = columns(table)
    return rows.select(name for name in rows.collect_schema() if name.strip() in known)


def slices(lazy: pl.LazyFrame) -> Iterator[tuple[pl.DataFrame, int]]:
    """(rows, bytes of all rows so far), some rows at a time. Ends above unpack.UNPACKED_BYTES."""
    start, size, total = 0, _FIRST_ROWS, 0
    while total <= unpack.UNPACKED_BYTES and (part := lazy.slice(start, size).collect()).height:
        took = int(part.estimated_size())
        total += took
        yield part, total
        start += part.height
        size = max(1, min(_ROWS, int(_BYTES * part.height / max(took, 1))))


if __name__ == "__main__":
    for _ in slices(known_columns(Path(sys.argv[1]), sys.argv[2])):
        pass
