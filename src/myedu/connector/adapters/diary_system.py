"""A JournalSystem whose answers are all parts of one diary, so that they always agree."""

from abc import ABC, abstractmethod

from myedu.connector.sdk.diary import attendance_of, homework_of, marks_of, schedule_of
from myedu.contract.answers import AttendanceList, Diary, HomeworkList, Marks, Schedule
from myedu.contract.windows import Window


class DiarySystem(ABC):
    """Implements schedule, homework, marks and attendance by the diary of a foreign journal."""

    @abstractmethod
    async def diary(self, student_id: str, window: Window) -> Diary | None:
        """The student's days, with every entry at its lesson; None if the student is unknown."""

    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        """The lessons of the diary."""
        diary = await self.diary(student_id, window)
        return None if diary is None else schedule_of(diary)

    async def homework(self, student_id: str, window: Window) -> HomeworkList | None:
        """The homework of the diary."""
        diary = await self.diary(student_id, window)
        return None if diary is None else homework_of(diary)

    async def marks(self, student_id: str, window: Window) -> Marks | None:
        """The marks of the diary."""
        diary = await self.diary(student_id, window)
        return None if diary is None else marks_of(diary)

    async def attendance(self, student_id: str, window: Window) -> AttendanceList | None:
        """The attendance of the diary."""
        diary = await self.diary(student_id, window)
        return None if diary is None else attendance_of(diary)
