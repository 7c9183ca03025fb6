"""Metrics made from specifications."""

from myedu.kit.telemetry import Metrics, MetricSpec
from myedu.kit.telemetry.metrics import MAX_LABEL_VALUES, OTHER

LIMIT = MetricSpec("limit", "sum", ("system",), "Calls at a time.")


def test_a_label_has_a_bounded_number_of_values() -> None:
    metrics = Metrics([LIMIT])
    for number in range(MAX_LABEL_VALUES + 5):
        metrics.of("limit", f"s{number}").set(1)
    (family,) = metrics.families()
    found = {sample.labels["system"] for sample in family.samples}
    assert len(found) == MAX_LABEL_VALUES + 1
    assert OTHER in found
