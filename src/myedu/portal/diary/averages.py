"""The average of a subject and the mark it leads to. Pure, exact (Decimal), for the five-point scale only.

The average is Σ(value · weight) / Σ(weight), rounded half up to hundredths. Everything else follows from the
rounded number, so that 4,60 on a page is always «выходит 5».
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import msgspec

from myedu.contract.school import Mark
from myedu.contract.windows import monday_of

BEST = 5
WORST = 1
ROUNDS_UP_FROM = Decimal("0.6")
"""4,60 becomes a five, 4,59 a four: the custom of Russian schools, stricter than arithmetic."""
_HUNDREDTH = Decimal("0.01")
# A mark on the scale, or two marks for one work: «4/5».
_COUNTED = re.compile(r"[1-5](?:/[1-5])?")


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
    """The numbers that count, oldest first. Words («зч», «н/а»), other scales and weight 0 don't count."""
    numbers = []
    for mark in sorted(marks, key=_when):
        if mark.counts and mark.scale == "5" and mark.weight > 0 and _COUNTED.fullmatch(mark.value):
            weight = Decimal(str(mark.weight))
            numbers += [Counted(mark.id, mark.day, int(value), weight) for value in mark.value.split("/")]
    return numbers


def average(numbers: Sequence[Counted]) -> Decimal | None:
    """The weighted average in hundredths; None if no number counts."""
    return _average(numbers) if numbers else None


def outcome(shown: Decimal) -> int:
    """The mark that an average leads to, 1 to 5."""
    whole = int(shown.to_integral_value(ROUND_FLOOR))
    return whole + (shown - whole >= ROUNDS_UP_FROM)


def averages_after(numbers: Sequence[Counted]) -> dict[str, Decimal]:
    """Mark id → the average after that mark; only of marks that count."""
    return {number.mark_id: _average(numbers[: place + 1]) for place, number in enumerate(numbers)}


def average_on(numbers: Sequence[Counted], day: date) -> Decimal | None:
    """The average at the end of a day; None if no number counted by then."""
    return average([number for number in numbers if number.day <= day])


def by_weeks(numbers: Sequence[Counted]) -> list[Point]:
    """The average at the end of each week that has a number, in order."""
    mondays = sorted({monday_of(number.day) for number in numbers})
    return [
        Point(monday, _average([number for number in numbers if number.day <= monday + timedelta(days=6)]))
        for monday in mondays
    ]


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


def _average(numbers: Sequence[Counted]) -> Decimal:
    """The average of one number or more."""
    total, weights = _sums(numbers)
    return (total / weights).quantize(_HUNDREDTH, ROUND_HALF_UP)


def _sums(numbers: Sequence[Counted]) -> tuple[Decimal, Decimal]:
    return (
        sum((number.value * number.weight for number in numbers), Decimal(0)),
        sum((number.weight for number in numbers), Decimal(0)),
    )


def _when(mark: Mark) -> tuple[date, float, int]:
    # Marks of one day in the order in which they were set; without a time, by their position.
    return mark.day, mark.set_at.timestamp() if mark.set_at else 0.0, mark.position
