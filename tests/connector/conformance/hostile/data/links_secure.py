"""Gives the rooms of its lessons without https."""

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
        return replace(found, lessons=tuple(_open(lesson) for lesson in found.lessons))


def _open(lesson: Lesson) -> Lesson:
    return replace(lesson, online=lesson.online and lesson.online.replace("https:", "http:"))


HOSTILE = Hostile(system=Bad)
