"""The school year by the usual Russian rules: quarters, half-years, holidays, days off."""

from datetime import date, timedelta

import msgspec

# (month, day); a holiday that falls on a weekend moves to the next Monday.
_PUBLIC_HOLIDAYS = ((11, 4), (2, 23), (3, 8), (5, 1), (5, 9))
_FRIDAY, _SATURDAY = 4, 5


class Span(msgspec.Struct, frozen=True):
    """Days from `first` to `last`, both inclusive."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


class SchoolYear(msgspec.Struct, frozen=True):
    """`first_year` is the contract's academic_year. Five-day weeks."""

    first_year: int
    quarters: tuple[Span, Span, Span, Span]
    days_off: frozenset[date]

    @property
    def whole(self) -> Span:
        """From the first day of the first quarter to the last day of the fourth."""
        return Span(self.quarters[0].first, self.quarters[3].last)

    @property
    def halves(self) -> tuple[Span, Span]:
        """Two quarters each, with the holidays between them."""
        return (
            Span(self.quarters[0].first, self.quarters[1].last),
            Span(self.quarters[2].first, self.quarters[3].last),
        )

    def school_days(self, grade: int | None = None) -> list[date]:
        """Days with lessons, in order; grade 1 has a week off in the middle of February."""
        return [
            day
            for quarter in self.quarters
            for day in _days(quarter)
            if day.weekday() < _SATURDAY
            and day not in self.days_off
            and not (grade == 1 and day in self._february_week())
        ]

    def _february_week(self) -> Span:
        monday = _monday_from(date(self.first_year + 1, 2, 14))
        return Span(monday, monday + timedelta(days=6))


def school_year_of(day: date) -> SchoolYear:
    """The school year that `day` lies in; the summer belongs to the year before it."""
    year = day.year if day.month >= 9 else day.year - 1
    autumn = _monday_from(date(year, 10, 24))
    spring = _monday_from(date(year + 1, 3, 24))
    quarters = (
        Span(_weekday_from(date(year, 9, 1)), autumn - timedelta(days=3)),
        Span(autumn + timedelta(days=7), _weekday_until(date(year, 12, 30))),
        Span(_monday_from(date(year + 1, 1, 9)), spring - timedelta(days=3)),
        Span(spring + timedelta(days=7), _weekday_until(date(year + 1, 5, 26))),
    )
    off = {date(year if month > 8 else year + 1, month, number) for month, number in _PUBLIC_HOLIDAYS}
    moved = {_weekday_from(holiday) for holiday in off}
    return SchoolYear(year, quarters, frozenset(off | moved))


def _days(span: Span) -> list[date]:
    return [span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)]


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _weekday_from(day: date) -> date:
    return _monday_from(day) if day.weekday() >= _SATURDAY else day


def _weekday_until(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - _FRIDAY))
