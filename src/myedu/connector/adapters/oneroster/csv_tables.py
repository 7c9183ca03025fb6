"""Rows of a set's CSV files with the numbers of their first lines, one at a time, in constant memory.

A line that isn't CSV is reported and skipped; the rest of the file is still read.
"""

import csv
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple

import msgspec

from myedu.connector.adapters.oneroster.archive import Archive, OneRosterError

MAX_LINE_BYTES = 1024 * 1024  # the longest real line is a user with a few hundred agents
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Record(msgspec.Struct, frozen=True):
    """A row of a file, or why it couldn't be read: `broken` is then a code of report.SENTENCES."""

    line: int
    fields: list[str] = []
    broken: str | None = None


class Table(msgspec.Struct, frozen=True):
    """One file: its columns, and its rows, which can be iterated once."""

    file: str
    columns: tuple[str, ...]
    records: Iterator[Record]


@contextmanager
def open_table(archive: Archive, file: str, required: Collection[str] = ()) -> Iterator[Table]:
    """`users` → the table in users.csv.

    Raises OneRosterError if the header is unusable or lacks `required`.
    """
    with archive.open(f"{file}.csv") as stream:
        records = _records(_LineReader(stream, file))
        header = next(records, None)
        columns = _checked_header(file, header, required)
        widths = _Widths.of(header.fields if header else [])
        yield Table(file, columns, (_of_width(record, widths) for record in records))


def _checked_header(file: str, header: Record | None, required: Collection[str]) -> tuple[str, ...]:
    if header is None:
        raise OneRosterError(f"{file}.csv is empty: write its header line even if there are no rows")
    if header.broken is not None:
        raise OneRosterError(f"the header of {file}.csv can't be read: write UTF-8 CSV as in RFC 4180")
    columns = _without_empty_end([name.strip() for name in header.fields])
    if len(columns) == 1 and any(separator in columns[0] for separator in ";\t|"):
        raise OneRosterError(f"{file}.csv doesn't separate its columns by commas: write commas (RFC 4180)")
    if duplicates := sorted({name for name in columns if name and columns.count(name) > 1}):
        raise OneRosterError(f"{file}.csv has the column {duplicates[0][:64]!r} twice: leave one of them")
    if missing := [name for name in required if name not in columns]:
        raise OneRosterError(
            f"{file}.csv lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}:"
            " the first line must name every required column"
        )
    return tuple(columns)


def _without_empty_end(fields: list[str]) -> list[str]:
    """Without the empty fields at the end, which spreadsheets write beside the table."""
    end = len(fields)
    while end > 1 and not fields[end - 1].strip():
        end -= 1
    return fields[:end]


class _Widths(NamedTuple):
    """How many fields a row may have: for the named columns, or also for the nameless ones beside them."""

    named: int
    written: int

    @classmethod
    def of(cls, header: list[str]) -> "_Widths":
        return cls(len(_without_empty_end(header)), len(header))

    def fit(self, fields: list[str]) -> bool:
        """Whether these are the fields of one row. A surplus field is a comma in a value without quotes."""
        return len(fields) in self and not any(field.strip() for field in fields[self.named :])


def _of_width(record: Record, widths: _Widths) -> Record:
    """The record with a field for each named column."""
    if record.broken is not None:
        return record
    if not widths.fit(record.fields):
        return Record(record.line, broken="broken-line")
    return Record(record.line, record.fields[: widths.named])


def _records(lines: "_LineReader") -> Iterator[Record]:
    """All records. If a record of several lines fails, only its first line is consumed, so that an unclosed
    quote spoils its own line and not all that follow. Blank lines and, below the header, lines of commas
    and spaces are skipped.
    """
    widths: _Widths | None = None
    while True:
        lines.start_record()
        try:
            fields = next(csv.reader(lines, strict=True))
        except StopIteration:
            return
        except csv.Error:
            fields = None
        broken = None if fields is not None else "broken-line"
        if lines.count > 1 and (fields is None or (widths is not None and not widths.fit(fields))):
            lines.push_back()
            broken = "broken-line"
        if lines.problem:
            broken = lines.problem
        is_header = widths is None
        if broken is None and not any(field.strip() for field in fields or ()) and not (is_header and fields):
            continue
        if is_header:
            widths = _Widths.of(fields or [])
        yield Record(lines.first_line, [] if broken else fields or [], broken)


class _LineReader:
    """Lines of text with their numbers. All lines of the current record but its first can be pushed back.

    `problem` is the first problem with the record's lines, independent of what the CSV reader makes of them.
    """

    def __init__(self, stream: IO[bytes], file: str) -> None:
        self._stream, self._file = stream, file
        self._pushed_back: deque[tuple[str, str | None]] = deque()
        self._current: list[tuple[str, str | None]] = []  # (text, problem) of the current record's lines
        self._size = 0  # characters of the current record
        self._lines_before = 0  # the current record

    def start_record(self) -> None:
        self._lines_before += len(self._current)
        self._current = []
        self._size = 0

    @property
    def first_line(self) -> int:
        return self._lines_before + 1

    @property
    def count(self) -> int:
        return len(self._current)

    @property
    def problem(self) -> str | None:
        return next((problem for _, problem in self._current if problem), None)

    def push_back(self) -> None:
        self._pushed_back.extendleft(reversed(self._current[1:]))
        del self._current[1:]

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._size > MAX_LINE_BYTES:
            raise csv.Error("the record is too long")
        text, problem = self._pushed_back.popleft() if self._pushed_back else self._read()
        self._current.append((text, problem))
        self._size += len(text)
        return text

    def _read(self) -> tuple[str, str | None]:
        raw = self._stream.readline(MAX_LINE_BYTES)
        if not raw:
            raise StopIteration
        if self._lines_before == 0 and not self._current:
            raw = self._without_bom(raw)
        if len(raw) == MAX_LINE_BYTES and not raw.endswith(b"\n"):
            while (rest := self._stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
            return "\n", "long-line"
        if b"\0" in raw:
            return "\n", "nul-byte"
        try:
            return raw.decode("utf-8"), None
        except UnicodeDecodeError:
            return "\n", "bad-encoding"

    def _without_bom(self, raw: bytes) -> bytes:
        if raw.startswith(_UTF16):
            raise OneRosterError(f"{self._file}.csv is UTF-16: write it in UTF-8")
        return raw.removeprefix(_BOM)
