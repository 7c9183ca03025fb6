"""Makes ids out of places in the answer."""

from msgspec.structs import replace

from myedu.contract.answers import HomeworkList
from myedu.contract.windows import Window
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Bad(WholeSchool):
    async def homework(self, student_id: str, window: Window) -> HomeworkList | None:
        found = await super().homework(student_id, window)
        if found is None:
            return None
        placed = (replace(task, id=f"{window.days}-{task.id}") for task in found.homework)
        return replace(found, homework=tuple(placed))


HOSTILE = Hostile(system=Bad)
