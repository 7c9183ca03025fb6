"""Keeps the zero-width spaces of a text editor."""

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
        return replace(found, lessons=tuple(replace(lesson, room="2\u200b04") for lesson in found.lessons))


HOSTILE = Hostile(system=Bad)
