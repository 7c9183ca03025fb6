"""The journal as the SDK wants it: a roster's students over a source of weeks."""

import asyncio
import logging
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from myedu.connector.adapters.netschool import models, translate
from myedu.connector.adapters.netschool.roster import Roster, Seat, seats
from myedu.connector.adapters.netschool.source import Source, SourceError, SourceSilent
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
from myedu.contract.windows import Window, monday_of
from myedu.kit.clock import Clock

log = logging.getLogger(__name__)

SYSTEM = SystemInfo(vendor="ИРТех", product="Сетевой город. Образование", version="5")
RETRY_AFTER = 30  # seconds: a server of theirs that fails is seldom back sooner
LONGEST_WINDOW = 35  # days: each week is a request of its own


class NetSchoolSystem:
    """Implements connector.sdk.system.JournalSystem. All answers are parts of the diary, so they agree."""

    def __init__(self, source: Source, roster: Roster, clock: Clock) -> None:
        self._source = source
        self._seats = seats(roster)
        self._zone = ZoneInfo(roster.schools[0].time_zone)
        self._clock = clock

    def today(self) -> date:
        """The day of the roster's first school."""
        return self._clock.now().astimezone(self._zone).date()

    async def capabilities(self) -> SystemDescription:
        """No files: an attachment's link would need the pupil's own session."""
        return SystemDescription(
            system=SYSTEM,
            capabilities=("diary", "attendance"),
            limits=Limits(window_days=LONGEST_WINDOW),
        )

    async def diary(self, student_id: str, window: Window) -> Diary | None:
        seat = self._seats.get(student_id)
        if seat is None:
            return None
        try:
            return await self._diary(seat, window)
        except SourceSilent as error:
            log.warning("no answer of the journal: %s", error)
            raise ContractError(problem("unavailable", detail=str(error)), retry_after=RETRY_AFTER) from error
        except (SourceError, models.WrongShape) as error:
            # It will not pass by itself; the sentence says who can do something.
            log.error("the journal can't be read: %s", error)
            raise ContractError(problem("internal", detail=str(error))) from error

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

    async def _diary(self, seat: Seat, window: Window) -> Diary | None:
        rules = await self._source.rules(seat)
        mondays = [monday_of(window.first)]
        while mondays[-1] + timedelta(days=7) <= window.last:
            mondays.append(mondays[-1] + timedelta(days=7))
        weeks = await asyncio.gather(*(self._source.week(seat, monday) for monday in mondays))
        found = [week for week in weeks if week is not None]
        return translate.diary(found, seat.place, window, rules) if found else None
