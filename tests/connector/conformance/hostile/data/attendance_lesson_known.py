"""Keeps absences by the day alone."""

from msgspec.structs import replace

from myedu.contract.answers import AttendanceList
from myedu.contract.windows import Window
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Bad(WholeSchool):
    async def attendance(self, student_id: str, window: Window) -> AttendanceList | None:
        found = await super().attendance(student_id, window)
        if found is None:
            return None
        return replace(
            found, attendance=tuple(replace(absence, lesson_id="whole-day") for absence in found.attendance)
        )


HOSTILE = Hostile(system=Bad)
