"""Converts the values of one row to the contract's types and collects the findings."""

import re
from collections.abc import Mapping
from copy import copy
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from myedu.connector.adapters.oneroster import models
from myedu.connector.adapters.oneroster.days import day_of
from myedu.connector.adapters.oneroster.report import Finding, Severity
from myedu.contract.spreadsheets import is_rounded_number
from myedu.contract.tables import Row

_ID = re.compile(r"(?!\.{1,2}\Z)[!-~]{1,64}\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:", re.ASCII)
_DAYS = (date(1900, 1, 1), date(2200, 12, 31))
_YEAR = re.compile(r"\d{4}\Z", re.ASCII)
_YEARS = (2000, 2100)  # contract.tables.AcademicYear
_MAX_TEXT = 500  # characters, contract.wire.Name
_MAX_CODE = 64  # characters, contract.wire.code
_ONE_DAY = timedelta(days=1)
_SUMMER = (7, 8)  # months that belong to the school year that ends or to the one that begins
_LONG = timedelta(days=200)  # longer than any part of a school year

NO_DAY = "its end is its beginning, so it has no day (a no-show): left out"

T = TypeVar("T")


def is_id(text: str) -> bool:
    """Whether the exchange can carry the id."""
    return _ID.match(text) is not None


class Settings(msgspec.Struct, frozen=True):
    """What the set doesn't hold."""

    time_zone: str  # of all organisations that `zones` doesn't name
    updated_at: datetime  # of rows without dateLastModified
    zones: Mapping[str, str] = {}  # id of an organisation → its time zone
    school_year: int | None = None  # of classes without a session: the year in which it begins
    is_dialect: bool = False
    over_rest: bool = False  # the set is what a REST provider has answered

    @property
    def year_starts(self) -> str | None:
        """The first day of `school_year`, as in a file."""
        return f"{self.school_year}-09-01" if self.school_year is not None else None


class Place(msgspec.Struct, frozen=True):
    """Where a value is that isn't in the row's own file."""

    file: str
    line: int | None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A row, or why there is none: an error among the findings, or `reason` if the contract has no place.

    `row_id` is the id that the row has or would have; None if it can't be determined.
    """

    row: Row | None = None
    row_id: str | None = None
    findings: tuple[Finding, ...] = ()
    reason: str | None = None


class _RowState:
    """What all readers of one row share."""

    def __init__(self, *, is_duplicate: bool) -> None:
        self.findings: list[Finding] = []
        self.is_duplicate, self.has_no_day = is_duplicate, False


class FieldReader:
    """Converts the values of one row. A bad value becomes a finding and an empty result.

    `column` is the column's name in the finding.
    """

    def __init__(self, joined: models.Joined, settings: Settings) -> None:
        self.updated_at, self._time_zone = settings.updated_at, settings.time_zone
        self._place: Place | None = None
        self._row = _RowState(is_duplicate=bool(joined.is_duplicate))
        if joined.is_duplicate:
            self.add_finding("sourcedId", "duplicate-id")
        if joined.modified:
            self.updated_at = self._instant(joined.modified) or settings.updated_at

    def at(self, file: str, line: int | None) -> "FieldReader":
        """A reader of values of the same row that are in another file; it adds to the same findings."""
        reader = copy(self)
        reader._place = Place(file, line)
        return reader

    def add_finding(
        self, column: str, code: str, severity: Severity = "error", detail: str | None = None
    ) -> None:
        """Add a finding. `detail` is cut to 64 characters."""
        file, line = (self._place.file, self._place.line) if self._place else (None, None)
        self._row.findings.append(
            Finding(column, code, severity, detail[:64] if detail else None, file, line)
        )

    def outcome(self, make: type[Row], row_id: str, **values: object) -> Outcome:
        """The row of `values`; no row if there is an error among the findings, or if it has no day."""
        if self._row.has_no_day and not self._row.is_duplicate:
            return Outcome(row_id=row_id or None, reason=NO_DAY)
        findings = tuple(self._row.findings)
        if any(finding.severity == "error" for finding in findings):
            return Outcome(row_id=row_id or None, findings=findings)
        row = make(id=row_id, updated_at=self.updated_at, **values)  # type: ignore[arg-type]
        return Outcome(row=row, row_id=row_id, findings=findings)

    def id(self, column: str, text: str | None) -> str:
        """A required id of the exchange."""
        if not text:
            self.add_finding(column, "required")
        elif not is_id(text):
            self.add_finding(column, "bad-id", detail=ascii(text))
        elif is_rounded_number(text):
            self.add_finding(column, "rounded-id", detail=text)
        else:
            return text
        return ""

    def reference(self, column: str, text: str | None, exists: int) -> str:
        """A required id of another row. `exists`: 1 if the set has that row."""
        row_id = self.id(column, text)
        if row_id and not exists:
            self.add_finding(column, "unknown-reference", detail=row_id)
        return row_id

    def name(self, column: str, text: str | None) -> str:
        """A required line of at most 500 characters."""
        return self._text(column, text, "error") or self._missing(column, "")

    def code(self, column: str, text: str | None) -> str:
        """A required line of at most 64 characters."""
        return self._text(column, text, "error", _MAX_CODE) or self._missing(column, "")

    def text(self, column: str, text: str | None) -> str | None:
        """An optional line of at most 500 characters; a bad one is left out."""
        return self._text(column, text, "field")

    def first_day(self, column: str, text: str | None) -> date:
        """A required day."""
        return self._day(column, text, "error") or self._missing(column, date.min, text)

    def last_day(
        self, column: str, text: str | None, starts: date, *, is_own_start: bool = True
    ) -> date | None:
        """The contract's last day of a OneRoster end, which is the first day after; None if there is no end.

        An end on the first day leaves no day, and `outcome` gives no row. So does an earlier end if the row
        has no beginning of its own. Any other bad end is an error: a row taken without it would have no end
        and leave a right in force.
        """
        after = self._day(column, text, "error")
        if after is None:
            return None
        if after == starts or (after < starts and not is_own_start):
            self._row.has_no_day = True
        elif after < starts:
            self.add_finding(column, "ends-before-start")
        return after - _ONE_DAY

    def last_day_of_session(self, text: str | None, starts: date) -> date | None:
        """The last day of an academic session, which has at least one."""
        after = self._day("endDate", text, "error")
        if after is None:
            return None
        if after <= starts:
            self.add_finding("endDate", "ends-before-start")
        return after - _ONE_DAY

    def optional_day(self, column: str, text: str | None) -> date | None:
        """An optional day; a bad one is left out."""
        return self._day(column, text, "field")

    def academic_year(self, text: str | None) -> int:
        """The year in which the school year begins; OneRoster names it by the year in which it ends."""
        year = int(text) - 1 if text and _YEAR.match(text) else 0
        if text and not _YEARS[0] <= year <= _YEARS[1]:
            self.add_finding("schoolYear", "bad-year")
        return year or self._missing("schoolYear", 0, text)

    def check_year(self, academic_year: int, starts: date, ends: date) -> None:
        """Warn if a session's dates are of another school year than the one that it names."""
        if ends - starts > _LONG:
            years = {ends.year - 1}
        elif starts.month in _SUMMER:
            years = {starts.year - 1, starts.year}
        else:
            years = {starts.year if starts.month > _SUMMER[-1] else starts.year - 1}
        if academic_year not in years:
            self.add_finding("schoolYear", "year-differs", "warning", f"from {starts} to {ends}")

    def known_code(self, column: str, text: str | None, known: tuple[str, ...]) -> str:
        """An optional code of a dictionary; an unknown one gets a warning and passes through."""
        if text and text not in known:
            self.add_finding(column, "unknown-code", "warning", ascii(text))
        return text or ""

    def _missing(self, column: str, default: T, text: str | None = None) -> T:
        file = self._place.file if self._place else None
        if not text and not any((found.column, found.file) == (column, file) for found in self._row.findings):
            self.add_finding(column, "required")
        return default

    def _text(self, column: str, text: str | None, severity: Severity, limit: int = _MAX_TEXT) -> str | None:
        line = " ".join((text or "").split())
        if len(line) > limit:
            self.add_finding(column, "too-long", severity)
            return None
        if not line.isprintable():
            self.add_finding(column, "bad-text", severity)
            return None
        return line or None

    def _day(self, column: str, text: str | None, severity: Severity) -> date | None:
        if not text:
            return None
        try:
            day = date.fromisoformat(text) if _DAY.match(text) else self._day_of_instant(text)
        except ValueError:
            day = None
        if day is None or not _DAYS[0] <= day <= _DAYS[1]:
            self.add_finding(column, "bad-date", severity)
            return None
        return day

    def _day_of_instant(self, text: str) -> date | None:
        """The day of an instant, such as a database writes in the place of a day. Raises ValueError."""
        return day_of(text, ZoneInfo(self._time_zone)) if _INSTANT.match(text) else None

    def _instant(self, text: str) -> datetime | None:
        try:
            instant = datetime.fromisoformat(f"{text}T00:00:00Z" if _DAY.match(text) else text)
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None or not _DAYS[0] <= instant.date() <= _DAYS[1]:
            self.add_finding("dateLastModified", "bad-instant", "field")
            return None
        return instant
