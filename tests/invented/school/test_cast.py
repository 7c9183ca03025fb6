"""Grades of given people."""

from datetime import date

import pytest

from myedu.invented.school.cast import grade_by_age


@pytest.mark.parametrize(
    ("born", "grade"),
    [
        (date(2019, 5, 1), 1),
        (date(2020, 1, 15), 1),
        (date(2013, 1, 15), 8),
        (date(2009, 3, 1), 11),
        (date(1990, 1, 1), 11),
    ],
)
def test_grades_by_age(born: date, grade: int):
    assert grade_by_age(born, 2026) == grade
