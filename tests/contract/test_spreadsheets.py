"""Ids that a spreadsheet has stored as numbers."""

import pytest

from myedu.contract.spreadsheets import is_rounded_number


@pytest.mark.parametrize("text", ["9.00720E+15", "9,00720E+15", "1E+16", "9.0072e15"])
def test_a_rounded_number(text: str) -> None:
    assert is_rounded_number(text)


@pytest.mark.parametrize("text", ["9007199254740001", "E15", "1E", "p1E+15", "12E+15", "", "9.5", "3e-4"])
def test_an_id(text: str) -> None:
    assert not is_rounded_number(text)
