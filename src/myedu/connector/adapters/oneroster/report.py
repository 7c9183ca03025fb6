"""What became of a set: counts per file and table, what was set aside, and what has no place, in words."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from myedu.connector.adapters.oneroster.columns import COMMON, reason_without_place

Severity = Literal["error", "field", "warning"]
"""error: the row is set aside. field: the row is taken, this value is not. warning: taken as it is."""

SHOWN = 20
"""Problems of one code in one file that are shown one by one; all are counted."""

WORDS = {
    "required": "the value is missing: fill it in",
    "bad-id": "not an id for the exchange: 1–64 printable ASCII characters without spaces",
    "bad-text": "control characters stand in the text: take them out",
    "too-long": "longer than the contract takes (500 characters, 64 for a code): shorten it",
    "bad-date": "not a date: write YYYY-MM-DD between 1900 and 2200",
    "bad-instant": "not an instant: write ISO 8601 with Z or an offset",
    "bad-year": "not a year: write YYYY, the year in which the school year ends",
    "bad-status": "the status is neither active nor tobedeleted, or, in a delta, missing",
    "bad-snils": "the check digits of the SNILS are wrong: correct it; until then nobody is matched by it",
    "unknown-code": "the standard has no such word: kept as it is where there is a place for it",
    "unknown-reference": "no row has this id: the set must be of one moment and hold all that its rows name",
    "ends-before-start": "the end lies before the beginning (OneRoster's end is the first day after)",
    "duplicate-id": "another row has the same sourcedId and other values: neither is taken",
    "parents-in-a-circle": "the parents lead back to the session itself",
    "no-role-at-school": "the teacher has no staff role in roles.csv: add one at the school",
    "who-is-guardian": "both are parent or guardian: give the child the role student",
    "broken-line": "not a line of this file: count the fields, double the quotes inside a value (RFC 4180)",
    "long-line": "the line is longer than 1 MiB: no row is",
    "nul-byte": "a NUL byte stands in the line: take it out",
    "bad-encoding": "the line is not UTF-8 (windows-1251?): export the file in UTF-8",
}
"""code → sentence."""


class Finding(msgspec.Struct, frozen=True):
    """One thing wrong with one row. `detail` holds codes and ids, never a person's data."""

    column: str | None
    code: str
    severity: Severity
    detail: str | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with its place. `line` is None for a row that came with an earlier set."""

    file: str
    line: int | None
    finding: Finding


class NoPlace(msgspec.Struct, frozen=True):
    """Values (of a column) or rows (where `column` is None) that the contract has no place for, and why."""

    file: str
    column: str | None
    count: int
    why: str


class FileReport(msgspec.Struct, frozen=True):
    """`broken` of the `rows` could not be read at all."""

    file: str
    mode: str
    rows: int
    broken: int


class TableReport(msgspec.Struct, frozen=True):
    """One table of the package: rows written (with `deleted` ones among them) and rows set aside."""

    table: str
    rows: int
    deleted: int
    set_aside: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    files: tuple[FileReport, ...]
    tables: tuple[TableReport, ...]
    problems: tuple[Problem, ...]
    problem_counts: dict[str, dict[str, int]]  # file → code → how many; `problems` are the first of each
    no_place: tuple[NoPlace, ...]
    not_opened: tuple[str, ...] = ()  # files that the standard doesn't know

    def lines(self) -> Iterator[str]:
        """The report for a terminal."""
        yield "read:"
        for file in self.files:
            broken = f", {file.broken} unreadable" if file.broken else ""
            yield f"  {file.file}.csv ({file.mode}): {file.rows} rows{broken}"
        yield "written:"
        for table in self.tables:
            deleted = f", {table.deleted} of them deleted" if table.deleted else ""
            aside = f"; {table.set_aside} set aside" if table.set_aside else ""
            yield f"  {table.table}: {table.rows} rows{deleted}{aside}"
        if self.no_place:
            yield "without a place in the contract:"
            yield from (_no_place_line(one) for one in self.no_place)
        if self.not_opened:
            yield f"not opened, no files of OneRoster 1.2: {', '.join(map(ascii, self.not_opened))}"
        if self.problem_counts:
            yield "problems:"
            yield from self._problem_lines()

    def _problem_lines(self) -> Iterator[str]:
        for file, codes in self.problem_counts.items():
            for code, count in codes.items():
                yield f"  {file}.csv: {count} × {code}: {WORDS[code]}"
                for problem in self.problems:
                    if problem.file == file and problem.finding.code == code:
                        yield f"    {_where(problem)}"


def _no_place_line(one: NoPlace) -> str:
    if one.column is None:
        return f"  {one.file}: {one.count} rows: {one.why}"
    return f"  {one.file}.csv {one.column}: {one.count} values: {one.why}"


def _where(problem: Problem) -> str:
    line = f"line {problem.line}" if problem.line else "a row of an earlier set"
    finding = problem.finding
    detail = f" ({finding.detail})" if finding.detail else ""
    return f"{line}{', ' + finding.column if finding.column else ''}{detail}"


class Ledger:
    """Counts while a set is read and translated; `report()` is what they come to."""

    def __init__(self) -> None:
        self._files: dict[str, FileReport] = {}
        self._tables: dict[str, Counter[str]] = defaultdict(Counter)
        self._problems: list[Problem] = []
        self._codes: dict[str, Counter[str]] = defaultdict(Counter)
        self._values: Counter[tuple[str, str, str]] = Counter()
        self._rows: Counter[tuple[str, str]] = Counter()

    def read_file(self, file: str, mode: str, rows: int, broken: int) -> None:
        self._files[file] = FileReport(file, mode, rows, broken)

    def wrote(self, table: str, *, deleted: bool = False) -> None:
        self._tables[table]["rows"] += 1
        self._tables[table]["deleted"] += deleted

    def set_aside(self, table: str) -> None:
        self._tables[table]["set_aside"] += 1

    def problem(self, file: str, line: int | None, finding: Finding) -> None:
        counts = self._codes[file]
        counts[finding.code] += 1
        if counts[finding.code] <= SHOWN:
            self._problems.append(Problem(file=file, line=line, finding=finding))

    def values_without_place(self, file: str, column: str, ours: str, count: int) -> None:
        """`ours` is the standard's name of a column that the dialect calls otherwise."""
        if ours not in COMMON:
            self._values[(file, column, reason_without_place(file, ours))] += count

    def rows_without_place(self, file: str, why: str, count: int = 1) -> None:
        self._rows[(file, why)] += count

    def report(self, tables: Iterable[str], not_opened: tuple[str, ...] = ()) -> Report:
        return Report(
            files=tuple(self._files.values()),
            tables=tuple(
                TableReport(name, one["rows"], one["deleted"], one["set_aside"])
                for name, one in ((name, self._tables[name]) for name in tables)
            ),
            problems=tuple(self._problems),
            problem_counts={file: dict(codes) for file, codes in self._codes.items()},
            no_place=(
                *(NoPlace(file, column, n, why) for (file, column, why), n in self._values.items()),
                *(NoPlace(file, None, n, why) for (file, why), n in self._rows.items()),
            ),
            not_opened=not_opened,
        )
