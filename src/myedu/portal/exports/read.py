"""Files of a package as tables of text, with the line that each row begins at.

CSV is read by the standard library's strict reader and not by Polars: one line that is no CSV fails a whole
file there, and a line too short is filled up in silence. Here it costs that line.
"""

import csv
import gzip
import io
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import msgspec
import polars as pl
import zstandard

from myedu.contract.package import TableFile
from myedu.contract.tables import columns, required_columns
from myedu.portal.exports.models import PackageRefused, RowProblem

LINE = "_line"
LONGEST_FIELD = 20_000  # characters; also bounds what one unclosed quote can swallow before it is noticed
UNPACKED_BYTES = 8 * 1024**3  # a table of 20 million rows has 3 GiB
_BATCH = 100_000


class TextTable(msgspec.Struct, frozen=True):
    """The contract's columns as text (null for what is empty) and LINE. `rows` counts broken ones too."""

    name: str
    frame: pl.DataFrame
    rows: int
    problems: list[RowProblem]

    @property
    def is_whole(self) -> bool:
        """False where a line could not be read: then nobody knows who is absent."""
        return not any(problem.code in ("broken-line", "bad-encoding") for problem in self.problems)


def read_table(folder: Path, file: TableFile) -> TextTable:
    """Read one file. Raises PackageRefused: header, row count, compression."""
    path = folder / file.file
    try:
        table = _read_parquet(path, file) if path.suffix == ".parquet" else _read_csv(path, file)
    except (OSError, EOFError, zstandard.ZstdError, pl.exceptions.PolarsError) as error:
        raise PackageRefused(
            "unreadable-file", f"{file.file} can't be unpacked ({type(error).__name__}): write it anew"
        ) from error
    if table.rows != file.rows and table.is_whole:
        raise PackageRefused(
            "wrong-rows",
            f"{file.file} has {table.rows} rows, the manifest says {file.rows}: count what was written",
        )
    return table


def _read_csv(path: Path, file: TableFile) -> TextTable:
    with _unpacked(path) as stream:
        # utf-8-sig: a BOM is no part of the first column's name. A byte that is no UTF-8 becomes a lone
        # surrogate, which is found in its row.
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
        records = _records(text)
        _, header = next(records, (1, None))
        names = _check_header(file, header or [])
        problems = _column_problems(file.table, names)
        frames, batch, rows = [], [], 0
        for line, record in records:
            rows += 1
            if record is None or len(record) != len(names):
                problems.append(_row_problem(file.table, line, "broken-line"))
            elif any(not field.isascii() and _is_foreign(field) for field in record):
                problems.append(_row_problem(file.table, line, "bad-encoding"))
            else:
                batch.append((*record, line))
            if len(batch) == _BATCH:
                frames.append(_frame(names, batch))
                batch = []
        frames.append(_frame(names, batch))
    return TextTable(file.table, _contract_columns(file.table, pl.concat(frames)), rows, problems)


def _records(text: IO[str]) -> Iterator[tuple[int, list[str] | None]]:
    """(line, fields) of each record, None for one that is no CSV; blank lines are passed over.

    A record of several lines that fails is given back but for its first line: an unclosed quote costs the
    line that it stands in, not all that follow.
    """
    csv.field_size_limit(LONGEST_FIELD)
    lines = _Lines(text)
    expected: int | None = None
    while True:
        lines.begin()
        try:
            record = next(csv.reader(lines, strict=True))
        except StopIteration:
            return
        except csv.Error:
            record = None
        if lines.taken > 1 and (record is None or (expected is not None and len(record) != expected)):
            record = None
            lines.give_back()
        if record == []:
            continue
        if expected is None:
            expected = len(record or [])
        yield lines.first, record


class _Lines:
    """Lines with their numbers; those of the record under way can be given back."""

    def __init__(self, text: IO[str]) -> None:
        self._text = iter(text)
        self._waiting: deque[str] = deque()
        self._current: list[str] = []
        self._number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._text)
        self._number += 1
        self._current.append(line)
        return line

    def begin(self) -> None:
        self._current = []

    def give_back(self) -> None:
        """All but the first line of the record."""
        self._number -= len(self._current) - 1
        self._waiting.extendleft(reversed(self._current[1:]))
        self._current = self._current[:1]

    @property
    def taken(self) -> int:
        return len(self._current)

    @property
    def first(self) -> int:
        return self._number - len(self._current) + 1


def _read_parquet(path: Path, file: TableFile) -> TextTable:
    frame = pl.read_parquet(path, glob=False)
    names = _check_header(file, frame.columns)
    as_text = frame.with_columns(
        pl.col(name).dt.to_string("iso:strict")
        if isinstance(kind, pl.Datetime)
        else pl.col(name).cast(pl.String)
        for name, kind in frame.schema.items()
        if name in names
    ).with_row_index(LINE, offset=2)  # as if there were a header
    table = _contract_columns(file.table, as_text.with_columns(pl.col(LINE).cast(pl.Int64)))
    return TextTable(file.table, table, frame.height, _column_problems(file.table, names))


def _check_header(file: TableFile, header: list[str]) -> list[str]:
    names = [name.strip() for name in header]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise PackageRefused("column-twice", f"{file.file} has the column {', '.join(twice)} twice: keep one")
    if missing := sorted(required_columns(file.table) - set(names)):
        hint = "; the separator must be a comma" if len(names) == 1 and ";" in names[0] else ""
        raise PackageRefused(
            "missing-column", f"{file.file} has no column {', '.join(missing)}: add it{hint}"
        )
    return names


def _contract_columns(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The contract's columns in its order, each value on one line; one that the file lacks is empty."""
    return frame.select(
        pl.col(LINE),
        *(
            (
                pl.col(name).str.replace_all(r"\s+", " ").str.strip_chars().replace("", None)
                if name in frame.columns
                else pl.lit(None, pl.String)
            ).alias(name)
            for name in columns(table)
        ),
    )


def _column_problems(table: str, names: list[str]) -> list[RowProblem]:
    unknown = [name for name in names if name not in columns(table)]
    return [
        RowProblem(
            table=table, line=1, field=None, code="unknown-column", severity="warning", detail=name[:64]
        )
        for name in unknown
    ]


def _row_problem(table: str, line: int, code: str) -> RowProblem:
    return RowProblem(table=table, line=line, field=None, code=code, severity="error")


def _frame(names: list[str], batch: list[tuple[object, ...]]) -> pl.DataFrame:
    schema = {**dict.fromkeys(names, pl.String), LINE: pl.Int64}
    return pl.DataFrame(batch, schema=schema, orient="row")


def _is_foreign(field: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in field)


def _unpacked(path: Path) -> IO[bytes]:
    """The file's bytes after decompression, at most UNPACKED_BYTES of them."""
    stream: Any = path.open("rb")
    if path.suffix == ".gz":
        stream = gzip.GzipFile(fileobj=stream)
    elif path.suffix == ".zst":
        stream = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    return io.BufferedReader(_Bounded(stream, path.name))


class _Bounded(io.RawIOBase):
    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream, self._name, self._left = stream, name, UNPACKED_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise PackageRefused(
                "too-large", f"{self._name} unpacks to more than {UNPACKED_BYTES} bytes: split the region"
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()
