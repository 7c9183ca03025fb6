"""docs/operations/metrics.md lists exactly the metrics of the program."""

import re

from myedu.kit.telemetry import Metrics
from myedu.portal.app import metric_specs
from tests.metrics_page import TARGET, page

SPECS = metric_specs()


def test_the_page_is_current() -> None:
    """If it fails: `python -m tests.metrics_page`."""
    assert TARGET.read_text() == page()


def test_queries_name_existing_series() -> None:
    """Every name in the page's expressions is a series that /metrics has, with those labels."""
    metrics = Metrics(SPECS)
    series = set()
    for spec in SPECS:
        metric = metrics.of(spec.name, *("x" for _ in spec.labels))
        metric.observe(1) if spec.kind == "histogram" else metric.inc()
    for family in metrics.families():
        series |= {sample.name for sample in family.samples}
    named = set(re.findall(r"\bmyedu_\w+", page()))
    assert {name for name in named if name not in series} == {
        spec.name for spec in SPECS if spec.kind == "histogram"
    }
    labels = {label for spec in SPECS for label in spec.labels} | {"le"}
    assert set(re.findall(r"{(\w+)!?=", page())) <= labels


def test_every_metric_has_a_sentence() -> None:
    assert all(spec.sentence.endswith(".") and spec.name.startswith("myedu_") for spec in SPECS)
    assert len({spec.name for spec in SPECS}) == len(SPECS)
