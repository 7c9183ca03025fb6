"""Lists a mark two hundred times, as a join without its key does."""

from msgspec.structs import replace

from myedu.contract.answers import Marks
from myedu.contract.windows import Window
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Bad(WholeSchool):
    def marks(self, student_id: str, window: Window) -> Marks | None:
        found = super().marks(student_id, window)
        if found is None or not found.marks:
            return found
        one = found.marks[0]
        copies = (replace(one, id=f"{one.id}-{n}", lesson_id=None) for n in range(200))
        return replace(found, marks=(*found.marks, *copies))


HOSTILE = Hostile(system=Bad)
