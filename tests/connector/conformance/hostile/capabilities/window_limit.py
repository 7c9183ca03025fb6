"""Serves five days at a time."""

from myedu.contract.answers import Limits
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class FiveDays(WholeSchool):
    def __init__(self) -> None:
        super().__init__()
        self.limits = Limits(window_days=5)


HOSTILE = Hostile(system=FiveDays)
