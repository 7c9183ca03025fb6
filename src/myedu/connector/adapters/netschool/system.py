"""«Сетевой город» as a JournalSystem: a roster's students over a source of weeks."""

import asyncio
import logging
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from myedu.connector.adapters.diary_system import DiarySystem
from myedu.connector.adapters.netschool import models, translate
from myedu.connector.adapters.netschool.roster import EnrolledStudent, Roster, enrolled_students
from myedu.connector.adapters.netschool.source import Source, SourceError, SourceSilent
from myedu.contract.answers import Diary, Limits, SystemDescription, SystemInfo
from myedu.contract.problems import ContractError, problem
from myedu.contract.windows import Window, monday_of
from myedu.kit.clock import Clock

log = logging.getLogger(__name__)

SYSTEM = SystemInfo(vendor="ИРТех", product="Сетевой город. Образование", version="5")
RETRY_AFTER = 30  # seconds: a failing server of theirs is seldom back sooner
LONGEST_WINDOW = 35  # days: each week takes a request


class NetSchoolSystem(DiarySystem):
    """Implements connector.sdk.system.JournalSystem."""

    def __init__(self, source: Source, roster: Roster, clock: Clock) -> None:
        self._source = source
        self._students = enrolled_students(roster)
        self._zone = ZoneInfo(roster.schools[0].time_zone)
        self._clock = clock

    def today(self) -> date:
        """The current day at the roster's first school."""
        return self._clock.now().astimezone(self._zone).date()

    async def capabilities(self) -> SystemDescription:
        """Without files: the link of an attachment needs the student's own session."""
        return SystemDescription(
            system=SYSTEM,
            capabilities=("diary", "attendance"),
            limits=Limits(window_days=LONGEST_WINDOW),
        )

    async def diary(self, student_id: str, window: Window) -> Diary | None:
        """None if the roster or the journal doesn't have the student. Raises ContractError."""
        enrolled = self._students.get(student_id)
        if enrolled is None:
            return None
        try:
            return await self._diary(enrolled, window)
        except SourceSilent as error:
            log.warning("no answer of the journal: %s", error)
            raise ContractError(problem("unavailable", detail=str(error)), retry_after=RETRY_AFTER) from error
        except (SourceError, models.WrongShape) as error:
            # a retry won't help; the message says who can fix it
            log.error("the journal can't be read: %s", error)
            raise ContractError(problem("internal", detail=str(error))) from error

    async def _diary(self, enrolled: EnrolledStudent, window: Window) -> Diary | None:
        rules = await self._source.rules(enrolled)
        mondays = [monday_of(window.first)]
        while mondays[-1] + timedelta(days=7) <= window.last:
            mondays.append(mondays[-1] + timedelta(days=7))
        weeks = await asyncio.gather(*(self._source.week(enrolled, monday) for monday in mondays))
        known = [week for week in weeks if week is not None]
        return translate.diary(known, enrolled.place, window, rules) if known else None
