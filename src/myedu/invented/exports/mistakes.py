"""Wrong rows of every kind, counted. They stand beside the right ones and leave them alone.

So the region that a conveyor ends with is the one without mistakes, and each problem that it finds is one
that was put in: no row refers to a wrong one.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import cycle

import msgspec

from myedu.connector.sdk.export import csv_lines
from myedu.contract.snils import make_snils
from myedu.contract.tables import TABLES
from myedu.invented.exports.cells import Cells, Rows, altered, cell, make
from myedu.invented.exports.ids import MISTAKES, SchoolIds
from myedu.invented.exports.plan import RegionPlan
from myedu.invented.exports.school import School


class Mistake(StrEnum):
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


class Mistaken(msgspec.Struct, frozen=True, kw_only=True):
    """errors.json beside a package: how many mistakes of a kind were put into a table."""

    share: float
    counts: dict[str, dict[Mistake, int]]


Line = tuple[str, bytes]
"""(table, one encoded line)"""

NOBODY = "nobody"
"""The id that unknown references name."""

_SURNAME = "Ошибкин"

# Values that spoil a copy of a right row.
_SPOILT: dict[tuple[str, Mistake], dict[str, str]] = {
    ("organizations", Mistake.UNKNOWN_ZONE): {"time_zone": "МСК"},
    ("organizations", Mistake.UNKNOWN_CODE): {"kind": "кружок"},
    ("periods", Mistake.TEXT_FOR_NUMBER): {"number": "первая"},
    ("periods", Mistake.ENDS_BEFORE_START): {"starts_on": "2026-10-01", "ends_on": "2026-09-01"},
    ("groups", Mistake.TEXT_FOR_NUMBER): {"grade": "девятый"},
    ("groups", Mistake.UNKNOWN_REFERENCE): {"organization_id": NOBODY},
    ("subjects", Mistake.MISSING_FIELD): {"name": ""},
    ("subjects", Mistake.UNKNOWN_REFERENCE): {"organization_id": NOBODY},
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
    ("enrollments", Mistake.UNKNOWN_REFERENCE): {"group_id": NOBODY},
    ("guardianships", Mistake.BAD_INSTANT): {"verified_at": "вчера"},
    ("guardianships", Mistake.NO_SUCH_DAY): {"ends_on": "2026-02-31"},
    ("guardianships", Mistake.UNKNOWN_REFERENCE): {"child_id": NOBODY},
    ("staff", Mistake.UNKNOWN_CODE): {"role": "дворник"},
    ("staff", Mistake.UNKNOWN_REFERENCE): {"person_id": NOBODY},
    ("teaching", Mistake.UNKNOWN_REFERENCE): {"staff_id": NOBODY},
}


_BY_TABLE: dict[str, list[Mistake]] = {
    table: [mistake for spoilt, mistake in _SPOILT if spoilt == table] for table in TABLES
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
    """Makes the wrong rows of one package; every kind of a table in turn. `share`: of its rows."""

    def __init__(self, region: RegionPlan, share: float) -> None:
        self._share = share
        self._ids = SchoolIds(region.size.style, region.code, MISTAKES)
        self._due = dict.fromkeys(TABLES, 0.0)
        self._turns = {table: cycle(kinds) for table, kinds in _BY_TABLE.items()}
        self._counts: dict[str, Counter[Mistake]] = {table: Counter() for table in TABLES}
        self._elsewhere: School | None = None

    @property
    def made(self) -> Mistaken:
        counts = {table: dict(sorted(kinds.items())) for table, kinds in self._counts.items() if kinds}
        return Mistaken(share=self._share, counts=counts)

    def beside(self, school: School, rows: Rows) -> Iterator[Line]:
        """The wrong lines that go with these rows of the school."""
        for table in TABLES:
            self._due[table] += self._share * len(rows[table])
            while self._due[table] >= 1 and school.rows[table]:
                self._due[table] -= 1
                mistake = next(self._turns[table])
                if mistake is Mistake.TWO_SCHOOLS and self._elsewhere is None:
                    mistake = next(self._turns[table])  # this is the region's first school
                self._counts[table][mistake] += 1
                yield from self._lines(table, mistake, school)
        self._elsewhere = school

    def _lines(self, table: str, mistake: Mistake, school: School) -> Iterator[Line]:
        if mistake in _ALONE:
            yield table, _ALONE[mistake](self._right(table, school))
        elif mistake in _TOGETHER:
            for one_table, row in _TOGETHER[mistake](self, table, school):
                yield one_table, csv_lines([row])
        else:
            spoilt = altered(table, self._right(table, school), **_SPOILT[table, mistake])
            yield table, csv_lines([spoilt])

    def _right(self, table: str, school: School) -> Cells:
        """A row without fault and with an id of its own: somebody new, or as the school's last row."""
        row_id, model = self._ids.new(table), next(reversed(school.rows[table].values()))
        if table != "persons":
            return altered(table, model, id=row_id)
        return make(
            "persons", row_id, cell(table, model, "updated_at"),
            last_name=_SURNAME, first_name="Иван", middle_name="Иванович", birth_date="1990-05-12", sex="m",
        )  # fmt: skip

    def _twice(self, table: str, school: School) -> Iterator[tuple[str, Cells]]:
        row = self._right(table, school)
        yield table, row
        yield table, row

    def _contradicting(self, table: str, school: School) -> Iterator[tuple[str, Cells]]:
        row = self._right(table, school)
        yield table, row
        yield table, altered(table, row, **_OTHERWISE[table])

    def _in_two_schools(self, table: str, school: School) -> Iterator[tuple[str, Cells]]:
        assert self._elsewhere is not None
        person = self._right("persons", school)
        yield "persons", person
        for place in (school, self._elsewhere):
            yield (
                table,
                altered(
                    table,
                    self._right(table, school),
                    person_id=person[0],
                    organization_id=place.organization_id,
                    group_id=place.classes[0].id,
                    ends_on="",
                    status="active",
                ),
            )

    def _older_child(self, table: str, school: School) -> Iterator[tuple[str, Cells]]:
        child = self._right("persons", school)
        guardian = altered("persons", self._right("persons", school), birth_date="2014-03-01")
        yield "persons", child
        yield "persons", guardian
        yield table, self._link(school, guardian, child)

    def _cycle(self, table: str, school: School) -> Iterator[tuple[str, Cells]]:
        one, other = self._right("persons", school), self._right("persons", school)
        yield "persons", one
        yield "persons", other
        yield table, self._link(school, one, other)
        yield table, self._link(school, other, one)

    def _link(self, school: School, guardian: Cells, child: Cells) -> Cells:
        return altered(
            "guardianships",
            self._right("guardianships", school),
            guardian_id=guardian[0],
            child_id=child[0],
            ends_on="",
            revoked_at="",
        )


# Values that no right row has, allowed where they stand.
_OTHERWISE = {
    "persons": {"last_name": "Другой"},
    "enrollments": {"status": "other"},
    "guardianships": {"relation": "other"},
}


def _wrong_snils(row: Cells) -> bytes:
    right = make_snils(300_000_000)
    return csv_lines([altered("persons", row, snils=f"{right[:9]}{(int(right[9:]) + 1) % 100:02d}")])


def _bad_id(row: Cells) -> bytes:
    return csv_lines([altered("persons", row, id=f"№ {row[0]}")])


def _too_short(row: Cells) -> bytes:
    return csv_lines([row[:-2]])


def _unclosed(row: Cells) -> bytes:
    return csv_lines([row]).replace(b",false,", b',false,"', 1)


def _cp1251(row: Cells) -> bytes:
    return csv_lines([row]).decode().encode("cp1251")


_ALONE: dict[Mistake, Callable[[Cells], bytes]] = {
    Mistake.WRONG_SNILS: _wrong_snils,
    Mistake.BAD_ID: _bad_id,
    Mistake.BROKEN_LINE: _too_short,
    Mistake.UNCLOSED_QUOTE: _unclosed,
    Mistake.WRONG_ENCODING: _cp1251,
}
_TOGETHER: dict[Mistake, Callable[[Mistakes, str, School], Iterator[tuple[str, Cells]]]] = {
    Mistake.DUPLICATE_ID: Mistakes._contradicting,
    Mistake.REPEATED_ROW: Mistakes._twice,
    Mistake.TWO_SCHOOLS: Mistakes._in_two_schools,
    Mistake.CHILD_OLDER: Mistakes._older_child,
    Mistake.GUARDIAN_CYCLE: Mistakes._cycle,
}
