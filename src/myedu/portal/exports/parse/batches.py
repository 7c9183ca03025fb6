"""Files of a package as batches of text, with the line of each row; one batch is in memory at a time."""

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import polars as pl
import zstandard

from myedu.contract.package import TableFile
from myedu.contract.tables import columns, required_columns
from myedu.portal.exports.models import PackageRefused, RowProblem
from myedu.portal.exports.parse.csv_rows import LINE, CsvBatch, CsvFile
from myedu.portal.exports.parse.parquet import can_be_read
from myedu.portal.exports.parse.parquet_rows import ParquetFile
from myedu.portal.exports.parse.unpack import unpacked

__all__ = ["LINE", "TextBatch", "read_batches"]

_HIDDEN = 1_000  # rows that an unreadable line may hide: an unclosed quote is given up after so many
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


# A panic of Polars over bytes that aren't Parquet is not an Exception.
_UNREADABLE = (
    OSError, EOFError, zlib.error, zstandard.ZstdError,
    pl.exceptions.PolarsError, pl.exceptions.PanicException,
)  # fmt: skip


class TextBatch(msgspec.Struct, frozen=True):
    """The contract's columns as text (null if empty) and LINE.

    `rows` counts unreadable ones too, and not the `empty` ones, which have no value at all.
    """

    name: str
    frame: pl.DataFrame
    rows: int
    problems: list[RowProblem]
    empty: int = 0

    @property
    def unread(self) -> int:
        """Lines that could not be read."""
        return sum(problem.code in ("broken-line", "bad-encoding") for problem in self.problems)

    @property
    def is_whole(self) -> bool:
        """False if a line could not be read: then absent ids say nothing."""
        return not self.unread


def read_batches(folder: Path, file: TableFile) -> Iterator[TextBatch]:
    """Read one file. Raises PackageRefused: header, row count, compression."""
    path = folder / file.file
    rows, unread, empty = 0, 0, 0
    try:
        for batch in _read_parquet(path, file) if path.suffix == ".parquet" else _read_csv(path, file):
            rows += batch.rows
            unread += batch.unread
            empty += batch.empty
            if not unread and rows > file.rows:
                raise _wrong_rows(file, f"more than {file.rows} rows")
            yield batch
    except _UNREADABLE as error:
        raise _unreadable(file, type(error).__name__) from error
    if not unread and not rows <= file.rows <= rows + empty:  # the vendor may have counted lines
        raise _wrong_rows(file, f"{rows} rows")
    if rows + empty + unread * _HIDDEN < file.rows:
        raise _wrong_rows(file, f"{rows} rows, {unread} of which can't be read")


def _unreadable(file: TableFile, what: str) -> PackageRefused:
    return PackageRefused(
        "unreadable-file",
        f"{file.file} can't be unpacked ({what}): damaged, cut or not what its name says; write it again",
    )


def _wrong_rows(file: TableFile, found: str) -> PackageRefused:
    return PackageRefused(
        "wrong-rows", f"{file.file} has {found}, the manifest says {file.rows}: count what was written"
    )


def _read_csv(path: Path, file: TableFile) -> Iterator[TextBatch]:
    with unpacked(path) as stream:
        text = CsvFile(stream)
        names = _check_header(file, text.header)
        yield _header_batch(file.table, names)
        # A name that the contract lacks may have any bytes, or be LINE.
        known = columns(file.table)
        places = [name if name in known else f"{place}'" for place, name in enumerate(names)]
        yield from (_text_batch(file.table, batch) for batch in text.batches(places))


def _read_parquet(path: Path, file: TableFile) -> Iterator[TextBatch]:
    if not can_be_read(path, file.table):
        raise PackageRefused(
            "unreadable-file",
            f"{file.file} can't be read as Parquet: damaged, cut, not what its name says, or with a column of"
            " intervals; write it again",
        )
    rows = ParquetFile(path, file)
    yield _header_batch(file.table, _check_header(file, rows.header))
    yield from (_text_batch(file.table, batch) for batch in rows.batches())


def _text_batch(table: str, batch: CsvBatch) -> TextBatch:
    problems = [_row_problem(table, line, code) for line, code in batch.broken]
    return TextBatch(table, _contract_columns(table, batch), batch.rows, problems, batch.empty)


def _header_batch(table: str, names: list[str]) -> TextBatch:
    """A batch without rows before the first, with the problems of the header."""
    schema = {LINE: pl.Int64, **dict.fromkeys(columns(table), pl.String)}
    return TextBatch(table, pl.DataFrame(schema=schema), 0, _column_problems(table, names))


def _check_header(file: TableFile, header: list[str]) -> list[str]:
    names = [name.strip() for name in header]
    if missing := sorted(required_columns(file.table) - set(names)):
        raise PackageRefused(
            "missing-column", f"{file.file} has no column {', '.join(missing)}: {_way_out(names)}"
        )
    counted = Counter(name for name in names if name)
    if twice := sorted(printable(name) for name, times in counted.items() if times > 1):
        raise PackageRefused("column-twice", f"{file.file} has the column {', '.join(twice)} twice: keep one")
    return names


def _way_out(names: list[str]) -> str:
    """What is most likely wrong with a header that lacks a required column."""
    first = "".join(names)
    if not first:
        return "its first line is empty, write the header there"
    if _UNPRINTABLE.search(first.replace("\t", "")):
        return "its first line is no header in UTF-8: write UTF-8, packed as the file's name says"
    if len(names) == 1 and (";" in first or "\t" in first):
        return "add it; the separator must be a comma"
    return "add it; the first line must be the header"


def printable(name: str) -> str:
    """A column's name as it can be shown and stored, whatever bytes are in the header."""
    return _UNPRINTABLE.sub("\ufffd", name)


def _contract_columns(table: str, batch: CsvBatch) -> pl.DataFrame:
    """The contract's columns in its order, each value on one line; a column that the file lacks is empty."""

    def cleaned(name: str) -> pl.Expr:
        if batch.clean:
            return pl.col(name)
        text = pl.col(name).str.replace_all(r"\s+", " ").str.strip_chars()
        return pl.when(text != "").then(text)

    return batch.frame.select(
        pl.col(LINE),
        *(
            (cleaned(name) if name in batch.frame.columns else pl.lit(None, pl.String)).alias(name)
            for name in columns(table)
        ),
    )


def _column_problems(table: str, names: list[str]) -> list[RowProblem]:
    unknown = [printable(name[:64]) for name in names if name and name not in columns(table)]
    found = [("unknown-column", name) for name in unknown]
    if places := ", ".join(str(place) for place, name in enumerate(names, 1) if not name):
        found.append(("unnamed-column", places[:64]))
    return [
        RowProblem(table=table, line=1, field=None, code=code, severity="warning", detail=detail)
        for code, detail in found
    ]


def _row_problem(table: str, line: int, code: str) -> RowProblem:
    return RowProblem(table=table, line=line, field=None, code=code, severity="error")
