"""Gives names as they were typed."""

from msgspec.structs import replace

from myedu.contract.answers import Schedule
from myedu.contract.school import Ref
from myedu.contract.windows import Window
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Bad(WholeSchool):
    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        found = await super().schedule(student_id, window)
        if found is None:
            return None
        return replace(
            found, lessons=tuple(replace(lesson, subject=_typed(lesson.subject)) for lesson in found.lessons)
        )


def _typed(subject: Ref) -> Ref:
    return Ref(id=subject.id, name=f"{subject.name} ")


HOSTILE = Hostile(system=Bad)
