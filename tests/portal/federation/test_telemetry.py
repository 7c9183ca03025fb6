"""What the federation records becomes metrics; several processes' add up, those of ended ones too."""

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.core import Metric

from myedu.kit.telemetry import Metrics, MetricSpec, Telemetry
from myedu.kit.telemetry.process_files import VARIABLE, fold, merged
from myedu.portal.federation.models import RecentStats
from myedu.portal.federation.stats import (
    SlidingWindow,
    publish,
    published,
    quantiles,
    recent_stats,
)
from myedu.portal.federation.telemetry import METRICS, BulkheadState, JournalTelemetry

# A worker: counts as many calls as its argument says, and ends like a killed one.
WORKER = """
import os, sys
from pathlib import Path
from myedu.kit.telemetry import Metrics, MetricSpec, Telemetry
from myedu.portal.federation.telemetry import METRICS, BulkheadState, JournalTelemetry
telemetry = Telemetry(Metrics(METRICS, Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])))
journals = JournalTelemetry(telemetry)
journals.watch("r14-a", lambda: BulkheadState("open", 4, 2, 1))
for _ in range(int(sys.argv[1])):
    journals.record_call("r14-a", "diary", reason="timeout", seconds=0.2)
telemetry.refresh()
print(os.getpid(), flush=True)
os.kill(os.getpid(), 9)
"""


def values(
    families: Iterable[Metric], name: str, specs: Sequence[MetricSpec] = METRICS
) -> dict[tuple[str, ...], float]:
    """The samples of this name, by the values of their labels in the order of the table."""
    spec = next(spec for spec in specs if name.startswith(spec.name))
    order = (*spec.labels, "le")
    return {
        tuple(sample.labels[label] for label in order if label in sample.labels): sample.value
        for family in families
        for sample in family.samples
        if sample.name == name
    }


def a_worker(folder: Path, calls: int) -> int:
    done = subprocess.run(
        [sys.executable, "-c", WORKER, str(calls)],
        env={**os.environ, VARIABLE: str(folder)},
        stdout=subprocess.PIPE,
        check=False,
    )
    return int(done.stdout)


def test_what_is_recorded_can_be_read() -> None:
    telemetry = Telemetry(Metrics(METRICS))
    assert telemetry.metrics is not None
    journals = JournalTelemetry(telemetry)
    journals.record_call("r14-a", "diary", reason=None, seconds=0.03)
    journals.record_call("r14-a", "diary", reason="timeout", seconds=3)
    journals.record_answer("r14-a", "diary", outcome="stale", source="copy", reason="timeout", seconds=3)
    journals.watch("r14-a", lambda: BulkheadState("half-open", 7, 3, 2))
    telemetry.refresh()
    families = list(telemetry.metrics.families())
    assert values(families, "myedu_journal_calls_total") == {
        ("r14-a", "diary", "good"): 1,
        ("r14-a", "diary", "timeout"): 1,
    }
    assert values(families, "myedu_answers_total") == {("r14-a", "diary", "stale", "copy", "timeout"): 1}
    assert values(families, "myedu_journal_call_seconds_sum") == {("r14-a", "diary"): pytest.approx(3.03)}
    assert values(families, "myedu_journal_breaker_workers") == {
        ("r14-a", "closed"): 0,
        ("r14-a", "half-open"): 1,
        ("r14-a", "open"): 0,
    }
    assert values(families, "myedu_journal_limit") == {("r14-a",): 7}
    assert values(families, "myedu_journal_queued") == {("r14-a",): 2}


def test_workers_add_up_and_an_ended_ones_counts_stay(tmp_path: Path) -> None:
    pids = [a_worker(tmp_path, 2), a_worker(tmp_path, 3)]
    key = ("r14-a", "diary", "timeout")
    assert values(merged(tmp_path), "myedu_journal_calls_total") == {key: 5}
    assert values(merged(tmp_path), "myedu_journal_under_way") == {("r14-a",): 4}
    for pid in pids:
        fold(tmp_path, pid)
    families = list(merged(tmp_path))
    assert values(families, "myedu_journal_calls_total") == {key: 5}
    buckets = values(families, "myedu_journal_call_seconds_bucket")
    assert max(buckets.values()) == 5
    assert values(families, "myedu_journal_under_way") == {}  # no process is running any more
    fold(tmp_path, a_worker(tmp_path, 1))
    assert values(merged(tmp_path), "myedu_journal_calls_total") == {key: 6}
    assert sorted(file.name for file in tmp_path.glob("*.db")) == ["counter_past.db", "histogram_past.db"]


def test_figures_are_of_the_last_minutes(tmp_path: Path) -> None:
    telemetry, recent = Telemetry(Metrics(METRICS)), SlidingWindow()
    assert telemetry.metrics is not None
    journals = JournalTelemetry(telemetry)
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    journals.record_call("r14-a", "diary", reason="timeout", seconds=5)
    recent.add(telemetry.metrics.families(), now)
    for _ in range(99):
        journals.record_call("r14-a", "diary", reason=None, seconds=0.09)
    journals.record_call("r14-a", "marks", reason="failed", seconds=5)
    journals.record_answer("r14-a", "diary", outcome="fresh", source="journal", reason=None, seconds=0.1)
    now += timedelta(minutes=4)
    found = recent.add(telemetry.metrics.families(), now)
    assert (found.since, found.until) == (now - timedelta(minutes=4), now)
    (journal,) = found.journals
    assert (journal.system_id, journal.calls, journal.errors, journal.answers) == (
        "r14-a",
        100,
        {"failed": 1},
        {"fresh": 1},
    )
    assert all(0.075 < seconds <= 0.1 for seconds in journal.seconds)
    later = recent.add(telemetry.metrics.families(), now + timedelta(minutes=4))
    assert (later.since, later.journals[0].calls, later.journals[0].seconds) == (now, 0, ())
    publish(tmp_path, found)
    assert published(tmp_path) == found


def test_before_the_parent_has_published_there_are_no_figures(tmp_path: Path) -> None:
    assert published(tmp_path) is None
    assert recent_stats(Telemetry.disabled()).journals == ()


def test_a_process_without_workers_gives_its_own_figures() -> None:
    telemetry = Telemetry(Metrics(METRICS))
    JournalTelemetry(telemetry).record_call("r14-a", "diary", reason=None, seconds=0.09)
    figures: RecentStats = recent_stats(telemetry)
    assert [journal.calls for journal in figures.journals] == [1]


def test_quantiles_as_prometheus_computes_them() -> None:
    # 10 below 0.1, 80 up to 0.2, 10 above the last bound.
    cumulative = {0.1: 10.0, 0.2: 90.0, float("inf"): 100.0}
    assert quantiles(cumulative) == [pytest.approx(0.15), 0.2, 0.2]


def test_disabled_telemetry_records_nothing() -> None:
    telemetry = JournalTelemetry.disabled()
    telemetry.record_call("r14-a", "diary", reason=None, seconds=0.1)
    telemetry.record_answer("r14-a", "diary", outcome="fresh", source="copy", reason=None, seconds=0.001)
    telemetry.watch("r14-a", lambda: BulkheadState("closed", 10, 1, 0))
    with telemetry.span("week", system="r14-a"):
        pass
