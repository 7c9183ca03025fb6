"""CSV in chunks: valid ones go through Polars, the others through a strict reader.

Polars fails a whole file at one line that isn't CSV, and silently fills up a short line. So it only gets
chunks for which both readers are known to agree: no lone CR, valid UTF-8, and each line a row of its own.
Without quotes that is a line with as many commas as the header; with quotes, a line that _FIELD describes.
All others are read by the standard library's reader: a broken line costs only itself.
"""

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from typing import IO

import msgspec
import polars as pl

from myedu.portal.exports.parse.unpack import whole_lines

LINE = "_line"
LONGEST_FIELD = 20_000  # characters; also limits what an unclosed quote can swallow before it is noticed
_LINES_OF_A_RECORD = 1_000  # the same for a quote over many short lines
_BOM = b"\xef\xbb\xbf"
_BATCH = 50_000
# Bytes of blanks other than a space, or their first bytes: a tab, U+2003 and the like.
_ODD_BLANKS = (b"\t", b"\x0b", b"\x0c", b"\xe1", b"\xe2", b"\xe3")
_ODD_PAIRS = (b"\xc2\x85", b"\xc2\xa0")
_EDGES = (b"  ", b", ", b" ,", b" \r", b" \n", b"\n ", b'" ', b' "')
# A field by RFC 4180. As the whole line has to match, a quote can only be where both readers expect it.
_FIELD = r'(?:[^",]*|"(?:[^"]|"")*")'


class CsvBatch(msgspec.Struct, frozen=True):
    """Rows as text, with LINE. `broken`: (line, code) of rows that can't be read; `rows` counts these too.

    `clean`: no value has leading, trailing or repeated blanks, and empty ones are null already. `empty`: rows
    without any value, which are in neither of the others.
    """

    frame: pl.DataFrame
    rows: int
    broken: list[tuple[int, str]]
    clean: bool = False
    empty: int = 0


class CsvFile:
    """A stream of CSV: its header, then its batches."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._chunks = whole_lines(stream)
        self._pushed: bytes = b""
        self._line = 1
        self.header = self._read_header()

    def batches(self, names: list[str]) -> Iterator[CsvBatch]:
        """All rows after the header; `names`: of the columns, in the file's order."""
        while chunk := self._next_chunk():
            quick = self._plain(chunk, names)
            if quick is not None:
                yield quick
            else:
                yield from self._strict(chunk, names)

    def _next_chunk(self) -> bytes:
        if self._pushed:
            chunk, self._pushed = self._pushed, b""
            return chunk
        return next(self._chunks, b"")

    def _read_header(self) -> list[str]:
        first = self._next_chunk().removeprefix(_BOM)
        lines = _Lines(first, self._line, lambda: b"")
        record = next(_records(lines, None), (1, None))[1]
        self._line, self._pushed = lines.number, lines.rest()
        return record or []

    def _plain(self, chunk: bytes, names: list[str]) -> CsvBatch | None:
        """The chunk read by Polars, or None if the strict reader has to read it."""
        lines = chunk.count(b"\n")
        # Polars takes a BOM away from the beginning of any chunk.
        if chunk.startswith(_BOM) or len(names) < 2:
            return None
        if b"\r" in chunk and chunk.count(b"\r") != chunk.count(b"\r\n"):
            return None
        read = _with_quotes if b'"' in chunk else _without_quotes
        try:
            frame = read(chunk, lines, names)
        except pl.exceptions.PolarsError:
            return None
        if frame is None or frame.height != lines:
            return None
        if frame.select(pl.any_horizontal(pl.all().str.len_bytes().max() > LONGEST_FIELD)).item():
            return None
        numbers = pl.int_range(self._line, self._line + lines, dtype=pl.Int64, eager=True)
        self._line += lines
        clean = not _has_blanks(chunk)
        frame = without_empty_rows(frame.with_columns(numbers.alias(LINE)), clean=clean)
        return CsvBatch(frame, frame.height, [], clean=clean, empty=lines - frame.height)

    def _strict(self, chunk: bytes, names: list[str]) -> Iterator[CsvBatch]:
        lines = _Lines(chunk, self._line, self._next_chunk)
        batch: list[tuple[object, ...]] = []
        broken: list[tuple[int, str]] = []
        empty = 0
        for line, record in _records(lines, len(names)):
            if record is not None and not any(field.strip() for field in record):
                empty += 1
            elif record is None or len(record) != len(names):
                broken.append((line, "broken-line"))
            elif any(not field.isascii() and _is_foreign(field) for field in record):
                broken.append((line, "bad-encoding"))
            else:
                batch.append((*record, line))
            if len(batch) + len(broken) == _BATCH:
                yield CsvBatch(_frame(names, batch), _BATCH, broken)
                batch, broken = [], []
        self._line, self._pushed = lines.number, lines.rest()
        yield CsvBatch(_frame(names, batch), len(batch) + len(broken), broken, empty=empty)


def without_empty_rows(frame: pl.DataFrame, *, clean: bool = False) -> pl.DataFrame:
    """The rows in which a column has a value; spreadsheets write rows of commas below the table.

    `clean`: values without a character are null.
    """
    ids = frame["id"]  # a column of every table
    if not (ids.is_null() if clean else ids.str.strip_chars().fill_null("") == "").any():
        return frame
    return frame.filter(pl.any_horizontal(pl.exclude(LINE).str.strip_chars().fill_null("") != ""))


def _without_quotes(chunk: bytes, lines: int, names: list[str]) -> pl.DataFrame | None:
    frame = _by_polars(chunk, names, None)
    # A line with too few fields is filled up, so its last one is null; then the commas are counted.
    if frame[names[-1]].null_count() and chunk.count(b",") != lines * (len(names) - 1):
        return None
    return frame


def _with_quotes(chunk: bytes, lines: int, names: list[str]) -> pl.DataFrame | None:
    # Where every line is a row, no quoted field runs over a line's end, nor over the chunk's.
    row = f"^{_FIELD}(?:,{_FIELD}){{{len(names) - 1}}}$"
    if pl.read_lines(chunk).select(pl.col("line").str.contains(row).sum()).item() != lines:
        return None
    # Not by their names, which may be patterns to pl.col. An empty field in quotes is no null yet.
    return _by_polars(chunk, names, '"').select(pl.when(pl.all() != "").then(pl.all()))


def _by_polars(chunk: bytes, names: list[str], quote: str | None) -> pl.DataFrame:
    """Raises PolarsError for a line with too many fields and for invalid UTF-8."""
    return pl.read_csv(
        chunk, has_header=False, schema=dict.fromkeys(names, pl.String), quote_char=quote, infer_schema=False
    )


def _records(lines: "_Lines", expected: int | None) -> Iterator[tuple[int, list[str] | None]]:
    """(line, fields) of each record, None instead of fields if it isn't CSV; blank lines are skipped.

    Of a failed record of several lines all but the first are read again: an unclosed quote costs its own
    line, not all that follow. Ends at the chunk's end, after a whole record.
    """
    csv.field_size_limit(LONGEST_FIELD)
    while lines.begin():
        try:
            record = next(csv.reader(lines, strict=True))
        except (csv.Error, StopIteration):
            record = None
        if lines.taken > 1 and (record is None or (expected is not None and len(record) != expected)):
            record = None
            lines.give_back()
        if record == []:
            continue
        yield lines.first, record
        if expected is None:
            return


class _Lines:
    """Lines of a chunk with their numbers; the lines of the current record can be given back.

    A record that goes on after the chunk's end takes lines of the next one.
    """

    def __init__(self, chunk: bytes, number: int, more: Callable[[], bytes]) -> None:
        self._more = more
        self._waiting: deque[str] = deque(_split(chunk))
        self._current: list[str] = []
        self.number = number
        """Of the next line."""

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self._current) == _LINES_OF_A_RECORD:
            raise StopIteration
        if not self._waiting:
            self._waiting.extend(_split(self._more()))
        if not self._waiting:
            raise StopIteration
        line = self._waiting.popleft()
        self.number += 1
        self._current.append(line)
        return line

    def begin(self) -> bool:
        """Begin a record; False at the chunk's end."""
        self._current = []
        return bool(self._waiting)

    def give_back(self) -> None:
        """Read all but the first line of the record again."""
        self.number -= len(self._current) - 1
        self._waiting.extendleft(reversed(self._current[1:]))
        self._current = self._current[:1]

    def rest(self) -> bytes:
        """The lines that were not read."""
        return "".join(self._waiting).encode("utf-8", errors="surrogateescape")

    @property
    def taken(self) -> int:
        return len(self._current)

    @property
    def first(self) -> int:
        return self.number - len(self._current)


def _split(chunk: bytes) -> Iterator[str]:
    # An invalid byte becomes a lone surrogate, which is found in its row.
    return iter(io.StringIO(chunk.decode("utf-8", errors="surrogateescape"), newline=""))


def _frame(names: list[str], batch: list[tuple[object, ...]]) -> pl.DataFrame:
    schema = {**dict.fromkeys(names, pl.String), LINE: pl.Int64}
    return pl.DataFrame(batch, schema=schema, orient="row")


def _has_blanks(chunk: bytes) -> bool:
    # Searching for one byte is a hundred times faster than for two.
    if any(blank in chunk for blank in _ODD_BLANKS):
        return True
    if b"\xc2" in chunk and any(pair in chunk for pair in _ODD_PAIRS):
        return True
    return b" " in chunk and (chunk.startswith(b" ") or any(edge in chunk for edge in _EDGES))


def _is_foreign(field: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in field)
