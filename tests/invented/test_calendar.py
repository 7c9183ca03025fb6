"""The usual school years."""

from datetime import date

import pytest

from myedu.invented.calendar import school_year_of


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026, 2027])
def test_school_years(year: int):
    made = school_year_of(date(year, 11, 1))
    days = made.school_days()

    assert made.whole.first.month == 9
    assert made.whole.first.day <= 4
    assert 155 <= len(days) <= 172
    assert date(year, 11, 4) not in days
    assert len(made.school_days(1)) < len(days)
    assert school_year_of(date(year + 1, 7, 15)) == made
