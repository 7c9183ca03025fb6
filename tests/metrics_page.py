"""`python -m tests.metrics_page` writes docs/operations/metrics.md out of the table of metrics."""

from pathlib import Path

from myedu.kit.telemetry import MetricSpec
from myedu.portal.app import metric_specs

TARGET = Path(__file__).resolve().parents[1] / "docs" / "operations" / "metrics.md"
KINDS = {"counter": "counter", "histogram": "histogram", "sum": "gauge", "largest": "gauge"}
SUFFIXES = {"counter": "_total"}
HEAD = """\
# What can be seen: metrics, the log, traces

Made by `python -m tests.metrics_page`. Nothing here tells of a person: labels are systems, methods, routes by
template and codes; a label has at most 500 values, what comes above is `other`.

## Where

- **/metrics** is on an address of its own, `MYEDU_METRICS_HOST` and `MYEDU_METRICS_PORT`, and asks for no
  password: let the firewall open it to Prometheus alone. Without a port there is none. The parent of the
  workers serves it, so it answers while every worker is busy; the workers' numbers are added up, and those of
  replaced workers stay in the sums.
- **`/operator/journals`** shows operators the last five minutes of every journal, by all workers.
- **The log** has a line a request (`MYEDU_LOG_REQUESTS`; as JSON with `MYEDU_LOG_JSON`): method, route,
  status, ms, system and the worst outcome of what was asked, request, worker. `request` is in the answer's
  header `X-Request-Id` too, and every line that is logged meanwhile has it.
- **Traces** go to an OpenTelemetry collector where `MYEDU_TRACES_URL` names one (needs `myedu[traces]`).

## Metrics
"""
TAIL = """
## Prometheus

```yaml
scrape_configs:
  - job_name: myedu-portal
    static_configs: [{targets: ["127.0.0.1:9108"]}]  # MYEDU_METRICS_PORT=9108
```

p99 of each journal:

    histogram_quantile(0.99, sum by (system, le) (rate(myedu_journal_call_seconds_bucket[5m])))

## Alerts

```yaml
groups:
  - name: myedu
    rules:
      - alert: JournalRests  # its breaker is open: families see copies
        expr: max by (system) (myedu_journal_breaker_workers{state="open"}) > 0
        for: 5m
      - alert: FamiliesSeeCopies
        expr: |
          sum by (system) (rate(myedu_answers_total{outcome!="fresh"}[10m]))
            / sum by (system) (rate(myedu_answers_total[10m])) > 0.2
        for: 10m
      - alert: RefusedAtTheDoor  # more people than the portal can answer: add workers or machines
        expr: sum(rate(myedu_requests_refused_total[5m])) / sum(rate(myedu_requests_total[5m])) > 0.01
        for: 5m
      - alert: PortalFails
        expr: sum(rate(myedu_requests_total{status="500"}[5m])) > 0
        for: 1m
      - alert: WorkersLate  # the processor is short, or something blocks a worker
        expr: myedu_loop_lag_seconds > 0.2
        for: 5m
      - alert: PortalGone
        expr: absent(myedu_workers) or myedu_workers == 0
        for: 1m
```
"""


def page() -> str:
    """The whole text."""
    rows = [_row(spec) for spec in metric_specs()]
    return HEAD + "\n".join(["\n| metric | kind | labels | |", "|---|---|---|---|", *rows]) + "\n" + TAIL


def _row(spec: MetricSpec) -> str:
    labels = ", ".join(f"`{label}`" for label in spec.labels)
    name = spec.name + SUFFIXES.get(spec.kind, "")
    across = " (the largest of the processes)" if spec.kind == "largest" else ""
    return f"| `{name}` | {KINDS[spec.kind]} | {labels} | {spec.sentence}{across} |"


if __name__ == "__main__":
    TARGET.write_text(page())
