"""One file of a set into the state: rows checked for what holds of all files, the dialect's words as ours."""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from myedu.connector.adapters.oneroster.archive import Archive, OneRosterError
from myedu.connector.adapters.oneroster.columns import COMMON, OTHER_FILES, SOURCES, STATUSES
from myedu.connector.adapters.oneroster.manifest import SetPlan
from myedu.connector.adapters.oneroster.read import Record, Table, open_table
from myedu.connector.adapters.oneroster.report import WORDS, Finding, Ledger
from myedu.connector.adapters.oneroster.state import State
from myedu.connector.adapters.oneroster.translate import joined_id

StoredRow = Sequence[str | int | None]

_LEFT_OUT = "marked tobedeleted in a bulk set: left out, as if it were not there"


class Columns(msgspec.Struct, frozen=True):
    """Where things stand in the fields of a file's rows; None for what the file lacks."""

    common: tuple[int | None, ...]  # of COMMON
    kept: tuple[int | None, ...]  # of SOURCES[file].kept
    key: tuple[int | None, ...]  # of SOURCES[file].dialect_key
    others: tuple[tuple[int, str, str], ...]  # (position, name, the standard's name) of what has no place


def load_file(archive: Archive, plan: SetPlan, file: str, state: State, ledger: Ledger) -> bool:
    """Whether every line could be read. Raises OneRosterError where most could not."""
    source = SOURCES[file]
    with open_table(archive, file, source.dialect_required if plan.is_dialect else source.required) as table:
        loading = _Loading(table, plan, ledger)
        state.store(file, loading.rows())
    loading.close()
    return loading.broken == 0


def count_other_file(archive: Archive, file: str, ledger: Ledger) -> None:
    """A file without a place in the contract: nothing of it is kept, its rows are counted."""
    with open_table(archive, file) as table:
        rows = sum(1 for _ in table.records)
    ledger.rows_without_place(f"{file}.csv", OTHER_FILES[file], rows)


class _Loading:
    """One file under way."""

    def __init__(self, table: Table, plan: SetPlan, ledger: Ledger) -> None:
        self._table, self._plan, self._ledger = table, plan, ledger
        self._columns = _columns_of(table, plan.is_dialect)
        self._values: Counter[int] = Counter()
        self._first_broken: tuple[int, str] | None = None
        self._count = 0
        self.broken = 0

    def rows(self) -> Iterator[StoredRow]:
        for record in self._table.records:
            self._count += 1
            if record.broken is not None:
                self._break(record.line, Finding(None, record.broken, "error"))
                continue
            row = self._row(record)
            if row is not None:
                yield row

    def close(self) -> None:
        """The counts into the ledger. A file that is mostly unreadable was written wrong as a whole."""
        file = self._table.file
        if self._first_broken is not None and self.broken * 2 > self._count:
            line, code = self._first_broken
            raise OneRosterError(
                f"{self.broken} of {self._count} rows of {file}.csv can't be taken,"
                f" the first in line {line}: {WORDS[code]}"
            )
        self._ledger.read_file(file, self._plan.mode, self._count, self.broken)
        for position, name, ours in self._columns.others:
            self._ledger.values_without_place(file, name, ours, self._values[position])

    def _row(self, record: Record) -> StoredRow | None:
        fields, columns = record.fields, self._columns
        row_id, status, modified = (_at(fields, place) for place in columns.common)
        if self._plan.is_dialect and columns.key:
            row_id = joined_id(*(_at(fields, place) or "" for place in columns.key))
        if finding := self._finding(row_id, status, modified):
            self._break(record.line, finding)
            return None
        self._values.update(place for place, _, _ in columns.others if fields[place])
        if self._plan.mode == "bulk" and status == "tobedeleted":
            self._ledger.rows_without_place(f"{self._table.file}.csv", _LEFT_OUT)
            return None
        kept = [_at(fields, place) for place in columns.kept]
        if self._plan.is_dialect and self._table.file == "academicSessions":
            year = SOURCES["academicSessions"].kept.index("schoolYear")
            kept[year] = _end_year(kept[year])
        return (row_id, status, modified, *kept, record.line)

    def _finding(self, row_id: str | None, status: str | None, modified: str | None) -> Finding | None:
        delta = self._plan.mode == "delta"
        if not row_id:
            return Finding("sourcedId", "required", "error")
        if status not in STATUSES and (status or delta):
            return Finding("status", "bad-status", "error", ascii(status or "")[:64])
        if delta and not modified:
            return Finding("dateLastModified", "required", "error")
        return None

    def _break(self, line: int, finding: Finding) -> None:
        self.broken += 1
        self._first_broken = self._first_broken or (line, finding.code)
        self._ledger.problem(self._table.file, line, finding)


def _columns_of(table: Table, is_dialect: bool) -> Columns:
    source = SOURCES[table.file]
    renamed = source.dialect_names if is_dialect else {}
    ours = [renamed.get(name, name) for name in table.columns]
    places = {name: place for place, name in reversed(list(enumerate(ours)))}
    taken = {*COMMON, *source.kept}
    return Columns(
        common=tuple(places.get(name) for name in COMMON),
        kept=tuple(places.get(name) for name in source.kept),
        key=tuple(places.get(name) for name in source.dialect_key),
        others=tuple(
            (place, theirs, name)
            for place, (theirs, name) in enumerate(zip(table.columns, ours, strict=True))
            if name not in taken
        ),
    )


def _at(fields: list[str], place: int | None) -> str | None:
    return fields[place].strip() or None if place is not None else None


def _end_year(text: str | None) -> str | None:
    """The dialect names a school year by its first calendar year, the standard by its last."""
    return str(int(text) + 1) if text and len(text) == 4 and text.isascii() and text.isdigit() else text
