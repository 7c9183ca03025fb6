"""Files of a package as batches of text, with the line of each row; one batch is in memory at a time."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import polars as pl
import zstandard

from myedu.contract.package import TableFile
from myedu.contract.tables import columns, required_columns
from myedu.portal.exports.models import PackageRefused, RowProblem
from myedu.portal.exports.parse import unpack
from myedu.portal.exports.parse.csv_rows import LINE, LONGEST_FIELD, CsvBatch, CsvFile, without_empty_rows
from myedu.portal.exports.parse.parquet import can_be_read, slices
from myedu.portal.exports.parse.unpack import unpacked

__all__ = ["LINE", "TextBatch", "read_batches"]

_HIDDEN = 1_000  # rows that an unreadable line may hide: an unclosed quote is given up after so many
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_PARQUET_KINDS = (pl.String, pl.Boolean, pl.Date, pl.Datetime, pl.Categorical, pl.Enum, pl.Null, pl.Binary)


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
        for batch in text.batches(
            [name if name in known else f"{place}'" for place, name in enumerate(names)]
        ):
            problems = [_row_problem(file.table, line, code) for line, code in batch.broken]
            frame = _contract_columns(file.table, batch)
            yield TextBatch(file.table, frame, batch.rows, problems, batch.empty)


def _read_parquet(path: Path, file: TableFile) -> Iterator[TextBatch]:
    if not can_be_read(path):
        raise _unreadable(file, "Parquet")
    lazy = pl.scan_parquet(path, glob=False)
    schema = lazy.collect_schema()
    names = _check_header(file, schema.names())
    schema = _readable(file, schema)
    yield _header_batch(file.table, names)
    start = 0
    for part, unpacked_bytes in slices(lazy):
        if unpacked_bytes > unpack.UNPACKED_BYTES:
            raise unpack.too_large(file.file)
        numbers = pl.int_range(start + 2, start + 2 + part.height, dtype=pl.Int64).alias(LINE)
        text = part.select(_as_text(name, kind) for name, kind in schema.items()).with_columns(numbers)
        long = pl.any_horizontal(pl.exclude(LINE).str.len_bytes() > LONGEST_FIELD).fill_null(False)
        lines = text.filter(long)[LINE].to_list()
        problems = [_row_problem(file.table, line, "broken-line") for line in lines]
        kept = without_empty_rows(text.filter(~long))
        empty = part.height - len(lines) - kept.height
        batch = CsvBatch(kept, part.height - empty, [])
        yield TextBatch(file.table, _contract_columns(file.table, batch), batch.rows, problems, empty)
        start += part.height


def _readable(file: TableFile, schema: pl.Schema) -> pl.Schema:
    """The columns that can become text; columns that the contract doesn't know may be of other types."""
    kept = {name: kind for name, kind in schema.items() if kind.is_numeric() or kind in _PARQUET_KINDS}
    for name, kind in schema.items():
        if name not in kept and name.strip() in columns(file.table):
            raise PackageRefused(
                "wrong-type",
                f"{file.file}: the column {name.strip()} is {kind}: write text, a number or a date",
            )
    return pl.Schema(kept)


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    instant = isinstance(kind, pl.Datetime)
    value = pl.col(name).dt.to_string("iso:strict") if instant else pl.col(name)
    return value.cast(pl.String).alias(name.strip())


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
    if twice := sorted({printable(name) for name in names if names.count(name) > 1}):
        named = ", ".join(name or "without a name" for name in twice)
        raise PackageRefused("column-twice", f"{file.file} has the column {named} twice: keep one")
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
    unknown = [printable(name[:64]) for name in names if name not in columns(table)]
    return [
        RowProblem(table=table, line=1, field=None, code="unknown-column", severity="warning", detail=name)
        for name in unknown
    ]


def _row_problem(table: str, line: int, code: str) -> RowProblem:
    return RowProblem(table=table, line=line, field=None, code=code, severity="error")
