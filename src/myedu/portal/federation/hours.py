"""What happened to one journal in one hour, as counts that can be added up."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate

import msgspec

from myedu.portal.federation.models import HistoryPoint
from myedu.portal.federation.stats import quantiles

BOUNDS = (
    0.005, 0.01, 0.015, 0.025, 0.04, 0.06, 0.08, 0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8,
    1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0, 10.0,
)  # fmt: skip
"""Seconds. Kept rows have their numbers by place, so a release may only add bounds at the end."""

_MOST_CODES = 60
_OTHER = "other"


class Hour(msgspec.Struct, kw_only=True):
    """Counts of one system and hour.

    `within`: calls by their time, a number for each of BOUNDS and one for longer ones.
    """

    system_id: str
    hour: datetime
    calls: int = 0
    fresh: int = 0
    stale: int = 0
    unavailable: int = 0
    failures: dict[str, int] = {}  # code → calls
    reasons: dict[str, int] = {}  # code → reads
    within: list[int] = msgspec.field(default_factory=lambda: [0] * (len(BOUNDS) + 1))

    def add_call(self, reason: str | None, seconds: float) -> None:
        """A call ended; `reason`: its error's code, None for a good answer."""
        self.calls += 1
        self.within[bisect_left(BOUNDS, seconds)] += 1
        if reason is not None:
            _count(self.failures, reason)

    def add_read(self, outcome: str, reason: str | None) -> None:
        """A read of a page ended: fresh, stale or unavailable, for a reason."""
        match outcome:
            case "fresh":
                self.fresh += 1
            case "stale":
                self.stale += 1
            case _:
                self.unavailable += 1
        if reason is not None:
            _count(self.reasons, reason)

    def add(self, other: "Hour") -> None:
        """Add another's counts."""
        self.calls += other.calls
        self.fresh += other.fresh
        self.stale += other.stale
        self.unavailable += other.unavailable
        _merge(self.failures, other.failures)
        _merge(self.reasons, other.reasons)
        for place, number in enumerate(other.within[: len(self.within)]):
            self.within[place] += number

    def point(self) -> HistoryPoint:
        """The same as rooms and pages read it."""
        p50, p99 = quantile_seconds(self.within)
        return HistoryPoint(
            system_id=self.system_id,
            at=self.hour,
            calls=self.calls,
            fresh=self.fresh,
            stale=self.stale,
            unavailable=self.unavailable,
            failures=self.failures,
            reasons=self.reasons,
            p50=p50,
            p99=p99,
        )


def quantile_seconds(within: Sequence[int]) -> tuple[float | None, float | None]:
    """p50 and p99 of calls counted by BOUNDS; None without calls. Beyond the last bound: that bound."""
    if not any(within):
        return None, None
    cumulative = dict(zip((*BOUNDS, float("inf")), map(float, accumulate(within)), strict=False))
    p50, _, p99 = quantiles(cumulative)
    return p50, p99


def _merge(counts: dict[str, int], more: Mapping[str, int]) -> None:
    for code, number in more.items():
        _count(counts, code, number)


def _count(counts: dict[str, int], code: str, number: int = 1) -> None:
    """Codes are few; should a release make them of what a journal says, memory stays bounded."""
    known = code if code in counts or len(counts) < _MOST_CODES else _OTHER
    counts[known] = counts.get(known, 0) + number
