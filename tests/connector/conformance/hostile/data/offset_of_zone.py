"""Still keeps summer time."""

from datetime import datetime, timedelta, timezone

from msgspec.structs import replace

from myedu.contract.answers import Schedule
from myedu.contract.school import Lesson
from myedu.contract.windows import Window
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile

SUMMER = timezone(timedelta(hours=11))


class Bad(WholeSchool):
    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        found = await super().schedule(student_id, window)
        if found is None:
            return None
        return replace(found, lessons=tuple(replace(lesson, **_shifted(lesson)) for lesson in found.lessons))


def _shifted(lesson: Lesson) -> dict[str, datetime]:
    return {name: getattr(lesson, name).replace(tzinfo=SUMMER) for name in ("starts_at", "ends_at")}


HOSTILE = Hostile(system=Bad)
