"""The report of a conversion: counts per file and table, what was rejected, and what has no place."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Literal

import msgspec

from myedu.connector.adapters.oneroster.columns import COMMON, reason_without_place
from myedu.connector.adapters.oneroster.row_set import RowSet

Severity = Literal["error", "field", "warning"]
"""error: the row is rejected. field: the row is taken without this value. warning: taken as it is."""

SHOWN = 20
"""How many problems of one code in one file are listed; all are counted."""

SENTENCES = {
    "required": "the value is missing: fill it in",
    "bad-id": "not an id of the exchange: 1–64 printable ASCII characters without spaces",
    "bad-text": "the text has control characters: remove them",
    "too-long": "longer than the contract allows (500 characters, 64 for a code): shorten it",
    "bad-date": "not a date: write YYYY-MM-DD between 1900 and 2200",
    "bad-instant": "not an instant: write ISO 8601 with Z or an offset",
    "bad-year": "not a year: write YYYY, the year in which the school year ends",
    "bad-status": "the status is neither active nor tobedeleted, or, in a delta, missing",
    "bad-snils": "the check digits of the SNILS are wrong: correct it; until then it isn't used for matching",
    "short-snils": "a leading zero of the SNILS is lost, as in a spreadsheet: write all 11 digits; until then"
    " it isn't used for matching",
    "rounded-id": "a spreadsheet has rounded the id, so it names nobody: export the set again without saving"
    " it in a spreadsheet",
    "unknown-role": "not a role of the standard, which writes student, teacher, parent …: correct it",
    "no-session": "the class names no academic session of the set, so its school year is unknown: name one",
    "year-differs": "the school year isn't that of the session's dates: correct one of them",
    "repeated-row": "the set has this row more than once: it is taken once",
    "wrong-type": "the value isn't of the standard's JSON type: left empty",
    "unknown-code": "the standard has no such code: kept where the contract has a place for it",
    "unknown-reference": "no row has this id: the set must be of one moment and hold every row that it names",
    "ends-before-start": "the end lies before the beginning (OneRoster's end is the first day after)",
    "duplicate-id": "another row has the same sourcedId and other values: neither is taken",
    "parents-in-a-circle": "the parents lead back to the session itself",
    "no-role-at-school": "the teacher has no staff role in roles.csv: add one at the school",
    "who-is-guardian": "both are parent or guardian: give the child the role student",
    "broken-line": "not a row of this file: count its fields; double the quotes in a value (RFC 4180)",
    "long-line": "the line is longer than 1 MiB, more than any real row",
    "nul-byte": "the line has a NUL byte: remove it",
    "bad-encoding": "the line is not UTF-8 (windows-1251?): export the file in UTF-8",
}
"""code of a finding → sentence."""


class Finding(msgspec.Struct, frozen=True):
    """A problem with one row. `detail` holds codes and ids, never a person's data.

    `file` and `line` are set if the value is in another file than the row.
    """

    column: str | None
    code: str
    severity: Severity
    detail: str | None = None
    file: str | None = None
    line: int | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with its place, as the set names it. `line` is None for a row of an earlier set."""

    file: str
    line: int | None
    finding: Finding
    row_id: str | None = None


class NoPlace(msgspec.Struct, frozen=True):
    """Values of a column, or rows if `column` is None, that the contract has no place for."""

    file: str
    column: str | None
    count: int
    reason: str


class FileReport(msgspec.Struct, frozen=True):
    """A file that was read. `broken` of its `rows` couldn't be read, `rejected` could, but aren't taken."""

    file: str
    mode: str
    rows: int
    broken: int
    rejected: int = 0


class TableReport(msgspec.Struct, frozen=True):
    """A table of the package: rows written, how many of them are deletions, and rows rejected."""

    table: str
    rows: int
    deleted: int
    rejected: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a set."""

    files: tuple[FileReport, ...]
    tables: tuple[TableReport, ...]
    problems: tuple[Problem, ...]  # the first SHOWN of each code and file
    problem_counts: dict[str, dict[str, int]]  # file → code → how many
    no_place: tuple[NoPlace, ...]
    unknown_files: tuple[str, ...] = ()  # not files of the standard, never opened

    def lines(self) -> Iterator[str]:
        """The report as lines of a terminal."""
        yield "read:"
        for file in self.files:
            broken = f", {file.broken} unreadable" if file.broken else ""
            rejected = f", {file.rejected} rejected" if file.rejected else ""
            yield f"  {file.file}.csv ({file.mode}): {file.rows} rows{broken}{rejected}"
        yield "written:"
        for table in self.tables:
            deleted = f", {table.deleted} of them deleted" if table.deleted else ""
            rejected = f"; {table.rejected} rejected" if table.rejected else ""
            yield f"  {table.table}: {table.rows} rows{deleted}{rejected}"
        if self.no_place:
            yield "without a place in the contract:"
            yield from map(_no_place_line, self.no_place)
        if self.unknown_files:
            yield f"not opened, not files of OneRoster: {', '.join(map(ascii, self.unknown_files))}"
        if self.problem_counts:
            yield "problems:"
            yield from self._problem_lines()

    def _problem_lines(self) -> Iterator[str]:
        for file, codes in self.problem_counts.items():
            for code, count in codes.items():
                yield f"  {file}.csv: {count} × {code}: {SENTENCES[code]}"
                for problem in self.problems:
                    if problem.file == file and problem.finding.code == code:
                        yield f"    {_place_of(problem)}"


def _no_place_line(item: NoPlace) -> str:
    if item.column is None:
        return f"  {item.file}: {item.count} rows: {item.reason}"
    return f"  {item.file}.csv {item.column}: {item.count} values: {item.reason}"


def _place_of(problem: Problem) -> str:
    line = f"line {problem.line}" if problem.line else "a row of an earlier set"
    finding = problem.finding
    known_id = problem.row_id if problem.row_id and problem.row_id != finding.detail else None
    detail = f" ({finding.detail})" if finding.detail else ""
    return ", ".join(filter(None, (line, known_id, finding.column))) + detail


PlaceOf = Callable[[str, str | None], tuple[str, str | None]]
"""The standard's (file, column) → the set's; None for a column that it doesn't have."""


class ReportBuilder:
    """Counts rows while a set is read and translated. `place_of`: where the set has a value."""

    def __init__(self, place_of: PlaceOf = lambda file, column: (file, column)) -> None:
        self._place_of = place_of
        self._columns: dict[str, Collection[str]] = {}
        self._files: list[FileReport] = []
        self._tables: dict[str, Counter[str]] = defaultdict(Counter)
        self._problems: list[Problem] = []
        self._found: dict[str, dict[str, RowSet]] = defaultdict(lambda: defaultdict(RowSet))
        self._shown: dict[tuple[str, str, str | None], RowSet] = defaultdict(RowSet)
        self._more: Counter[tuple[str, str]] = Counter()
        self._taken: dict[str, RowSet] = defaultdict(RowSet)
        self._rejected: dict[str, RowSet] = defaultdict(RowSet)
        self._values: Counter[tuple[str, str, str]] = Counter()
        self._rows: dict[tuple[str, str], RowSet] = defaultdict(RowSet)
        self._counted: Counter[tuple[str, str]] = Counter()

    def open_file(self, file: str, columns: Collection[str]) -> None:
        """Announce a file that is going to be read: findings name only columns that it has."""
        self._columns[file] = frozenset(columns)

    def add_file(self, file: FileReport) -> None:
        """Add a file that was read to its end."""
        self._files.append(file)

    def add_row(self, table: str, *, deleted: bool = False) -> None:
        """Count a row written."""
        self._tables[table]["rows"] += 1
        self._tables[table]["deleted"] += deleted

    def add_rejected(self, table: str) -> None:
        """Count a row of a table that isn't written."""
        self._tables[table]["rejected"] += 1

    def add_outcome(self, file: str, line: int | None, *, taken: bool) -> None:
        """Record that a row of a file became a row of a table, or couldn't."""
        if line is not None:
            (self._taken if taken else self._rejected)[self._place_of(file, None)[0]].add(line)

    def files(self) -> tuple[FileReport, ...]:
        """The files read so far, with the rows of each that were written wrong, so that nothing was taken."""
        return tuple(
            msgspec.structs.replace(
                file, rejected=self._rejected[file.file].count_without(self._taken[file.file])
            )
            for file in self._files
        )

    def first_error(self, file: str) -> Problem | None:
        """The error in the first line of a file's rows among those that are shown."""
        errors = (found for found in self._problems if found.finding.severity == "error")
        mine = (found for found in errors if found.file == file)
        return min(mine, key=lambda problem: problem.line or 0, default=None)

    def add_problem(
        self, file: str, line: int | None, finding: Finding, row_id: str | None = None, *, more: int = 0
    ) -> None:
        """Count a row with a finding, once for each code, and `more` rows like it.

        The first SHOWN rows of a code and file are kept. A value in another file counts there.
        """
        if finding.file is not None and finding.file != file:
            file, line, row_id = finding.file, finding.line, None
        file, column = self._place_of(file, finding.column)
        if file in self._columns and column is not None:
            column = ", ".join(name for name in column.split(", ") if name in self._columns[file]) or None
        key: int | str = row_id or finding.detail or "" if line is None else line
        rows = self._found[file][finding.code]
        rows.add(key)
        self._more[file, finding.code] += more
        if self._shown[file, finding.code, column].add(key) and len(rows) <= SHOWN:
            finding = msgspec.structs.replace(finding, column=column, file=None, line=None)
            self._problems.append(Problem(file=file, line=line, finding=finding, row_id=row_id))

    def add_values_without_place(self, file: str, column: str, standard_name: str, count: int) -> None:
        """Count values of a column. `column` is its name in the file, which differs in the dialect."""
        if standard_name not in COMMON:
            self._values[(file, column, reason_without_place(file, standard_name))] += count

    def add_rows_without_place(self, file: str, reason: str, count: int = 1) -> None:
        """Count rows for which the contract has no place."""
        self._counted[(f"{self._place_of(file, None)[0]}.csv", reason)] += count

    def add_row_without_place(self, file: str, line: int, reason: str) -> None:
        """Count a row for which the contract has no place, once for each reason."""
        self._rows[(f"{self._place_of(file, None)[0]}.csv", reason)].add(line)

    def build(self, tables: Iterable[str], unknown_files: tuple[str, ...] = ()) -> Report:
        """The report on `tables`, in their order."""
        rows = self._counted + Counter({key: len(lines) for key, lines in self._rows.items()})
        return Report(
            files=self.files(),
            tables=tuple(
                TableReport(name, counts["rows"], counts["deleted"], counts["rejected"])
                for name, counts in ((name, self._tables[name]) for name in tables)
            ),
            problems=tuple(self._problems),
            problem_counts={
                file: {code: len(rows) + self._more[file, code] for code, rows in codes.items()}
                for file, codes in self._found.items()
            },
            no_place=(
                *(NoPlace(file, column, n, reason) for (file, column, reason), n in self._values.items()),
                *(NoPlace(file, None, n, reason) for (file, reason), n in rows.items()),
            ),
            unknown_files=unknown_files,
        )
