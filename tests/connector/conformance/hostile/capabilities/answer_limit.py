"""Means to send fifty megabytes."""

from myedu.contract.answers import Limits
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Long(WholeSchool):
    def __init__(self) -> None:
        super().__init__()
        self.limits = Limits(answer_bytes=50_000_000)


HOSTILE = Hostile(system=Long)
