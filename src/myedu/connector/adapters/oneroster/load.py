"""Checks the rows of one file of a set and stores them, with the dialect's values as the standard's."""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from myedu.connector.adapters.oneroster.archive import Archive, OneRosterError
from myedu.connector.adapters.oneroster.columns import (
    COMMON,
    OTHER_FILES,
    SOURCES,
    STATUSES,
    dialect_word,
)
from myedu.connector.adapters.oneroster.csv_tables import Record, Table, open_table
from myedu.connector.adapters.oneroster.manifest import SetPlan
from myedu.connector.adapters.oneroster.report import SENTENCES, FileReport, Finding, ReportBuilder
from myedu.connector.adapters.oneroster.state import State
from myedu.connector.adapters.oneroster.translate import joined_id
from myedu.contract.placeholders import filled

StoredRow = Sequence[str | int | None]

_LEFT_OUT = "marked tobedeleted in a bulk set: left out"


class ColumnPositions(msgspec.Struct, frozen=True):
    """Positions of columns in the rows of a file; None for a column that the file lacks."""

    common: tuple[int | None, ...]  # of COMMON
    kept: tuple[int | None, ...]  # of SOURCES[file].kept
    key: tuple[int | None, ...]  # of SOURCES[file].dialect_key
    others: tuple[tuple[int, str, str], ...]  # (position, name, the standard's name) of those without a place


def load_file(
    archive: Archive,
    plan: SetPlan,
    file: str,
    state: State,
    report: ReportBuilder,
    *,
    takes_any: bool = False,
) -> bool:
    """Store the rows of a file; True if every row was taken.

    Raises OneRosterError if most were not, unless it `takes_any`.
    """
    with open_table(archive, file, plan.required_columns(file)) as table:
        report.open_file(file, table.columns)
        loading = _FileLoading(table, plan, report)
        state.store(file, loading.rows())
    loading.finish(takes_any=takes_any)
    for row_id, line, times in state.repeated(file):
        finding = Finding("sourcedId", "repeated-row", "warning")
        report.add_problem(file, line, finding, row_id, more=times - 1)
    return loading.broken == 0


def count_other_file(archive: Archive, file: str, report: ReportBuilder) -> None:
    """Count the rows of a file without a place in the contract; nothing of it is stored."""
    with open_table(archive, file) as table:
        rows = sum(1 for _ in table.records)
    report.add_rows_without_place(file, OTHER_FILES[file], rows)


class _FileLoading:
    """Checks the rows of one file and counts them."""

    def __init__(self, table: Table, plan: SetPlan, report: ReportBuilder) -> None:
        self._table, self._plan, self._report = table, plan, report
        self._columns = _positions_of(table, plan.is_dialect)
        self._kept = SOURCES[table.file].kept
        self._values: Counter[int] = Counter()
        self._first_broken: tuple[int, str] | None = None
        self._count = 0
        self.broken = 0

    def rows(self) -> Iterator[StoredRow]:
        for record in self._table.records:
            self._count += 1
            if record.broken is not None:
                self._reject(record.line, Finding(None, record.broken, "error"))
                continue
            row = self._row(record)
            if row is not None:
                yield row

    def finish(self, *, takes_any: bool) -> None:
        """Add the counts to the report. If most rows are rejected, the whole file was written wrong."""
        file = self._table.file
        if self._first_broken is not None and self.broken * 2 > self._count and not takes_any:
            line, code = self._first_broken
            raise OneRosterError(
                f"{self.broken} of {self._count} rows of {file}.csv are rejected,"
                f" the first in line {line}: {SENTENCES[code]}"
            )
        self._report.add_file(FileReport(file, self._plan.mode, self._count, self.broken))
        for position, name, standard_name in self._columns.others:
            self._report.add_values_without_place(file, name, standard_name, self._values[position])

    def _row(self, record: Record) -> StoredRow | None:
        fields, columns = record.fields, self._columns
        row_id, status, modified = (_value_at(fields, position) for position in columns.common)
        kept = [filled(_value_at(fields, position)) for position in columns.kept]
        if self._plan.is_dialect:
            kept = [dialect_word(name, value) for name, value in zip(self._kept, kept, strict=True)]
            row_id = self._derived_id(fields) if columns.key else row_id
        if finding := self._error_of(row_id, status, modified):
            self._reject(record.line, finding)
            return None
        self._values.update(position for position, _, _ in columns.others if fields[position])
        if self._plan.mode == "bulk" and status == "tobedeleted":
            self._report.add_rows_without_place(self._table.file, _LEFT_OUT)
            return None
        if self._plan.is_dialect and self._table.file == "academicSessions":
            year = self._kept.index("schoolYear")
            kept[year] = _end_year(kept[year])
        return (row_id, status, modified, *kept, record.line)

    def _derived_id(self, fields: list[str]) -> str | None:
        """The id that a row of the dialect gets of its key; None if a part of it is missing."""
        source, parts = SOURCES[self._table.file], []
        for name, position in zip(source.dialect_key, self._columns.key, strict=True):
            part = dialect_word(name, _value_at(fields, position))
            if part is None and name in source.dialect_required:
                return None
            parts.append(part or "")
        return joined_id(*parts)

    def _error_of(self, row_id: str | None, status: str | None, modified: str | None) -> Finding | None:
        delta = self._plan.mode == "delta"
        if not row_id:
            return Finding("sourcedId", "required", "error")
        if status not in STATUSES and (status or delta):
            return Finding("status", "bad-status", "error", ascii(status or "")[:64])
        if delta and not modified:
            return Finding("dateLastModified", "required", "error")
        return None

    def _reject(self, line: int, finding: Finding) -> None:
        self.broken += 1
        self._first_broken = self._first_broken or (line, finding.code)
        self._report.add_problem(self._table.file, line, finding)


def _positions_of(table: Table, is_dialect: bool) -> ColumnPositions:
    source = SOURCES[table.file]
    renamed = source.dialect_names if is_dialect else {}
    standard_names = [renamed.get(name, name) for name in table.columns]
    positions = {name: position for position, name in reversed(list(enumerate(standard_names)))}
    stored = {*COMMON, *source.kept}
    return ColumnPositions(
        common=tuple(positions.get(name) for name in COMMON),
        kept=tuple(positions.get(name) for name in source.kept),
        key=tuple(positions.get(name) for name in source.dialect_key),
        others=tuple(
            (position, name, standard_name)
            for position, (name, standard_name) in enumerate(zip(table.columns, standard_names, strict=True))
            if standard_name not in stored
        ),
    )


def _value_at(fields: list[str], position: int | None) -> str | None:
    """The value; None if it is empty or the file has no such column."""
    return fields[position].strip() or None if position is not None else None


def _end_year(text: str | None) -> str | None:
    """The dialect names a school year by its first calendar year, the standard by its last."""
    return str(int(text) + 1) if text and len(text) == 4 and text.isascii() and text.isdigit() else text
