"""Strict parsing of addresses and forms: a ClientException becomes an error page."""

from datetime import date
from decimal import Decimal, InvalidOperation

from litestar.exceptions import ClientException

from myedu.contract.problems import ContractError
from myedu.contract.scales import MAX_WEIGHT
from myedu.contract.windows import parse_day
from myedu.portal.diary.averages import BEST, WORST
from myedu.portal.diary.presenter_marks import WhatIf

_PAGE_DIGITS = 4
_CURSOR_DIGITS = 18  # a bigint holds any such number


def day_of(text: str) -> date:
    """The day in an address, YYYY-MM-DD of the years 2000 to 2100. Raises ClientException."""
    try:
        return parse_day(text, "day")
    except ContractError as error:
        raise ClientException(error.problem.detail or error.problem.title) from None


def cursor_of(text: str | None) -> int:
    """The cursor of a list of events; 0, its beginning, without one. Raises ClientException."""
    if text is None:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= _CURSOR_DIGITS):
        raise ClientException("after must be the seq of an event")
    return int(text)


def page_of(text: str | None) -> int:
    """The page of a long list, from 1; 1 without one. Raises ClientException."""
    if text is None:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) <= _PAGE_DIGITS and int(text) > 0):
        raise ClientException("page must be a number from 1")
    return int(text)


def supposed_mark(value: str | None, weight: str | None) -> WhatIf | None:
    """The mark of «А если получу…»; None if the form wasn't sent. Raises ClientException."""
    if value is None or weight is None:
        return None
    try:
        supposed = WhatIf(int(value), Decimal(weight))
    except (ValueError, InvalidOperation):
        raise ClientException("value and weight must be numbers") from None
    # A comparison with NaN raises; is_finite comes first.
    if not (
        WORST <= supposed.value <= BEST and supposed.weight.is_finite() and 0 < supposed.weight <= MAX_WEIGHT
    ):
        raise ClientException("value must be 1 to 5, weight above 0 and at most 100")
    return supposed
