"""Wrong rows of every kind, counted, added to the right ones. No right row refers to a wrong one.

So an import reports exactly the mistakes that were made, and ends with the region without mistakes.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import cycle

import msgspec

from myedu.connector.sdk.export import csv_lines
from myedu.contract.snils import make_snils
from myedu.contract.tables import TABLES
from myedu.invented.exports.cells import Cells, Rows, cell, make_row, with_cells
from myedu.invented.exports.ids import MISTAKES_SCHOOL, SchoolIds
from myedu.invented.exports.plan import RegionPlan
from myedu.invented.exports.school import School


class Mistake(StrEnum):
    """A kind of mistake, as named in errors.json."""

    WRONG_SNILS = "wrong-snils"
    MISSING_FIELD = "missing-field"
    YEAR_0 = "year-0"
    YEAR_9999 = "year-9999"
    NO_SUCH_DAY = "no-such-day"
    BAD_INSTANT = "bad-instant"
    UNKNOWN_CODE = "unknown-code"
    UNKNOWN_ZONE = "unknown-zone"
    UNKNOWN_REFERENCE = "unknown-reference"
    TEXT_FOR_NUMBER = "text-for-number"
    CONTROL_CHARACTER = "control-character"
    ENDS_BEFORE_START = "ends-before-start"
    BAD_ID = "bad-id"
    DUPLICATE_ID = "duplicate-id"
    REPEATED_ROW = "repeated-row"
    BROKEN_LINE = "broken-line"
    UNCLOSED_QUOTE = "unclosed-quote"
    WRONG_ENCODING = "wrong-encoding"
    TWO_SCHOOLS = "two-schools"
    CHILD_OLDER = "child-older"
    GUARDIAN_CYCLE = "guardian-cycle"


class MistakeReport(msgspec.Struct, frozen=True, kw_only=True):
    """errors.json beside a package.

    `share`: of wrong rows, as asked; `counts`: table → kind → mistakes made.
    """

    share: float
    counts: dict[str, dict[Mistake, int]]


Line = tuple[str, bytes]
"""(table, one encoded line)"""

MISSING_ID = "nobody"
"""The id in references to a row that doesn't exist."""

_SURNAME = "Ошибкин"

# Values that make a copy of a right row wrong.
_WRONG_VALUES: dict[tuple[str, Mistake], dict[str, str]] = {
    ("organizations", Mistake.UNKNOWN_ZONE): {"time_zone": "МСК"},
    ("organizations", Mistake.UNKNOWN_CODE): {"kind": "кружок"},
    ("periods", Mistake.TEXT_FOR_NUMBER): {"number": "первая"},
    ("periods", Mistake.ENDS_BEFORE_START): {"starts_on": "2026-10-01", "ends_on": "2026-09-01"},
    ("groups", Mistake.TEXT_FOR_NUMBER): {"grade": "девятый"},
    ("groups", Mistake.UNKNOWN_REFERENCE): {"organization_id": MISSING_ID},
    ("subjects", Mistake.MISSING_FIELD): {"name": ""},
    ("subjects", Mistake.UNKNOWN_REFERENCE): {"organization_id": MISSING_ID},
    ("persons", Mistake.MISSING_FIELD): {"last_name": ""},
    ("persons", Mistake.YEAR_0): {"birth_date": "0000-05-12"},
    ("persons", Mistake.YEAR_9999): {"birth_date": "9999-12-31"},
    ("persons", Mistake.NO_SUCH_DAY): {"birth_date": "2015-02-31"},
    ("persons", Mistake.UNKNOWN_CODE): {"sex": "ж"},
    ("persons", Mistake.CONTROL_CHARACTER): {"first_name": "Ива\x07н"},
    ("enrollments", Mistake.MISSING_FIELD): {"starts_on": ""},
    ("enrollments", Mistake.NO_SUCH_DAY): {"starts_on": "2026-02-31"},
    ("enrollments", Mistake.YEAR_9999): {"ends_on": "9999-12-31"},
    ("enrollments", Mistake.ENDS_BEFORE_START): {"starts_on": "2026-09-01", "ends_on": "2026-08-01"},
    ("enrollments", Mistake.UNKNOWN_REFERENCE): {"group_id": MISSING_ID},
    ("guardianships", Mistake.BAD_INSTANT): {"verified_at": "вчера"},
    ("guardianships", Mistake.NO_SUCH_DAY): {"ends_on": "2026-02-31"},
    ("guardianships", Mistake.UNKNOWN_REFERENCE): {"child_id": MISSING_ID},
    ("staff", Mistake.UNKNOWN_CODE): {"role": "дворник"},
    ("staff", Mistake.UNKNOWN_REFERENCE): {"person_id": MISSING_ID},
    ("teaching", Mistake.UNKNOWN_REFERENCE): {"staff_id": MISSING_ID},
}


_BY_TABLE: dict[str, list[Mistake]] = {
    table: [mistake for of_table, mistake in _WRONG_VALUES if of_table == table] for table in TABLES
}
_BY_TABLE["persons"] += [
    Mistake.WRONG_SNILS,
    Mistake.BAD_ID,
    Mistake.DUPLICATE_ID,
    Mistake.REPEATED_ROW,
    Mistake.BROKEN_LINE,
    Mistake.UNCLOSED_QUOTE,
    Mistake.WRONG_ENCODING,
]
_BY_TABLE["enrollments"] += [
    Mistake.TWO_SCHOOLS,
    Mistake.DUPLICATE_ID,
    Mistake.REPEATED_ROW,
    Mistake.BROKEN_LINE,
    Mistake.UNCLOSED_QUOTE,
]
_BY_TABLE["guardianships"] += [Mistake.CHILD_OLDER, Mistake.GUARDIAN_CYCLE, Mistake.DUPLICATE_ID]


class Mistakes:
    """Makes the wrong rows of one package: each table gets its kinds of mistake in turn.

    `share`: wrong rows for each right row of a table. Call `lines_for` for the schools in their order.
    """

    def __init__(self, region: RegionPlan, share: float) -> None:
        self._share = share
        self._ids = SchoolIds(region.size.style, region.code, MISTAKES_SCHOOL)
        self._due = dict.fromkeys(TABLES, 0.0)
        self._kinds = {table: cycle(kinds) for table, kinds in _BY_TABLE.items()}
        self._counts: dict[str, Counter[Mistake]] = {table: Counter() for table in TABLES}
        self._previous_school: School | None = None

    @property
    def report(self) -> MistakeReport:
        """The mistakes made so far."""
        counts = {table: dict(sorted(kinds.items())) for table, kinds in self._counts.items() if kinds}
        return MistakeReport(share=self._share, counts=counts)

    def lines_for(self, school: School, rows: Rows) -> Iterator[Line]:
        """Yields the wrong lines to add to these rows of the school."""
        for table in TABLES:
            self._due[table] += self._share * len(rows[table])
            while self._due[table] >= 1 and school.rows[table]:
                self._due[table] -= 1
                mistake = next(self._kinds[table])
                if mistake is Mistake.TWO_SCHOOLS and self._previous_school is None:
                    mistake = next(self._kinds[table])  # this is the region's first school
                self._counts[table][mistake] += 1
                yield from self._lines(table, mistake, school)
        self._previous_school = school

    def _lines(self, table: str, mistake: Mistake, school: School) -> Iterator[Line]:
        if mistake in _ONE_LINE:
            yield table, _ONE_LINE[mistake](self._valid_row(table, school))
        elif mistake in _SEVERAL_ROWS:
            for row_table, row in _SEVERAL_ROWS[mistake](self, table, school):
                yield row_table, csv_lines([row])
        else:
            row = with_cells(table, self._valid_row(table, school), **_WRONG_VALUES[table, mistake])
            yield table, csv_lines([row])

    def _valid_row(self, table: str, school: School) -> Cells:
        """A valid row with a new id: a new person, or a copy of the school's last row of another table."""
        row_id, last = self._ids.new(table), next(reversed(school.rows[table].values()))
        if table != "persons":
            return with_cells(table, last, id=row_id)
        return make_row(
            "persons", row_id, cell(table, last, "updated_at"),
            last_name=_SURNAME, first_name="Иван", middle_name="Иванович", birth_date="1990-05-12", sex="m",
        )  # fmt: skip

    def _repeated_row(self, table: str, school: School) -> Iterator[tuple[str, Cells]]:
        row = self._valid_row(table, school)
        yield table, row
        yield table, row

    def _contradicting_rows(self, table: str, school: School) -> Iterator[tuple[str, Cells]]:
        row = self._valid_row(table, school)
        yield table, row
        yield table, with_cells(table, row, **_CONTRADICTIONS[table])

    def _in_two_schools(self, table: str, school: School) -> Iterator[tuple[str, Cells]]:
        assert self._previous_school is not None
        person = self._valid_row("persons", school)
        yield "persons", person
        for other in (school, self._previous_school):
            yield (
                table,
                with_cells(
                    table,
                    self._valid_row(table, school),
                    person_id=person[0],
                    organization_id=other.organization_id,
                    group_id=other.classes[0].id,
                    ends_on="",
                    status="active",
                ),
            )

    def _older_child(self, table: str, school: School) -> Iterator[tuple[str, Cells]]:
        child = self._valid_row("persons", school)
        guardian = with_cells("persons", self._valid_row("persons", school), birth_date="2014-03-01")
        yield "persons", child
        yield "persons", guardian
        yield table, self._link(school, guardian, child)

    def _cycle(self, table: str, school: School) -> Iterator[tuple[str, Cells]]:
        first, second = self._valid_row("persons", school), self._valid_row("persons", school)
        yield "persons", first
        yield "persons", second
        yield table, self._link(school, first, second)
        yield table, self._link(school, second, first)

    def _link(self, school: School, guardian: Cells, child: Cells) -> Cells:
        return with_cells(
            "guardianships",
            self._valid_row("guardianships", school),
            guardian_id=guardian[0],
            child_id=child[0],
            ends_on="",
            revoked_at="",
        )


# Valid values that no right row has: a second row with the same id then says something else.
_CONTRADICTIONS = {
    "persons": {"last_name": "Другой"},
    "enrollments": {"status": "other"},
    "guardianships": {"relation": "other"},
}


def _wrong_snils(row: Cells) -> bytes:
    right = make_snils(300_000_000)
    return csv_lines([with_cells("persons", row, snils=f"{right[:9]}{(int(right[9:]) + 1) % 100:02d}")])


def _bad_id(row: Cells) -> bytes:
    return csv_lines([with_cells("persons", row, id=f"№ {row[0]}")])


def _too_short(row: Cells) -> bytes:
    return csv_lines([row[:-2]])


def _unclosed(row: Cells) -> bytes:
    return csv_lines([row]).replace(b",false,", b',false,"', 1)


def _cp1251(row: Cells) -> bytes:
    return csv_lines([row]).decode().encode("cp1251")


_ONE_LINE: dict[Mistake, Callable[[Cells], bytes]] = {
    Mistake.WRONG_SNILS: _wrong_snils,
    Mistake.BAD_ID: _bad_id,
    Mistake.BROKEN_LINE: _too_short,
    Mistake.UNCLOSED_QUOTE: _unclosed,
    Mistake.WRONG_ENCODING: _cp1251,
}
_SEVERAL_ROWS: dict[Mistake, Callable[[Mistakes, str, School], Iterator[tuple[str, Cells]]]] = {
    Mistake.DUPLICATE_ID: Mistakes._contradicting_rows,
    Mistake.REPEATED_ROW: Mistakes._repeated_row,
    Mistake.TWO_SCHOOLS: Mistakes._in_two_schools,
    Mistake.CHILD_OLDER: Mistakes._older_child,
    Mistake.GUARDIAN_CYCLE: Mistakes._cycle,
}
