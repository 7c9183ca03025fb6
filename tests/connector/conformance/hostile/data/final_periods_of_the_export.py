"""Numbers the periods in its answers."""

from msgspec.structs import replace

from myedu.contract.answers import FinalMarks
from myedu.contract.school import Ref
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Bad(WholeSchool):
    async def final_marks(self, student_id: str, academic_year: int) -> FinalMarks | None:
        found = await super().final_marks(student_id, academic_year)
        if found is None:
            return None
        numbered = (replace(mark, period=Ref(id="2", name="II четверть")) for mark in found.final_marks)
        return replace(found, final_marks=tuple(numbered))


HOSTILE = Hostile(system=Bad)
