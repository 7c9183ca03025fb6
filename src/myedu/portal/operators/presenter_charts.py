"""The charts of a journal: outcomes of reads, seconds of calls, packages, rows set aside."""

from collections.abc import Sequence
from datetime import datetime

from myedu.kit.i18n import Words
from myedu.portal.exports.models import PackagePoint
from myedu.portal.federation.models import HistoryPoint
from myedu.portal.operators.charts import (
    ChartView,
    LegendView,
    SparkView,
    line_with_gaps,
    nice_top,
    rules_up_to,
    spark,
    stacked_bars,
    ticks_of,
)
from myedu.portal.operators.journals import ZONE
from myedu.portal.operators.models import JournalFacts, Times
from myedu.portal.operators.presenter import grouped

_NOTHING = "—"
_KINDS = ("good", "half", "bad")
_TICK_EVERY = {"day": 6, "month": 7}


def charts_of(words: Words, facts: JournalFacts) -> tuple[ChartView, ...]:
    """The four charts of the page."""
    times = facts.times
    reads = {point.at: point for point in facts.points}
    packages = {point.at: point for point in facts.packages}
    by_time = [reads.get(at) for at in times.all]
    packages_by_time = [packages.get(at) for at in times.all]
    return (
        _outcomes(words, times, by_time),
        _seconds(words, times, by_time),
        _packages(words, times, packages_by_time),
        _set_aside(words, times, packages_by_time),
    )


def outcome_spark(words: Words, times: Times, points: Sequence[HistoryPoint]) -> tuple[str, SparkView | None]:
    """The share of fresh reads of the day, as a number and by the hour; a dash without reads."""
    total, fresh = sum(map(_reads, points)), sum(point.fresh for point in points)
    if not total:
        return _NOTHING, None
    known = {point.at: point for point in points}
    shares = [_fresh_share(known.get(at)) for at in times.all]
    number = _percent(words, fresh, total)
    label = words.gettext("Fresh of {total} reads in 24 hours: {share}").format(
        total=grouped(total), share=number
    )
    return number, spark(shares, label, 100)


def _outcomes(words: Words, times: Times, points: Sequence[HistoryPoint | None]) -> ChartView:
    _ = words.gettext
    names = (_("Fresh"), _("Copies"), _("Nothing"))
    columns = [
        [100 * part / _reads(point) for part in _parts(point)] if point and _reads(point) else None
        for point in points
    ]
    total = sum(_reads(point) for point in points if point)
    return ChartView(
        name="outcomes",
        title=_("What families saw"),
        description=_("Reads: {total}.").format(total=grouped(total)),
        rules=rules_up_to(100, lambda value: f"{value:.0f}\u00a0%"),
        ticks=ticks_of(_ticks(words, times)),
        legend=_legend(names),
        bars=stacked_bars(columns, _KINDS, 100),
        head=(_("Time"), _("Reads"), *names),
        rows=tuple(
            (_moment(words, times, at), grouped(_reads(point)), *map(grouped, _parts(point)))
            for at, point in zip(times.all, points, strict=True)
            if point and _reads(point)
        ),
    )


def _seconds(words: Words, times: Times, points: Sequence[HistoryPoint | None]) -> ChartView:
    _ = words.gettext
    p50, p99 = ([getattr(point, name) if point else None for point in points] for name in ("p50", "p99"))
    top = nice_top(max((value for value in p99 if value is not None), default=0.4))
    calls = sum(point.calls for point in points if point)
    return ChartView(
        name="seconds",
        title=_("How fast the journal answers, ms"),
        description=_("Calls: {total}.").format(total=grouped(calls)),
        rules=rules_up_to(top, lambda value: grouped(round(value * 1000))),
        ticks=ticks_of(_ticks(words, times)),
        legend=(LegendView(kind="near", label="p50"), LegendView(kind="far", label="p99")),
        lines=(*line_with_gaps(p99, "far", top), *line_with_gaps(p50, "near", top)),
        head=(_("Time"), _("Calls"), "p50", "p99", _("Errors")),
        rows=tuple(
            (
                _moment(words, times, at),
                grouped(point.calls),
                _milliseconds(words, point.p50),
                _milliseconds(words, point.p99),
                ", ".join(f"{code}: {grouped(count)}" for code, count in sorted(point.failures.items()))
                or _NOTHING,
            )
            for at, point in zip(times.all, points, strict=True)
            if point and point.calls
        ),
    )


def _packages(words: Words, times: Times, points: Sequence[PackagePoint | None]) -> ChartView:
    _ = words.gettext
    names = (_("Applied packages"), _("Held packages"), _("Refused packages"))
    columns = [[point.applied, point.held, point.refused] if point else None for point in points]
    top = max(4.0, nice_top(max((sum(column) for column in columns if column), default=0)))
    total = sum(sum(column) for column in columns if column)
    return ChartView(
        name="packages",
        title=_("Export packages"),
        description=_("Packages: {total}.").format(total=grouped(total)),
        rules=rules_up_to(top, lambda value: grouped(round(value))),
        ticks=ticks_of(_ticks(words, times)),
        legend=_legend(names),
        bars=stacked_bars(columns, _KINDS, top),
        head=(_("Time"), *names),
        rows=tuple(
            (_moment(words, times, at), *map(grouped, (point.applied, point.held, point.refused)))
            for at, point in zip(times.all, points, strict=True)
            if point
        ),
    )


def _set_aside(words: Words, times: Times, points: Sequence[PackagePoint | None]) -> ChartView:
    _ = words.gettext
    columns = [[point.set_aside] if point else None for point in points]
    top = max(4.0, nice_top(max((column[0] for column in columns if column), default=0)))
    total = sum(point.set_aside for point in points if point)
    return ChartView(
        name="set-aside",
        title=_("Rows set aside"),
        description=_("Rows set aside: {total}.").format(total=grouped(total)),
        rules=rules_up_to(top, lambda value: grouped(round(value))),
        ticks=ticks_of(_ticks(words, times)),
        bars=stacked_bars(columns, ("bad",), top),
        head=(_("Time"), _("Rows"), _("Set aside")),
        rows=tuple(
            (_moment(words, times, at), grouped(point.rows), grouped(point.set_aside))
            for at, point in zip(times.all, points, strict=True)
            if point
        ),
    )


def _legend(names: Sequence[str]) -> tuple[LegendView, ...]:
    return tuple(LegendView(kind=kind, label=name) for kind, name in zip(_KINDS, names, strict=True))


def _parts(point: HistoryPoint) -> tuple[int, int, int]:
    return point.fresh, point.stale, point.unavailable


def _reads(point: HistoryPoint) -> int:
    return sum(_parts(point))


def _fresh_share(point: HistoryPoint | None) -> float | None:
    return 100 * point.fresh / _reads(point) if point and _reads(point) else None


def _percent(words: Words, part: int, whole: int) -> str:
    # 99,96 % isn't all: rounding must not hide the last failures
    share = min(100 * part / whole, 99.9) if part < whole else 100.0
    return f"{words.decimal(share, 1)}\u00a0%"


def _milliseconds(words: Words, seconds: float | None) -> str:
    if seconds is None:
        return _NOTHING
    return words.gettext("{number} ms").format(number=grouped(round(seconds * 1000))).replace(" ", "\u00a0")


def _ticks(words: Words, times: Times) -> list[str]:
    """Some of the times, so that their labels don't touch; the last one is among them."""
    every = _TICK_EVERY[times.span]
    return [
        _short(words, times, at) if (times.count - 1 - number) % every == 0 else ""
        for number, at in enumerate(times.all)
    ]


def _short(words: Words, times: Times, at: datetime) -> str:
    local = at.astimezone(ZONE)
    return words.time(local) if times.span == "day" else f"{local:%d.%m}"


def _moment(words: Words, times: Times, at: datetime) -> str:
    local = at.astimezone(ZONE)
    day = words.date_numeric(local.date())
    return f"{day} {words.time(local)}" if times.span == "day" else day
