"""Gives the homework of the week after."""

from datetime import timedelta

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
    return replace(homework, due_on=homework.due_on + timedelta(days=70), lesson_id=None)


HOSTILE = Hostile(system=Bad)
