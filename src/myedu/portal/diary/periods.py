"""Which period of marks a page shows. Pure."""

from collections.abc import Sequence
from datetime import date

from myedu.portal.people.models import Period

_AUGUST = 8


def school_year(day: date) -> Period:
    """September to August around a day: used for a school that has no periods."""
    first = day.year if day.month > _AUGUST else day.year - 1
    name = f"{first}/{(first + 1) % 100:02}"
    return Period("", "year", 1, name, date(first, 9, 1), date(first + 1, 8, 31))


def chosen_period(periods: Sequence[Period], period_id: str | None, day: date) -> Period:
    """The period with this id; else that of the day or the last before it; before all of them the first."""
    for period in periods:
        if period.id == period_id:
            return period
    begun = [period for period in periods if period.starts_on <= day]
    return begun[-1] if begun else periods[0]
