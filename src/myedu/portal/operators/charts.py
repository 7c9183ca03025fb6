"""Charts of the exchange as SVG: shapes of whole numbers, words and a table with the same numbers beside."""

from collections.abc import Callable, Sequence

from myedu.kit.web.pages import View

WIDTH, HEIGHT = 360, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 16, 10, 20
_RULES = 4
_STEPS = (1, 2, 5)

Cells = tuple[str, ...]


class BarView(View, frozen=True):
    """A part of a column; `kind`: good, half or bad, which differ by their pattern too."""

    x: str
    y: str
    width: str
    height: str
    kind: str


class TickView(View, frozen=True):
    """A number at the axis."""

    place: str
    text_place: str
    label: str


class LineView(View, frozen=True):
    """A line without gaps; `kind`: near or far."""

    points: str
    kind: str


class LegendView(View, frozen=True):
    """What a kind of bar or line means."""

    kind: str
    label: str


class ChartView(View, frozen=True):
    """One chart. `name`: unique on its page; `head`, `rows`: the table with the same numbers."""

    name: str
    title: str
    description: str
    rules: tuple[TickView, ...]
    ticks: tuple[TickView, ...]
    legend: tuple[LegendView, ...] = ()
    bars: tuple[BarView, ...] = ()
    lines: tuple[LineView, ...] = ()
    head: Cells = ()
    rows: tuple[Cells, ...] = ()


class SparkView(View, frozen=True):
    """A line as small as a word, and what it says."""

    label: str
    lines: tuple[str, ...]
    dots: tuple[tuple[str, str], ...] = ()


def stacked_bars(
    columns: Sequence[Sequence[float] | None], kinds: Sequence[str], top: float
) -> tuple[BarView, ...]:
    """Columns of parts, each from below; None: nothing is known of this time."""
    step = (WIDTH - _LEFT - _RIGHT) / len(columns)
    found = []
    for number, parts in enumerate(columns):
        below = 0.0
        for value, kind in zip(parts or (), kinds, strict=False):
            if value > 0:
                high, low = _y(below + value, top), _y(below, top)
                found.append(
                    BarView(
                        x=f"{_LEFT + number * step + step * 0.1:.1f}",
                        y=f"{high:.1f}",
                        width=f"{step * 0.8:.1f}",
                        height=f"{max(low - high, 1.0):.1f}",
                        kind=kind,
                    )
                )
                below += value
    return tuple(found)


def line_with_gaps(values: Sequence[float | None], kind: str, top: float) -> tuple[LineView, ...]:
    """A line through the middle of each time, broken where nothing is known; a lone value is a short line."""
    step = (WIDTH - _LEFT - _RIGHT) / len(values)
    found: list[LineView] = []
    for run in _runs(values):
        places = [(_LEFT + (number + 0.5) * step, _y(value, top)) for number, value in run]
        if len(places) == 1:
            ((x, y),) = places
            places = [(x - step / 3, y), (x + step / 3, y)]
        found.append(LineView(points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places), kind=kind))
    return tuple(found)


def rules_up_to(top: float, label: Callable[[float], str]) -> tuple[TickView, ...]:
    """Four lines across, from nothing to the top."""
    values = [top * number / _RULES for number in range(_RULES + 1)]
    return tuple(
        TickView(place=f"{_y(value, top):.1f}", text_place=f"{_y(value, top) + 4:.1f}", label=label(value))
        for value in values
    )


def ticks_of(labels: Sequence[str]) -> tuple[TickView, ...]:
    """Times below the columns; empty ones are left out."""
    step = (WIDTH - _LEFT - _RIGHT) / len(labels)
    return tuple(
        TickView(place=f"{_LEFT + (number + 0.5) * step:.1f}", text_place=f"{HEIGHT - 4}", label=label)
        for number, label in enumerate(labels)
        if label
    )


def nice_top(largest: float) -> float:
    """4, 8 or 20 times a power of ten, the smallest that is not below: its quarters are round."""
    power = 1e-4
    while True:
        for factor in _STEPS:
            top = _RULES * factor * power
            if top >= largest and top > 0:
                return top
        power *= 10


def spark(values: Sequence[float | None], label: str, top: float) -> SparkView:
    """A line of 96 by 20. Where nothing is known, it has a gap."""
    width, height, edge = 96, 20, 2
    step = (width - 2 * edge) / max(len(values) - 1, 1)
    runs = [
        [(edge + number * step, height - edge - value / top * (height - 2 * edge)) for number, value in run]
        for run in _runs(values)
    ]
    return SparkView(
        label=label,
        lines=tuple(" ".join(f"{x:.1f},{y:.1f}" for x, y in run) for run in runs if len(run) > 1),
        dots=tuple((f"{x:.1f}", f"{y:.1f}") for run in runs if len(run) == 1 for x, y in run),
    )


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Neighbouring known values with their places."""
    runs: list[list[tuple[int, float]]] = [[]]
    for number, value in enumerate(values):
        if value is not None:
            runs[-1].append((number, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _y(value: float, top: float) -> float:
    return _TOP + (1 - min(value / top, 1.0)) * (HEIGHT - _TOP - _BOTTOM)
