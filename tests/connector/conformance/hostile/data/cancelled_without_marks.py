"""Calls a lesson cancelled at which it marked."""

from msgspec.structs import replace

from myedu.contract.answers import Schedule
from myedu.contract.school import Lesson
from myedu.contract.windows import Window
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Bad(WholeSchool):
    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        found = await super().schedule(student_id, window)
        if found is None:
            return None
        return replace(found, lessons=tuple(_off(lesson) for lesson in found.lessons))


def _off(lesson: Lesson) -> Lesson:
    on_thursday = lesson.starts_at.weekday() == 3 and lesson.number == 2
    return replace(lesson, status="cancelled") if on_thursday else lesson


HOSTILE = Hostile(system=Bad)
