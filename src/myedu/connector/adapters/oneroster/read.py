"""Rows of a set's CSV files with the lines they begin at, one at a time, in constant memory.

A line that is no CSV costs itself, not the file.
"""

import csv
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import IO

import msgspec

from myedu.connector.adapters.oneroster.archive import Archive, OneRosterError

LONGEST_LINE = 1024 * 1024  # bytes; the longest real one is a user with a few hundred agents
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Record(msgspec.Struct, frozen=True):
    """A row of a file, or why there is none: `broken` is a code of report.WORDS."""

    line: int
    fields: list[str] = []
    broken: str | None = None


class Table(msgspec.Struct, frozen=True):
    """One file: its columns, and its rows, which can be walked once."""

    file: str
    columns: tuple[str, ...]
    records: Iterator[Record]


@contextmanager
def open_table(archive: Archive, file: str, required: Collection[str] = ()) -> Iterator[Table]:
    """`users` → the table in users.csv. Raises OneRosterError where the header can't be used."""
    with archive.open(f"{file}.csv") as stream:
        records = _records(_Lines(stream, file))
        header = next(records, None)
        columns = _checked_header(file, header, required)
        yield Table(file, columns, (_counted(record, len(columns)) for record in records))


def _checked_header(file: str, header: Record | None, required: Collection[str]) -> tuple[str, ...]:
    if header is None:
        raise OneRosterError(f"{file}.csv is empty: write its header line, also when there are no rows")
    if header.broken is not None:
        raise OneRosterError(f"the header of {file}.csv can't be read: write UTF-8 CSV by RFC 4180")
    columns = tuple(name.strip() for name in header.fields)
    if len(columns) == 1 and any(separator in columns[0] for separator in ";\t|"):
        raise OneRosterError(f"{file}.csv separates its columns otherwise: write commas (RFC 4180)")
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        raise OneRosterError(f"{file}.csv has the column {twice[0][:64]!r} twice: leave one of them")
    if missing := [name for name in required if name not in columns]:
        raise OneRosterError(
            f"{file}.csv lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}:"
            " the first line has to name every required column"
        )
    return columns


def _counted(record: Record, expected: int) -> Record:
    if record.broken is None and len(record.fields) != expected:
        return Record(record.line, broken="broken-line")
    return record


def _records(lines: "_Lines") -> Iterator[Record]:
    """A record of several lines that fails is given back but for its first line: an unclosed quote costs the
    line that it stands in, not all that follow. Blank lines are passed over.
    """
    expected: int | None = None
    while True:
        lines.begin()
        try:
            fields = next(csv.reader(lines, strict=True))
        except StopIteration:
            return
        except csv.Error:
            fields = None
        broken = None if fields is not None else "broken-line"
        if lines.taken > 1 and (fields is None or (expected is not None and len(fields) != expected)):
            lines.give_back()
            broken = "broken-line"
        if lines.trouble:
            broken = lines.trouble
        if fields == [] and broken is None:
            continue
        if expected is None:
            expected = len(fields or [])
        yield Record(lines.first, [] if broken else fields or [], broken)


class _Lines:
    """Lines of text with their numbers; those of the record under way can be given back.

    `trouble` is what is wrong with one of the record's lines, whatever the CSV reader makes of it.
    """

    def __init__(self, stream: IO[bytes], file: str) -> None:
        self._stream, self._file = stream, file
        self._waiting: deque[tuple[str, str | None]] = deque()
        self._current: list[tuple[str, str | None]] = []
        self._size = 0  # characters of the record under way
        self._number = 0  # lines before it

    def begin(self) -> None:
        self._number += len(self._current)
        self._current = []
        self._size = 0

    @property
    def first(self) -> int:
        return self._number + 1

    @property
    def taken(self) -> int:
        return len(self._current)

    @property
    def trouble(self) -> str | None:
        return next((trouble for _, trouble in self._current if trouble), None)

    def give_back(self) -> None:
        self._waiting.extendleft(reversed(self._current[1:]))
        del self._current[1:]

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._size > LONGEST_LINE:
            raise csv.Error("a record longer than any")
        text, trouble = self._waiting.popleft() if self._waiting else self._read()
        self._current.append((text, trouble))
        self._size += len(text)
        return text

    def _read(self) -> tuple[str, str | None]:
        raw = self._stream.readline(LONGEST_LINE)
        if not raw:
            raise StopIteration
        if self._number == 0 and not self._current:
            raw = self._without_bom(raw)
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            while (rest := self._stream.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
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
