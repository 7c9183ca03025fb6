"""Names its own accounts."""

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
        return replace(
            found,
            lessons=tuple(
                replace(
                    lesson, teachers=tuple(replace(each, id=f"account-{each.id}") for each in lesson.teachers)
                )
                for lesson in found.lessons
            ),
        )


HOSTILE = Hostile(system=Bad)
