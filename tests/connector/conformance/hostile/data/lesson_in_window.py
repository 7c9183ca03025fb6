"""Gives a lesson of the summer camp to every question."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from myedu.contract.answers import Schedule
from myedu.contract.school import Lesson
from myedu.contract.windows import Window
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile
from tests.connector.sdk.school import MATHS, ZONE

_STARTS = datetime(2026, 6, 1, 10, tzinfo=ZONE)
CAMP = Lesson(id="camp", subject=MATHS, starts_at=_STARTS, ends_at=_STARTS + timedelta(minutes=45))


class Bad(WholeSchool):
    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        found = await super().schedule(student_id, window)
        return found and replace(found, lessons=(*found.lessons, CAMP))


HOSTILE = Hostile(system=Bad)
