"""Says that a lesson is missing."""

from msgspec.structs import replace

from myedu.contract.answers import Schedule
from myedu.contract.windows import Window
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Bad(WholeSchool):
    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        found = await super().schedule(student_id, window)
        return found and replace(found, left_out=1)


HOSTILE = Hostile(system=Bad)
