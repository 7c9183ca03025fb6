"""Names files that it doesn't have."""

from msgspec.structs import replace

from myedu.contract.answers import HomeworkList
from myedu.contract.school import Homework
from myedu.contract.windows import Window
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Bad(WholeSchool):
    async def homework(self, student_id: str, window: Window) -> HomeworkList | None:
        found = await super().homework(student_id, window)
        if found is None:
            return None
        return replace(found, homework=tuple(_bad(task) for task in found.homework))


def _bad(homework: Homework) -> Homework:
    return replace(
        homework, attachments=tuple(replace(file, id=f"gone-{file.id}") for file in homework.attachments)
    )


HOSTILE = Hostile(system=Bad)
