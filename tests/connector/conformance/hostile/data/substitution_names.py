"""Says only that it is a substitution."""

from msgspec.structs import replace

from myedu.contract.answers import Schedule
from myedu.contract.school import Replacement
from myedu.contract.windows import Window
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Bad(WholeSchool):
    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        found = await super().schedule(student_id, window)
        if found is None:
            return None
        lessons = (
            replace(lesson, replaces=Replacement() if lesson.replaces else None) for lesson in found.lessons
        )
        return replace(found, lessons=tuple(lessons))


HOSTILE = Hostile(system=Bad)
