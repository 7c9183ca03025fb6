"""Windows of days from any input."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myedu.contract.problems import ContractError
from myedu.contract.windows import MAX_WINDOW_DAYS, Window, parse_window, split_window, week_of

TODAY = date(2026, 11, 24)
days = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def code_of(first: str | None, last: str | None) -> str:
    with pytest.raises(ContractError) as caught:
        parse_window(first, last, TODAY)
    return caught.value.problem.code


@given(days)
def test_neither_end_means_three_weeks_around_today(today: date) -> None:
    window = parse_window(None, None, today)
    assert window.days == 21
    assert window.first.weekday() == 0
    assert window.first + timedelta(days=7) <= today <= window.last - timedelta(days=7)


@given(days, st.integers(1, MAX_WINDOW_DAYS))
def test_a_whole_window_is_taken_as_it_is(first: date, length: int) -> None:
    last = min(first + timedelta(days=length - 1), date(2100, 12, 31))
    assert parse_window(first.isoformat(), last.isoformat(), TODAY) == Window(first=first, last=last)


@given(days, st.integers(MAX_WINDOW_DAYS + 1, 400))
def test_a_window_that_is_too_long_is_refused(first: date, length: int) -> None:
    last = first + timedelta(days=length - 1)
    if last.year <= 2100:
        assert code_of(first.isoformat(), last.isoformat()) == "window-too-long"


@given(days, days)
def test_a_reversed_window_is_refused(one: date, other: date) -> None:
    if one != other:
        assert code_of(max(one, other).isoformat(), min(one, other).isoformat()) == "window-reversed"


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_a_clear_error(text: str) -> None:
    assert outcome_of(text) in (text, "bad-day of from")


def outcome_of(text: str) -> str:
    try:
        return parse_window(text, text, TODAY).first.isoformat()
    except ContractError as error:
        return f"{error.problem.code} of {error.problem.field}"


@pytest.mark.parametrize(
    "text", ["20260901", "2026-W36-2", "2026-9-1", "2026-02-30", "9999-01-01", "1999-12-31", "２０２６-09-01"]
)
def test_what_is_no_day(text: str) -> None:
    assert code_of(text, "2026-09-07") == "bad-day"


def test_half_a_window() -> None:
    assert code_of("2026-09-01", None) == "half-window"
    assert code_of(None, "2026-09-01") == "half-window"


@given(days, st.integers(1, 1000), st.integers(1, MAX_WINDOW_DAYS))
def test_parts_are_the_whole(first: date, length: int, longest: int) -> None:
    window = Window(first=first, last=first + timedelta(days=length - 1))
    parts = split_window(window, longest)
    assert (parts[0].first, parts[-1].last) == (window.first, window.last)
    assert sum(part.days for part in parts) == window.days
    assert all(part.days <= longest for part in parts)
    for one, following in pairwise(parts):
        assert following.first == one.last + timedelta(days=1)


@given(days)
def test_a_day_is_in_its_week(day: date) -> None:
    week = week_of(day)
    assert day in week
    assert (week.days, week.first.weekday()) == (7, 0)
    assert week.first - timedelta(days=1) not in week
