"""The trend as SVG: a line as small as a word, and a chart with its numbers as a table."""

from collections.abc import Callable, Sequence

from myedu.kit.i18n import Words
from myedu.portal.pilot.models import Day
from myedu.portal.pilot.views import ChartView, SparkView

_SPARK = (96, 20, 2)  # width, height, edge
_CHART = (360, 120, 4)

Share = Callable[[Day], float | None]


def schools_share(day: Day) -> float | None:
    """Verified schools of all; None without schools."""
    return day.schools_verified / day.schools if day.schools else None


def posts_share(day: Day) -> float | None:
    """Verified posts of all; None without posts."""
    return day.posts_verified / day.posts if day.posts else None


def spark(words: Words, days: Sequence[Day], share: Share) -> SparkView | None:
    """A share by days; None if fewer than two days are known."""
    known = [value for value in map(share, days) if value is not None]
    if len(known) < 2:
        return None
    label = words.gettext("from {first} % to {last} % in {days} days").format(
        first=round(100 * known[0]), last=round(100 * known[-1]), days=len(known)
    )
    return SparkView(label=label, points=_points(known, _SPARK))


def trend(words: Words, days: Sequence[Day]) -> ChartView | None:
    """Both shares by days; None if fewer than two days are known."""
    if len(days) < 2:
        return None
    _ = words.gettext
    lines = [
        (kind, _points(known, _CHART))
        for kind, share in (("near", schools_share), ("far", posts_share))
        if len(known := [value for value in map(share, days) if value is not None]) > 1
    ]
    return ChartView(
        label=_("Share of verified schools and posts by days"),
        lines=tuple(lines),
        head=(_("Day"), _("Schools"), _("Posts"), _("Exports in time"), _("Reports passed")),
        rows=tuple(_row(words, day) for day in reversed(days)),
    )


def _row(words: Words, day: Day) -> tuple[str, ...]:
    return (
        words.date_numeric(day.day),
        percent(schools_share(day)),
        percent(posts_share(day)),
        f"{day.on_time} / {day.systems}",
        f"{day.conforming} / {day.systems}",
    )


def percent(share: float | None) -> str:
    """«62 %»; a dash where there is nothing to count."""
    return "—" if share is None else f"{_whole(share)}\N{NO-BREAK SPACE}%"


def _whole(share: float) -> int:
    """Rounded, but all is said of all only, and nothing of nothing."""
    whole = round(100 * share)
    return min(max(whole, 1 if share > 0 else 0), 100 if share >= 1 else 99)


def whole_percent(share: float | None) -> int | None:
    """The same as a number."""
    return None if share is None else _whole(share)


def _points(values: Sequence[float], size: tuple[int, int, int]) -> str:
    width, height, edge = size
    step = (width - 2 * edge) / (len(values) - 1)
    return " ".join(
        f"{edge + number * step:.1f},{height - edge - value * (height - 2 * edge):.1f}"
        for number, value in enumerate(values)
    )
