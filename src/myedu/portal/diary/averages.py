"""The average of a subject and what comes of it. Pure, exact (Decimal), the five-point scale only.

The average is Σ(value · weight) / Σ(weight), rounded half up to hundredths: everything that is said about it
follows from the number that is shown, so 4,60 on the page is always «выходит 5».
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
"""4,60 comes out as five, 4,59 as four: the custom of Russian schools, stricter than arithmetic."""
_HUNDREDTH = Decimal("0.01")
# A mark on the scale, or two of them for one work: «4/5».
_COUNTED = re.compile(r"[1-5](?:/[1-5])?")


class Counted(msgspec.Struct, frozen=True):
    """One number in the average; a two-part mark gives two."""

    mark_id: str
    day: date
    value: int
    weight: Decimal


class Point(msgspec.Struct, frozen=True):
    """The average of everything up to the end of the week that begins on `monday`."""

    monday: date
    average: Decimal


class Missing(msgspec.Struct, frozen=True):
    """`count` more marks of this value and weight bring the outcome `target`."""

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
    """The weighted average in hundredths; None when nothing counts."""
    if not numbers:
        return None
    total, weights = _sums(numbers)
    return (total / weights).quantize(_HUNDREDTH, ROUND_HALF_UP)


def outcome(shown: Decimal) -> int:
    """The mark that comes out of an average."""
    whole = int(shown.to_integral_value(ROUND_FLOOR))
    return whole + (shown - whole >= ROUNDS_UP_FROM)


def averages_after(numbers: Sequence[Counted]) -> dict[str, Decimal]:
    """Mark id → the average once that mark was set."""
    return {number.mark_id: average(numbers[: place + 1]) for place, number in enumerate(numbers)}


def average_on(numbers: Sequence[Counted], day: date) -> Decimal | None:
    """The average as it was at the end of a day."""
    return average([number for number in numbers if number.day <= day])


def by_weeks(numbers: Sequence[Counted]) -> list[Point]:
    """How the average went: a point for each week in which it could change."""
    mondays = sorted({monday_of(number.day) for number in numbers})
    return [Point(monday, average_on(numbers, monday + timedelta(days=6))) for monday in mondays]


def with_one_more(numbers: Sequence[Counted], value: int, weight: Decimal) -> Decimal:
    """The average if this mark came too («А если получу…»)."""
    return average([*numbers, Counted("", date.max, value, weight)])


def usual_weight(numbers: Sequence[Counted]) -> Decimal:
    """The weight that this subject's marks have most often; the heavier of equally frequent ones."""
    frequency = Counter(number.weight for number in numbers)
    return max(frequency, key=lambda weight: (frequency[weight], weight), default=Decimal(1))


def missing_to_next(numbers: Sequence[Counted], weight: Decimal) -> list[Missing]:
    """How many marks of one value bring the next outcome: for each value that can. Empty at the top."""
    shown = average(numbers)
    if shown is None or outcome(shown) >= BEST:
        return []
    target = outcome(shown) + 1
    # The least average that is shown as the threshold or more.
    needed = target - 1 + ROUNDS_UP_FROM - _HUNDREDTH / 2
    total, weights = _sums(numbers)
    found = []
    for value in range(BEST, WORST, -1):
        if value > needed:
            count = (needed * weights - total) / (weight * (value - needed))
            found.append(Missing(target, value, weight, int(count.to_integral_value(ROUND_CEILING))))
    return found


def _sums(numbers: Sequence[Counted]) -> tuple[Decimal, Decimal]:
    return (
        sum((number.value * number.weight for number in numbers), Decimal(0)),
        sum((number.weight for number in numbers), Decimal(0)),
    )


def _when(mark: Mark) -> tuple[date, float, int]:
    # Marks of one day in the order in which they were set; without a time, in the order of their parts.
    return mark.day, mark.set_at.timestamp() if mark.set_at else 0.0, mark.position
