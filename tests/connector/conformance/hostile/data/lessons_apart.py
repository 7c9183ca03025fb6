"""Starts each lesson a break too early."""

from datetime import timedelta

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
        return replace(found, lessons=tuple(_early(lesson) for lesson in found.lessons))


def _early(lesson: Lesson) -> Lesson:
    return (
        replace(lesson, starts_at=lesson.starts_at - timedelta(minutes=15)) if lesson.number == 2 else lesson
    )


HOSTILE = Hostile(system=Bad)
