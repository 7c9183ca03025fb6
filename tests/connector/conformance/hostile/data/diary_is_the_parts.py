"""Has a diary of its own that forgets marks."""

from msgspec.structs import asdict

from myedu.contract.answers import Diary
from myedu.contract.school import DiaryLesson
from myedu.contract.windows import Window
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Bad(WholeSchool):
    async def diary(self, student_id: str, window: Window) -> Diary | None:
        schedule, homework = await self.schedule(student_id, window), await self.homework(student_id, window)
        if schedule is None or homework is None:
            return None
        about = asdict(schedule)
        about["lessons"] = tuple(
            DiaryLesson(
                lesson=lesson,
                homework=tuple(task for task in homework.homework if task.lesson_id == lesson.id),
            )
            for lesson in schedule.lessons
        )
        return Diary(**about)


HOSTILE = Hostile(system=Bad)
