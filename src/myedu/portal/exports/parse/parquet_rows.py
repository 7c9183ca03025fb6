"""A Parquet file as batches of text, like those of csv_rows.py; rows that can't be read cost themselves."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl

from myedu.contract.package import TableFile
from myedu.portal.exports.models import PackageRefused
from myedu.portal.exports.parse import unpack
from myedu.portal.exports.parse.csv_rows import LINE, LONGEST_FIELD, CsvBatch, without_empty_rows
from myedu.portal.exports.parse.parquet import known_columns, slices
from myedu.portal.exports.parse.parquet_values import as_text, can_be_text, undecodable, untrusted
from myedu.portal.exports.parse.rules import Kind, rules_of

_INDEX = re.compile(r"__index_level_\d+__")  # the row numbers that pandas writes beside the columns


class _Column(NamedTuple):
    """A column of the contract; `stored`: its name in the file."""

    name: str
    stored: str
    kind: Kind
    type: pl.DataType


class ParquetFile:
    """A file that can be read: its header, then its batches."""

    def __init__(self, path: Path, file: TableFile) -> None:
        self._file = file
        self._rows = known_columns(path, file.table)
        names = pl.read_parquet_schema(path)
        self.header = [name for name in names if not _INDEX.fullmatch(name)]

    def batches(self) -> Iterator[CsvBatch]:
        """All rows, with the contract's columns only: others may be of any type.

        Raises PackageRefused (wrong-type) for a type that can't be read, and for numbers that can't be
        trusted.
        """
        columns = self._columns()
        start = 0
        for part, unpacked_bytes in slices(self._rows):
            if unpacked_bytes > unpack.UNPACKED_BYTES:
                raise unpack.too_large(self._file.file)
            self._check_numbers(columns, part)
            yield _batch(columns, part, start)
            start += part.height

    def _columns(self) -> list[_Column]:
        kinds = {rule.name: rule.kind for rule in rules_of(self._file.table)}
        columns = []
        for stored, type_ in self._rows.collect_schema().items():
            name = stored.strip()
            if not can_be_text(kinds[name], type_):
                raise self._refusal(name, f"is {type_}: write text, a number or a date")
            columns.append(_Column(name, stored, kinds[name], type_))
        return columns

    def _check_numbers(self, columns: list[_Column], part: pl.DataFrame) -> None:
        for name, stored, kind, type_ in columns:
            wrong = untrusted(pl.col(stored), kind, type_)
            if wrong is not None and part.select(wrong.any()).item():
                raise self._refusal(
                    name,
                    f"is {type_}, and a number in it is not whole, or too large for {type_} to hold it"
                    " exactly: write long numbers and ids as text",
                )

    def _refusal(self, column: str, what: str) -> PackageRefused:
        return PackageRefused("wrong-type", f"{self._file.file}: the column {column} {what}")


def _batch(columns: list[_Column], part: pl.DataFrame, start: int) -> CsvBatch:
    """The rows of a part of the file, of which `start` came before."""
    text = part.select(
        *(as_text(pl.col(stored), kind, type_).alias(name) for name, stored, kind, type_ in columns),
        pl.int_range(start + 2, start + 2 + part.height, dtype=pl.Int64).alias(LINE),
    )
    undecoded = [undecodable(pl.col(stored), kind, type_) for _, stored, kind, type_ in columns]
    garbled = part.select(pl.any_horizontal(undecoded).fill_null(False)).to_series()
    long = text.select(
        pl.any_horizontal(pl.exclude(LINE).str.len_bytes() > LONGEST_FIELD).fill_null(False)
    ).to_series()
    broken = [
        (line, code)
        for wrong, code in ((garbled, "bad-encoding"), (long & ~garbled, "broken-line"))
        for line in text.filter(wrong)[LINE]
    ]
    kept = without_empty_rows(text.filter(~(garbled | long)))
    empty = part.height - len(broken) - kept.height
    return CsvBatch(kept, part.height - empty, broken, empty=empty)
