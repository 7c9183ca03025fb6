"""Metrics, traces and a log line per request. Knows no school words: rooms bring their own metrics.

Nothing here identifies a person: labels are systems, methods, route templates and codes.
"""

from myedu.kit.telemetry.metrics import Metrics, MetricSpec
from myedu.kit.telemetry.service import Telemetry, open_telemetry

__all__ = ["MetricSpec", "Metrics", "Telemetry", "open_telemetry"]
