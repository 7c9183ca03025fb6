"""The last minutes of every journal in a few numbers, for the operator's page.

The parent of the workers reads the folder every few seconds and leaves the figures there as a small file:
adding up all processes' numbers takes a worker longer than a page may.
"""

import bisect
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from prometheus_client.core import Metric

WINDOW = timedelta(minutes=5)
EVERY_SECONDS = 5
_FILE = "figures.json"
_SYSTEM = "system"
_QUANTILES = (0.5, 0.95, 0.99)


class JournalFigures(msgspec.Struct, kw_only=True):
    """One journal. Counts are of the window, the rest is the state now, of all processes together."""

    system_id: str
    calls: int = 0
    seconds: tuple[float, ...] = ()  # p50, p95, p99 of a call; empty without calls
    errors: dict[str, int] = {}  # by code
    answers: dict[str, int] = {}  # by outcome
    breaker: dict[str, int] = {}  # processes by state
    limit: int = 0
    under_way: int = 0
    queued: int = 0


class Figures(msgspec.Struct, frozen=True):
    since: datetime
    until: datetime
    journals: tuple[JournalFigures, ...] = ()


Sample = tuple[str, tuple[tuple[str, str], ...]]  # name and labels
Snapshot = dict[Sample, float]


class Recent:
    """Remembers snapshots of the window and tells what came in it."""

    def __init__(self) -> None:
        self._snapshots: deque[tuple[datetime, Snapshot]] = deque()

    def look(self, families: Iterable[Metric], now: datetime) -> Figures:
        """The figures of the time since the oldest look that is no older than the window."""
        latest = snapshot(families)
        self._snapshots.append((now, latest))
        while now - self._snapshots[0][0] > WINDOW:
            self._snapshots.popleft()
        since, earlier = self._snapshots[0]
        return figures(earlier if since < now else {}, latest, since, now)


def publish(folder: Path, known: Figures) -> None:
    """Leave the figures for the workers; whoever reads sees the old ones or the new ones, never half."""
    draft = folder / f"{_FILE}.new"
    draft.write_bytes(msgspec.json.encode(known))
    draft.replace(folder / _FILE)


def published(folder: Path) -> Figures | None:
    """What the parent left last; None before it has looked."""
    try:
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=Figures)
    except FileNotFoundError:
        return None


def snapshot(families: Iterable[Metric]) -> Snapshot:
    """What is told of journals, by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
        if _SYSTEM in sample.labels
    }


def figures(earlier: Snapshot, latest: Snapshot, since: datetime, until: datetime) -> Figures:
    """The difference of two snapshots, and the gauges of the later."""
    found: dict[str, JournalFigures] = {}
    buckets: defaultdict[str, defaultdict[float, float]] = defaultdict(lambda: defaultdict(float))
    for (name, labels), value in latest.items():
        given = dict(labels)
        one = found.setdefault(given[_SYSTEM], JournalFigures(system_id=given[_SYSTEM]))
        came = value - earlier.get((name, labels), 0)
        if name == "myedu_journal_call_seconds_bucket":
            buckets[one.system_id][float(given["le"])] += came
        else:
            _tell(one, name, given, value, round(came))
    for system_id, counts in buckets.items():
        found[system_id].seconds = tuple(quantiles(counts)) if counts[float("inf")] else ()
    return Figures(since, until, tuple(found[system_id] for system_id in sorted(found)))


def _tell(one: JournalFigures, name: str, labels: Mapping[str, str], value: float, came: int) -> None:
    match name:
        case "myedu_journal_calls_total":
            one.calls += came
            if labels["result"] != "good" and came:
                one.errors = one.errors | {labels["result"]: one.errors.get(labels["result"], 0) + came}
        case "myedu_answers_total" if came:
            one.answers = one.answers | {labels["outcome"]: one.answers.get(labels["outcome"], 0) + came}
        case "myedu_journal_breaker_workers" if value:
            one.breaker = one.breaker | {labels["state"]: round(value)}
        case "myedu_journal_limit":
            one.limit = round(value)
        case "myedu_journal_under_way":
            one.under_way = round(value)
        case "myedu_journal_queued":
            one.queued = round(value)


def quantiles(cumulative: Mapping[float, float]) -> list[float]:
    """Seconds of p50, p95 and p99 out of a histogram's buckets, as Prometheus reads them.

    What lies above the last bound is told as that bound.
    """
    bounds = sorted(cumulative)
    counts = [cumulative[bound] for bound in bounds]
    found = []
    for share in _QUANTILES:
        rank = share * counts[-1]
        place = bisect.bisect_left(counts, rank)
        if bounds[place] == float("inf"):
            found.append(bounds[place - 1])
            continue
        low, below = (bounds[place - 1], counts[place - 1]) if place else (0.0, 0.0)
        found.append(low + (bounds[place] - low) * (rank - below) / (counts[place] - below))
    return found
