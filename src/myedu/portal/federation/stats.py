"""The last minutes of every journal in a few numbers, for the operator's page.

The parent of the workers reads the metrics' folder every few seconds and leaves the numbers there as a small
file: adding up all processes' metrics takes a worker longer than a page may.
"""

import asyncio
import bisect
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from prometheus_client.core import Metric

from myedu.kit.telemetry import Telemetry
from myedu.kit.telemetry.process_files import merged, process_folder
from myedu.portal.federation.models import JournalStats, RecentStats

WINDOW = timedelta(minutes=5)
_INTERVAL_SECONDS = 5
_FILE = "figures.json"
_SYSTEM = "system"
_QUANTILES = (0.5, 0.95, 0.99)
_START = datetime.now(UTC)  # of this process


Sample = tuple[str, tuple[tuple[str, str], ...]]
"""Name and sorted labels of a time series."""
Snapshot = dict[Sample, float]


class SlidingWindow:
    """Keeps the snapshots of the window, to compute what was counted in it."""

    def __init__(self) -> None:
        self._snapshots: deque[tuple[datetime, Snapshot]] = deque()

    def add(self, families: Iterable[Metric], now: datetime) -> RecentStats:
        """The stats since the oldest snapshot that is no older than the window."""
        latest = snapshot(families)
        self._snapshots.append((now, latest))
        while now - self._snapshots[0][0] > WINDOW:
            self._snapshots.popleft()
        since, earlier = self._snapshots[0]
        return stats_between(earlier if since < now else {}, latest, since, now)


async def keep_published(folder: Path) -> None:
    """Publish the stats of the last minutes in the folder every few seconds, forever."""
    window = SlidingWindow()
    while True:
        publish(folder, window.add(merged(folder), datetime.now(UTC)))
        await asyncio.sleep(_INTERVAL_SECONDS)


def publish(folder: Path, stats: RecentStats) -> None:
    """Write the stats for the workers, atomically: a reader sees the old ones or the new ones."""
    draft = folder / f"{_FILE}.new"
    draft.write_bytes(msgspec.json.encode(stats))
    draft.replace(folder / _FILE)


def published(folder: Path) -> RecentStats | None:
    """What the parent published last; None before the first time."""
    try:
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=RecentStats)
    except FileNotFoundError:
        return None


def recent_stats(telemetry: Telemetry) -> RecentStats:
    """The last minutes of every journal, of all processes; of a process that is alone, since its start."""
    folder, now = process_folder(), datetime.now(UTC)
    if folder is not None:
        return published(folder) or RecentStats(_START, now)
    telemetry.refresh()
    families = telemetry.metrics.families() if telemetry.metrics is not None else ()
    return stats_between({}, snapshot(families), _START, now)


def snapshot(families: Iterable[Metric]) -> Snapshot:
    """The series about journals, by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
        if _SYSTEM in sample.labels
    }


def stats_between(earlier: Snapshot, latest: Snapshot, since: datetime, until: datetime) -> RecentStats:
    """The difference of two snapshots, and the gauges of the later."""
    found: dict[str, JournalStats] = {}
    buckets: defaultdict[str, defaultdict[float, float]] = defaultdict(lambda: defaultdict(float))
    for (name, labels), value in latest.items():
        values = dict(labels)
        journal = found.setdefault(values[_SYSTEM], JournalStats(system_id=values[_SYSTEM]))
        increase = value - earlier.get((name, labels), 0)
        if name == "myedu_journal_call_seconds_bucket":
            buckets[journal.system_id][float(values["le"])] += increase
        else:
            _add(journal, name, values, value, round(increase))
    for system_id, counts in buckets.items():
        found[system_id].seconds = tuple(quantiles(counts)) if counts[float("inf")] else ()
    return RecentStats(since, until, tuple(found[system_id] for system_id in sorted(found)))


def _add(journal: JournalStats, name: str, labels: Mapping[str, str], value: float, increase: int) -> None:
    match name:
        case "myedu_journal_calls_total":
            journal.calls += increase
            result = labels["result"]
            if result != "good" and increase:
                journal.errors = journal.errors | {result: journal.errors.get(result, 0) + increase}
        case "myedu_answers_total" if increase:
            outcome = labels["outcome"]
            journal.answers = journal.answers | {outcome: journal.answers.get(outcome, 0) + increase}
        case "myedu_journal_breaker_workers" if value:
            journal.breaker = journal.breaker | {labels["state"]: round(value)}
        case "myedu_journal_limit":
            journal.limit = round(value)
        case "myedu_journal_under_way":
            journal.under_way = round(value)
        case "myedu_journal_queued":
            journal.queued = round(value)


def quantiles(cumulative: Mapping[float, float]) -> list[float]:
    """Seconds of p50, p95 and p99 from a histogram's cumulative buckets, computed as Prometheus does.

    What lies above the last finite bound is given as that bound.
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
