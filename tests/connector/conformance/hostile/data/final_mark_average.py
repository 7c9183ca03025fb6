"""Gives averages as percents."""

from msgspec.structs import replace

from myedu.contract.answers import FinalMarks
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Bad(WholeSchool):
    async def final_marks(self, student_id: str, academic_year: int) -> FinalMarks | None:
        found = await super().final_marks(student_id, academic_year)
        if found is None:
            return None
        return replace(found, final_marks=tuple(replace(mark, average=92.4) for mark in found.final_marks))


HOSTILE = Hostile(system=Bad)
