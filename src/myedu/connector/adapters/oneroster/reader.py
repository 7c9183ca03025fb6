"""Values of one foreign row as the contract's types, and all that is wrong with them."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TypeVar

import msgspec

from myedu.connector.adapters.oneroster import models
from myedu.connector.adapters.oneroster.report import Finding, Severity
from myedu.contract.tables import Row

_ID = re.compile(r"(?!\.{1,2}\Z)[!-~]{1,64}\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_DAYS = (date(1900, 1, 1), date(2200, 12, 31))
_YEAR = re.compile(r"\d{4}\Z", re.ASCII)
_YEARS = (2000, 2100)  # contract.tables.AcademicYear
_LONGEST = 500  # contract.wire.Name
_LONGEST_CODE = 64  # contract.wire.code
_ONE_DAY = timedelta(days=1)

T = TypeVar("T")


class Settings(msgspec.Struct, frozen=True):
    """What the format does not say. `zones`: organisations whose clock is another than `time_zone`.
    `at`: when rows changed whose sender doesn't say."""

    time_zone: str
    at: datetime
    zones: Mapping[str, str] = {}


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """`row` is None where the row is set aside (an error is among the findings) or has no place (`why`).

    `row_id` is the id that the row has or would have, None where that can't be said.
    """

    row: Row | None = None
    row_id: str | None = None
    findings: tuple[Finding, ...] = ()
    why: str | None = None


class Reader:
    """Reads the values of one row and collects what is wrong with them."""

    def __init__(self, joined: models.Joined, settings: Settings) -> None:
        self.findings: list[Finding] = []
        self.at = settings.at
        if joined.double:
            self.find("sourcedId", "duplicate-id")
        if joined.modified:
            self.at = self._instant(joined.modified) or settings.at

    def find(self, column: str, code: str, severity: Severity = "error", detail: str | None = None) -> None:
        self.findings.append(Finding(column, code, severity, detail[:64] if detail else None))

    def outcome(self, make: type[Row], row_id: str, **values: object) -> Outcome:
        """The row, unless an error was found."""
        findings = tuple(self.findings)
        if any(finding.severity == "error" for finding in findings):
            return Outcome(row_id=row_id or None, findings=findings)
        row = make(id=row_id, updated_at=self.at, **values)  # type: ignore[arg-type]
        return Outcome(row=row, row_id=row_id, findings=findings)

    def id(self, column: str, text: str | None) -> str:
        if not text:
            self.find(column, "required")
        elif not _ID.match(text):
            self.find(column, "bad-id", detail=ascii(text))
        else:
            return text
        return ""

    def reference(self, column: str, text: str | None, found: int) -> str:
        """An id that has to name a row."""
        row_id = self.id(column, text)
        if row_id and not found:
            self.find(column, "unknown-reference", detail=row_id)
        return row_id

    def name(self, column: str, text: str | None) -> str:
        return self._text(column, text, "error") or self._missing(column, "")

    def code(self, column: str, text: str | None) -> str:
        return self._text(column, text, "error", _LONGEST_CODE) or self._missing(column, "")

    def text(self, column: str, text: str | None) -> str | None:
        return self._text(column, text, "field")

    def first_day(self, column: str, text: str | None) -> date:
        return self._day(column, text, "error") or self._missing(column, date.min, text)

    def last_day(self, column: str, text: str | None, starts: date) -> date | None:
        """Their end is the first day after, ours the last one. A wrong one costs the row: it takes a right
        away, and without it the row would look open."""
        after = self._day(column, text, "error")
        if after is None:
            return None
        if after - _ONE_DAY < starts:
            self.find(column, "ends-before-start")
        return after - _ONE_DAY

    def optional_day(self, column: str, text: str | None) -> date | None:
        return self._day(column, text, "field")

    def academic_year(self, text: str | None) -> int:
        """Theirs is the year of the end, ours of the beginning."""
        year = int(text) - 1 if text and _YEAR.match(text) else 0
        if text and not _YEARS[0] <= year <= _YEARS[1]:
            self.find("schoolYear", "bad-year")
        return year or self._missing("schoolYear", 0, text)

    def word(self, column: str, text: str | None, known: tuple[str, ...]) -> str:
        """A code of a dictionary; an unknown one is told, and passes through."""
        if text and text not in known:
            self.find(column, "unknown-code", "warning", ascii(text))
        return text or ""

    def _missing(self, column: str, nothing: T, text: str | None = None) -> T:
        if not text and not any(finding.column == column for finding in self.findings):
            self.find(column, "required")
        return nothing

    def _text(self, column: str, text: str | None, severity: Severity, longest: int = _LONGEST) -> str | None:
        line = " ".join((text or "").split())
        if len(line) > longest:
            self.find(column, "too-long", severity)
            return None
        if not line.isprintable():
            self.find(column, "bad-text", severity)
            return None
        return line or None

    def _day(self, column: str, text: str | None, severity: Severity) -> date | None:
        if not text:
            return None
        try:
            day = date.fromisoformat(text) if _DAY.match(text) else None
        except ValueError:
            day = None
        if day is None or not _DAYS[0] <= day <= _DAYS[1]:
            self.find(column, "bad-date", severity)
            return None
        return day

    def _instant(self, text: str) -> datetime | None:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            at = None
        if at is None or at.tzinfo is None or not _DAYS[0] <= at.date() <= _DAYS[1]:
            self.find("dateLastModified", "bad-instant", "field")
            return None
        return at
