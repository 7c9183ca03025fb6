"""Takes the ends of the lessons from another column."""

from datetime import timedelta

from msgspec.structs import replace

from myedu.contract.answers import Schedule
from myedu.contract.windows import Window
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Bad(WholeSchool):
    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        found = await super().schedule(student_id, window)
        if found is None:
            return None
        lessons = (
            replace(lesson, ends_at=lesson.starts_at - timedelta(minutes=5)) for lesson in found.lessons
        )
        return replace(found, lessons=tuple(lessons))


HOSTILE = Hostile(system=Bad)
