"""The arithmetic of a subject: which marks count, the outcome, the marks to the next outcome."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myedu.contract.scales import is_on_scale
from myedu.contract.school import Mark, Ref
from myedu.portal.diary.averages import (
    average,
    average_on,
    averages_after,
    by_weeks,
    counted,
    missing_to_next,
    outcome,
    usual_weight,
    with_one_more,
)

ALGEBRA = Ref(id="alg", name="Алгебра")
MONDAY = date(2026, 9, 7)


def mark(value: str, weight: float = 1, *, day: int = 0, name: str = "", **more) -> Mark:
    name = name or f"{value}-{weight}-{day}"
    return Mark(
        id=name, subject=ALGEBRA, day=MONDAY + timedelta(days=day), value=value, weight=weight, **more
    )


def test_weights_change_the_average():
    assert average(counted([mark("5", 2), mark("4", 1), mark("3", 1)])) == Decimal("4.25")


def test_without_counting_marks_there_is_no_average():
    silent = [
        mark("зч"),
        mark("н/а"),
        mark("4++"),
        mark("6"),
        mark("85", scale="100"),
        mark("5", counts=False),
        mark("5", 0),
        mark("5", 1e28),
        mark("5", 100.5),
    ]
    assert counted(silent) == []
    assert average([]) is None
    assert missing_to_next([], Decimal(1)) == []


def test_both_parts_of_a_two_part_mark_count():
    in_one = counted([mark("4/5", 2)])
    as_two = counted([mark("5", 2, name="b", position=2), mark("4", 2, name="a", position=1)])
    assert [number.value for number in in_one] == [number.value for number in as_two] == [4, 5]
    assert average(in_one) == average(as_two) == Decimal("4.5")


@pytest.mark.parametrize(
    ("values", "expected"), [(["5-", "2"], "3.5"), (["4+", "4-", "3"], "3.67"), (["4+/5-"], "4.5")]
)
def test_plus_and_minus_count_as_their_number(values: list[str], expected: str):
    assert average(counted(mark(value) for value in values)) == Decimal(expected)


@pytest.mark.parametrize("value", ["5", "4+", "3-", "4/5", "6", "0", "4++", "зч", "н/а", "45", "", "4/"])
def test_what_the_judge_accepts_on_the_scale_counts(value: str):
    assert is_on_scale(value, "5") == bool(counted([mark(value)]))


def test_many_marks_take_no_longer_each():
    """Not timed: with the averages of all marks before each one, this would take minutes."""
    numbers = counted(mark("45"[place % 2], name=str(place), day=place % 300) for place in range(30_000))
    assert averages_after(numbers)[numbers[-1].mark_id] == Decimal("4.5")
    assert by_weeks(numbers)[-1].average == Decimal("4.5")


@pytest.mark.parametrize(
    ("shown", "comes_out"),
    [("4.60", 5), ("4.59", 4), ("4.00", 4), ("3.6", 4), ("2.59", 2), ("5", 5), ("1", 1)],
)
def test_outcome_rounds_up_from_six_tenths(shown: str, comes_out: int):
    assert outcome(Decimal(shown)) == comes_out


def test_the_outcome_follows_from_the_shown_average():
    # 193 / 42 = 4,5952…: the page shows 4,60, so the outcome can't be a four.
    numbers = counted(mark("5" if place < 25 else "4", name=str(place)) for place in range(42))
    assert average(numbers) == Decimal("4.60")
    assert outcome(average(numbers)) == 5


def test_the_average_after_each_mark_and_each_week():
    numbers = counted([mark("3", day=0, name="a"), mark("5", day=1, name="b"), mark("5", day=14, name="c")])
    assert averages_after(numbers) == {"a": Decimal("3"), "b": Decimal("4"), "c": Decimal("4.33")}
    assert [(point.monday, point.average) for point in by_weeks(numbers)] == [
        (MONDAY, Decimal("4")),
        (MONDAY + timedelta(days=14), Decimal("4.33")),
    ]
    assert average_on(numbers, MONDAY) == Decimal("3")
    assert average_on(numbers, MONDAY - timedelta(days=1)) is None


def test_marks_missing_to_the_next_outcome():
    numbers = counted([mark("4", name="a"), mark("4", name="b"), mark("5", name="c")])
    [fives] = missing_to_next(numbers, Decimal(2))
    assert (fives.target, fives.value, fives.count) == (5, 5, 1)
    to_four = missing_to_next(counted([mark("3")]), Decimal(1))
    assert [(missing.value, missing.count) for missing in to_four] == [(5, 1), (4, 2)]
    assert missing_to_next(counted([mark("5")]), Decimal(1)) == []


def test_the_usual_weight_is_the_most_frequent_then_the_heavier():
    assert usual_weight(counted([mark("5", 1), mark("4", 1), mark("3", 3)])) == 1
    assert usual_weight(counted([mark("5", 1), mark("3", 3)])) == 3
    assert usual_weight([]) == 1


weights = st.sampled_from([0.5, 1, 1.5, 2, 3, 10])
marks = st.lists(
    st.builds(mark, st.sampled_from("12345"), weights, day=st.integers(0, 60), name=st.uuids().map(str)),
    min_size=1,
    max_size=40,
)


@given(marks)
def test_an_average_lies_between_its_marks(some: list[Mark]):
    values = [int(mark.value) for mark in some]
    assert min(values) <= average(counted(some)) <= max(values)


@given(marks)
def test_the_order_in_which_marks_come_changes_nothing(some: list[Mark]):
    assert average(counted(some)) == average(counted(reversed(some)))


@given(marks)
def test_the_last_row_and_the_last_week_are_the_average(some: list[Mark]):
    numbers = counted(some)
    assert averages_after(numbers)[numbers[-1].mark_id] == average(numbers)
    assert by_weeks(numbers)[-1].average == average(numbers)


@given(marks, weights.map(lambda weight: Decimal(str(weight))))
def test_the_missing_marks_are_enough_and_not_too_many(some: list[Mark], weight: Decimal):
    numbers = counted(some)
    for missing in missing_to_next(numbers, weight):
        assert missing.count >= 1
        so_many = [mark(str(missing.value), float(weight), name=str(n)) for n in range(missing.count)]
        assert outcome(average(counted(some + so_many))) >= missing.target
        assert outcome(average(counted(some + so_many[1:]))) < missing.target


@given(marks, st.integers(1, 5), weights.map(lambda weight: Decimal(str(weight))))
def test_one_more_mark_pulls_towards_itself(some: list[Mark], value: int, weight: Decimal):
    before = average(counted(some))
    after = with_one_more(counted(some), value, weight)
    assert min(before, value) <= after <= max(before, value)
