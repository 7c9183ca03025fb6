"""The average of a subject and the mark it leads to. Pure, exact (Decimal), for the five-point scale only.

The average is Σ(value · weight) / Σ(weight), rounded half up to hundredths. Everything else follows from the
rounded number, so that 4,60 on a page is always «выходит 5».
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache

import msgspec

from myedu.contract.scales import MAX_WEIGHT, five_point_numbers
from myedu.contract.school import Mark
from myedu.contract.windows import monday_of

BEST = 5
WORST = 1
ROUNDS_UP_FROM = Decimal("0.6")
"""4,60 becomes a five, 4,59 a four: the custom of Russian schools, stricter than arithmetic."""
_HUNDREDTH = Decimal("0.01")


class Counted(msgspec.Struct, frozen=True):
    """One number in the average; a mark such as «4/5» gives two."""

    mark_id: str
    day: date
    value: int
    weight: Decimal


class Point(msgspec.Struct, frozen=True):
    """The average of all marks up to the end of the week that begins on `monday`."""

    monday: date
    average: Decimal


class Missing(msgspec.Struct, frozen=True):
    """`count` more marks of this value and weight raise the outcome to `target`."""

    target: int
    value: int
    weight: Decimal
    count: int


def counted(marks: Iterable[Mark]) -> list[Counted]:
    """The numbers that count, oldest first. Words («зч», «н/а»), other scales and wrong weights don't."""
    numbers = []
    for mark in sorted(marks, key=_when):
        if mark.counts and mark.scale == "5" and 0 < mark.weight <= MAX_WEIGHT:
            weight = _weight(mark.weight)
            numbers += [Counted(mark.id, mark.day, value, weight) for value in _numbers(mark.value)]
    return numbers


# A journal's marks have few different values and weights.
_numbers = lru_cache(maxsize=1000)(five_point_numbers)


@lru_cache(maxsize=1000)
def _weight(weight: float) -> Decimal:
    return Decimal(str(weight))


def average(numbers: Sequence[Counted]) -> Decimal | None:
    """The weighted average in hundredths; None if no number counts."""
    return _average(numbers) if numbers else None


def outcome(shown: Decimal) -> int:
    """The mark that an average leads to, 1 to 5."""
    whole = int(shown.to_integral_value(ROUND_FLOOR))
    return whole + (shown - whole >= ROUNDS_UP_FROM)


def averages_after(numbers: Sequence[Counted]) -> dict[str, Decimal]:
    """Mark id → the average after that mark; only of marks that count."""
    return {number.mark_id: average for number, average in _running(numbers)}


def average_on(numbers: Sequence[Counted], day: date) -> Decimal | None:
    """The average at the end of a day; None if no number counted by then."""
    return average([number for number in numbers if number.day <= day])


def by_weeks(numbers: Sequence[Counted]) -> list[Point]:
    """The average at the end of each week that has a number, in order. `numbers`: oldest first."""
    at_end = {monday_of(number.day): average for number, average in _running(numbers)}
    return [Point(monday, average) for monday, average in at_end.items()]


def with_one_more(numbers: Sequence[Counted], value: int, weight: Decimal) -> Decimal:
    """The average with one more mark («А если получу…»)."""
    return _average([*numbers, Counted("", date.max, value, weight)])


def usual_weight(numbers: Sequence[Counted]) -> Decimal:
    """The weight that these numbers have most often, the greatest of equally frequent ones; 1 for none."""
    frequency = Counter(number.weight for number in numbers)
    return max(frequency, key=lambda weight: (frequency[weight], weight), default=Decimal(1))


def missing_to_next(numbers: Sequence[Counted], weight: Decimal) -> list[Missing]:
    """How many marks of one value raise the outcome by one: an entry for each value that can, best first.

    Empty if there is no average, or the outcome is the best.
    """
    shown = average(numbers)
    if shown is None or outcome(shown) >= BEST:
        return []
    target = outcome(shown) + 1
    # The least average that is rounded to the threshold.
    needed = target - 1 + ROUNDS_UP_FROM - _HUNDREDTH / 2
    total, weights = _sums(numbers)
    found = []
    for value in range(BEST, WORST, -1):
        if value > needed:
            count = (needed * weights - total) / (weight * (value - needed))
            found.append(Missing(target, value, weight, int(count.to_integral_value(ROUND_CEILING))))
    return found


def _running(numbers: Sequence[Counted]) -> Iterator[tuple[Counted, Decimal]]:
    """Each number with the average of it and those before it."""
    total = weights = Decimal(0)
    for number in numbers:
        total += number.value * number.weight
        weights += number.weight
        yield number, _rounded(total, weights)


def _average(numbers: Sequence[Counted]) -> Decimal:
    """The average of one number or more."""
    return _rounded(*_sums(numbers))


def _rounded(total: Decimal, weights: Decimal) -> Decimal:
    return (total / weights).quantize(_HUNDREDTH, ROUND_HALF_UP)


def _sums(numbers: Sequence[Counted]) -> tuple[Decimal, Decimal]:
    return (
        sum((number.value * number.weight for number in numbers), Decimal(0)),
        sum((number.weight for number in numbers), Decimal(0)),
    )


def _when(mark: Mark) -> tuple[date, float, int]:
    # Marks of one day in the order in which they were set; without a time, by their position.
    return mark.day, mark.set_at.timestamp() if mark.set_at else 0.0, mark.position
