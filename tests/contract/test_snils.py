"""SNILS and its check number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myedu.contract.snils import lacks_leading_zero, make_snils, normalise_snils

# the number that the pension fund prints in its own examples
KNOWN = "11223344595"


@pytest.mark.parametrize("text", ["112-233-445 95", "112 233 445 95", "11223344595", " 11223344595\n"])
def test_ways_of_writing(text: str) -> None:
    assert normalise_snils(text) == KNOWN


@pytest.mark.parametrize(
    "text",
    ["112-233-445 96", "1122334459", "112233445955", "", "abc", "１１２２３３４４５９５", "112.233.445.95"],
)
def test_what_is_no_snils(text: str) -> None:
    assert normalise_snils(text) is None


@given(st.integers(1_001_999, 999_999_999), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_found(number: int, place: int, by: int) -> None:
    good = make_snils(number)
    assert normalise_snils(good) == good
    wrong = good[:place] + str((int(good[place]) + by) % 10) + good[place + 1 :]
    if int(wrong[:9]) > 1_001_998:
        # sums of 100 and 101 share the check number 00: a digit that moves between them isn't seen
        assert normalise_snils(wrong) is None or good[9:] == wrong[9:] == "00"


def test_old_numbers_have_no_check_number() -> None:
    assert normalise_snils("001-001-998 00") == "00100199800"
    assert normalise_snils("001-001-999 00") is None


def test_a_number_that_a_spreadsheet_has_shortened() -> None:
    assert lacks_leading_zero(make_snils(20_000_001).removeprefix("0"))
    assert lacks_leading_zero(" 2000000 117 ")
    assert not any(
        map(lacks_leading_zero, ("02000000117", "2000000118", "1122334459", "", "117", "٢٠٠٠٠٠٠١١٧"))
    )
