"""Names the class by its name."""

from msgspec.structs import replace

from myedu.contract.answers import Schedule
from myedu.contract.school import Ref
from myedu.contract.windows import Window
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Bad(WholeSchool):
    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        found = await super().schedule(student_id, window)
        if found is None:
            return None
        return replace(found, group=found.group and Ref(id="9-B", name=found.group.name))


HOSTILE = Hostile(system=Bad)
