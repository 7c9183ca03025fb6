"""The chart of an average as an SVG polyline; the table of marks below it has the same numbers."""

from collections.abc import Sequence
from math import floor

from myedu.kit.i18n import Words
from myedu.portal.diary.averages import BEST, Point
from myedu.portal.diary.views import ChartView, RuleView

WIDTH, HEIGHT = 320, 120
LEFT, RIGHT, TOP, BOTTOM = 34, 8, 12, 12
"""Margins: for the numbers at the left, and for half a letter around."""
LOWEST_SHOWN = 3
"""The axis begins here unless the average was lower: a scale that fits too closely exaggerates."""


def average_chart(words: Words, points: Sequence[Point], period: str) -> ChartView | None:
    """The average by weeks; None if there are fewer than two points. `period`: its name, for the caption."""
    if len(points) < 2:
        return None
    low = min(LOWEST_SHOWN, floor(min(point.average for point in points)))
    first, last = points[0], points[-1]
    places = [(_x(number, len(points)), _y(float(point.average), low)) for number, point in enumerate(points)]
    numbers = ", ".join(
        f"{words.day_month(point.monday)}: {words.decimal(point.average, 2)}" for point in points
    )
    return ChartView(
        title=words.gettext("The average went from {first} to {last}").format(
            first=words.decimal(first.average, 2), last=words.decimal(last.average, 2)
        ),
        description=numbers,
        rules=tuple(_rule(words, value, low) for value in range(BEST, low - 1, -1)),
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places),
        last_x=f"{places[-1][0]:.1f}",
        last_y=f"{places[-1][1]:.1f}",
        caption=words.gettext("Average by weeks, {period}").format(period=period),
    )


def _rule(words: Words, value: int, low: int) -> RuleView:
    y = _y(value, low)
    return RuleView(y=f"{y:.1f}", text_y=f"{y + 4:.1f}", label=words.decimal(value, 1))


def _x(number: int, count: int) -> float:
    return LEFT + number * (WIDTH - LEFT - RIGHT) / (count - 1)


def _y(value: float, low: int) -> float:
    return TOP + (BEST - value) / (BEST - low) * (HEIGHT - TOP - BOTTOM)
