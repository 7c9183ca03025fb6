"""Files of a package as batches of text, with the line that each row begins at; memory holds one batch."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import polars as pl
import zstandard

from myedu.contract.package import TableFile
from myedu.contract.tables import columns, required_columns
from myedu.portal.exports import unpack
from myedu.portal.exports.csv_rows import LINE, LONGEST_FIELD, CsvBatch, CsvFile
from myedu.portal.exports.models import PackageRefused, RowProblem
from myedu.portal.exports.unpack import unpacked

__all__ = ["LINE", "TextBatch", "read_batches"]

_PARQUET_ROWS = 50_000
_FIRST_PARQUET_ROWS = 1_000  # until it is seen how large rows are
_PARQUET_BYTES = 32 * 1024 * 1024  # of rows at once, by the size of those before


class TextBatch(msgspec.Struct, frozen=True):
    """The contract's columns as text (null for what is empty) and LINE. `rows` counts broken ones too."""

    name: str
    frame: pl.DataFrame
    rows: int
    problems: list[RowProblem]

    @property
    def is_whole(self) -> bool:
        """False where a line could not be read: then nobody knows who is absent."""
        return not any(problem.code in ("broken-line", "bad-encoding") for problem in self.problems)


def read_batches(folder: Path, file: TableFile) -> Iterator[TextBatch]:
    """Read one file. Raises PackageRefused: header, row count, compression."""
    path = folder / file.file
    rows, whole = 0, True
    try:
        for batch in _read_parquet(path, file) if path.suffix == ".parquet" else _read_csv(path, file):
            rows, whole = rows + batch.rows, whole and batch.is_whole
            if whole and rows > file.rows:
                raise _wrong_rows(file, f"more than {file.rows} rows")
            yield batch
    except (OSError, EOFError, zstandard.ZstdError, pl.exceptions.PolarsError) as error:
        raise PackageRefused(
            "unreadable-file", f"{file.file} can't be unpacked ({type(error).__name__}): write it anew"
        ) from error
    if whole and rows != file.rows:
        raise _wrong_rows(file, f"{rows} rows")


def _wrong_rows(file: TableFile, found: str) -> PackageRefused:
    return PackageRefused(
        "wrong-rows", f"{file.file} has {found}, the manifest says {file.rows}: count what was written"
    )


def _read_csv(path: Path, file: TableFile) -> Iterator[TextBatch]:
    with unpacked(path) as stream:
        text = CsvFile(stream)
        names = _check_header(file, text.header)
        yield _nothing(file.table, names)
        for batch in text.batches(names):
            problems = [_row_problem(file.table, line, code) for line, code in batch.broken]
            frame = _contract_columns(file.table, batch)
            yield TextBatch(file.table, frame, batch.rows, problems)


def _read_parquet(path: Path, file: TableFile) -> Iterator[TextBatch]:
    lazy = pl.scan_parquet(path, glob=False)
    schema = lazy.collect_schema()
    names = _check_header(file, schema.names())
    yield _nothing(file.table, names)
    start, size = 0, _FIRST_PARQUET_ROWS
    unpacked_bytes = 0.0
    while (part := lazy.slice(start, size).collect()).height:
        unpacked_bytes += (took := part.estimated_size())
        if unpacked_bytes > unpack.UNPACKED_BYTES:
            raise unpack.too_large(file.file)
        numbers = pl.int_range(start + 2, start + 2 + part.height, dtype=pl.Int64).alias(LINE)
        text = part.select(_as_text(name, kind) for name, kind in schema.items()).with_columns(numbers)
        long = pl.any_horizontal(pl.exclude(LINE).str.len_bytes() > LONGEST_FIELD).fill_null(False)
        lines = text.filter(long)[LINE].to_list()
        problems = [_row_problem(file.table, line, "broken-line") for line in lines]
        batch = CsvBatch(text.filter(~long), part.height, [])
        yield TextBatch(file.table, _contract_columns(file.table, batch), part.height, problems)
        start += part.height
        size = max(1, min(_PARQUET_ROWS, int(_PARQUET_BYTES * part.height / max(took, 1))))


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    instant = isinstance(kind, pl.Datetime)
    value = pl.col(name).dt.to_string("iso:strict") if instant else pl.col(name)
    return value.cast(pl.String).alias(name.strip())


def _nothing(table: str, names: list[str]) -> TextBatch:
    """A batch before the first, with what the header says."""
    schema = {LINE: pl.Int64, **dict.fromkeys(columns(table), pl.String)}
    return TextBatch(table, pl.DataFrame(schema=schema), 0, _column_problems(table, names))


def _check_header(file: TableFile, header: list[str]) -> list[str]:
    names = [_storable(name.strip()) for name in header]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise PackageRefused("column-twice", f"{file.file} has the column {', '.join(twice)} twice: keep one")
    if missing := sorted(required_columns(file.table) - set(names)):
        hint = "; the separator must be a comma" if len(names) == 1 and ";" in names[0] else ""
        raise PackageRefused(
            "missing-column", f"{file.file} has no column {', '.join(missing)}: add it{hint}"
        )
    return names


def _storable(name: str) -> str:
    """A name is told to the vendor whatever is in it: also a NUL or a byte that is no UTF-8, which no text of
    PostgreSQL may have."""
    return name.replace("\0", "\ufffd").encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _contract_columns(table: str, batch: CsvBatch) -> pl.DataFrame:
    """The contract's columns in its order, each value on one line; one that the file lacks is empty."""

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
    unknown = [name for name in names if name not in columns(table)]
    return [
        RowProblem(
            table=table, line=1, field=None, code="unknown-column", severity="warning", detail=name[:64]
        )
        for name in unknown
    ]


def _row_problem(table: str, line: int, code: str) -> RowProblem:
    return RowProblem(table=table, line=line, field=None, code=code, severity="error")
