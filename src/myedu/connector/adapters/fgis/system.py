"""The federal journal as the SDK wants it. All answers are parts of one Schedule, so they agree."""

import logging
from datetime import date
from zoneinfo import ZoneInfo

from myedu.connector.adapters.fgis import translate
from myedu.connector.adapters.fgis.models import Seat
from myedu.connector.adapters.fgis.source import Source
from myedu.connector.sdk.errors import JournalError, JournalSilent, StudentUnknown
from myedu.connector.sdk.federal_client import WINDOW_DAYS
from myedu.contract.answers import (
    AttendanceList,
    Diary,
    HomeworkList,
    Limits,
    Marks,
    Schedule,
    SystemDescription,
    SystemInfo,
)
from myedu.contract.problems import ContractError, problem
from myedu.contract.windows import Window
from myedu.kit.clock import Clock

log = logging.getLogger(__name__)

RETRY_AFTER = 30  # seconds, where the federal journal names none
CAPABILITIES = ("diary", "attendance")


class FgisSystem:
    """Implements connector.sdk.system.JournalSystem: diary and attendance; the profile has no more."""

    def __init__(
        self, source: Source, seats: dict[str, Seat], info: SystemInfo, clock: Clock, time_zone: str
    ) -> None:
        self._source, self._seats, self._info = source, seats, info
        self._clock, self._zone = clock, ZoneInfo(time_zone)

    def today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    async def close(self) -> None:
        """Close the connections."""
        await self._source.close()

    async def capabilities(self) -> SystemDescription:
        return SystemDescription(
            system=self._info, capabilities=CAPABILITIES, limits=Limits(window_days=WINDOW_DAYS)
        )

    async def diary(self, student_id: str, window: Window) -> Diary | None:
        """None also for a pupil of whom the federal journal knows nothing."""
        seat = self._seats.get(student_id)
        if seat is None:
            return None
        try:
            diary = await self._source.diary(student_id, seat, window)
        except StudentUnknown:
            return None
        except JournalSilent as error:
            log.warning("no answer of the federal journal: %s", error)
            wait = int(error.retry_after or RETRY_AFTER)
            raise ContractError(problem("unavailable", detail=str(error)), retry_after=wait) from error
        except JournalError as error:
            # it will not pass by itself; the sentence says who can do something
            log.error("the federal journal can't be read: %s", error)
            raise ContractError(problem("internal", detail=str(error))) from error
        return None if diary is None else translate.placed(diary, seat)

    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        whole = await self.diary(student_id, window)
        return None if whole is None else translate.schedule(whole)

    async def homework(self, student_id: str, window: Window) -> HomeworkList | None:
        whole = await self.diary(student_id, window)
        return None if whole is None else translate.homework(whole)

    async def marks(self, student_id: str, window: Window) -> Marks | None:
        whole = await self.diary(student_id, window)
        return None if whole is None else translate.marks(whole)

    async def attendance(self, student_id: str, window: Window) -> AttendanceList | None:
        whole = await self.diary(student_id, window)
        return None if whole is None else translate.attendance(whole)
