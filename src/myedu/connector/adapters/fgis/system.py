"""A federal journal as a JournalSystem: all answers are parts of one Schedule."""

from datetime import date
from zoneinfo import ZoneInfo

from myedu.connector.adapters.contract_errors import contract_errors
from myedu.connector.adapters.diary_system import DiarySystem
from myedu.connector.adapters.fgis import translate
from myedu.connector.adapters.fgis.models import EnrolledStudent
from myedu.connector.adapters.fgis.source import Source
from myedu.connector.sdk.errors import StudentUnknown
from myedu.connector.sdk.federal_client import WINDOW_DAYS
from myedu.contract.answers import Diary, Limits, SystemDescription, SystemInfo
from myedu.contract.windows import Window
from myedu.kit.clock import Clock

CAPABILITIES = ("diary", "attendance")


class FgisSystem(DiarySystem):
    """Implements connector.sdk.system.JournalSystem with diary and attendance: the profile has no more."""

    def __init__(
        self,
        source: Source,
        enrolled_students: dict[str, EnrolledStudent],
        info: SystemInfo,
        clock: Clock,
        time_zone: str,
    ) -> None:
        self._source, self._students, self._info = source, enrolled_students, info
        self._clock, self._zone = clock, ZoneInfo(time_zone)

    def today(self) -> date:
        """The current day in the journal's time zone."""
        return self._clock.now().astimezone(self._zone).date()

    async def close(self) -> None:
        """Close the connections."""
        await self._source.close()

    async def capabilities(self) -> SystemDescription:
        """The same for every federal journal."""
        return SystemDescription(
            system=self._info, capabilities=CAPABILITIES, limits=Limits(window_days=WINDOW_DAYS)
        )

    async def diary(self, student_id: str, window: Window) -> Diary | None:
        """None if the file of people or the federal journal doesn't have the student.

        Raises ContractError.
        """
        enrolled = self._students.get(student_id)
        if enrolled is None:
            return None
        with contract_errors("the federal journal"):
            try:
                diary = await self._source.diary(student_id, enrolled, window)
            except StudentUnknown:
                return None
        return None if diary is None else translate.with_export_ids(diary, enrolled)
