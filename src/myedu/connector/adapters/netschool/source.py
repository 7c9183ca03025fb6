"""Sources of the journal's answers: their protocol, and a folder of recorded answers."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

from myedu.connector.adapters.netschool import models
from myedu.connector.adapters.netschool.roster import EnrolledStudent
from myedu.connector.adapters.netschool.translate import Rules
from myedu.contract.windows import monday_of
from myedu.kit.clock import Clock


class SourceError(Exception):
    """No answer. The message says what to do, the subclass says who can do it."""


class SourceSilent(SourceError):
    """Try later: the server is unreachable, slow, overloaded or failing."""


class SourceRefuses(SourceError):
    """Call the region's operator: the account is refused."""


class Source(Protocol):
    """Weeks of the journal, by student and Monday."""

    async def week(self, enrolled: EnrolledStudent, monday: date) -> models.Week | None:
        """The week; None if the journal doesn't have the student. Raises SourceError, models.WrongShape."""
        ...

    async def rules(self, enrolled: EnrolledStudent) -> Rules:
        """How the student's school marks. Raises SourceError, models.WrongShape."""
        ...


class RecordedSource:
    """A folder of recorded answers (`*diary*.json`); every student of the roster gets the same ones.

    A week that wasn't recorded is empty. With `replay` it is one of the fullest recorded weeks, shifted by
    whole weeks and always the same for the same Monday, so that a demo in another year has lessons to show.
    With a clock, a replayed week has no marks of future lessons. Raises SourceRefuses if the folder has no
    answers.
    """

    def __init__(self, folder: Path, *, replay: bool = False, clock: Clock | None = None) -> None:
        self._weeks = _read_weeks(folder)
        self._replay = replay
        self._clock = clock

    async def week(self, enrolled: EnrolledStudent, monday: date) -> models.Week | None:
        """The recorded, replayed or empty week."""
        recorded = self._weeks.get(monday)
        if recorded is not None or not self._replay:
            return recorded or empty_week(monday)
        week = shifted_week(self._weeks[self._replayed(monday)], monday)
        if self._clock is None:
            return week
        return as_known_at(week, self._clock.now().astimezone(ZoneInfo(enrolled.school.time_zone)))

    async def rules(self, enrolled: EnrolledStudent) -> Rules:
        """The usual rules: they are not recorded."""
        return Rules()

    def subjects(self) -> set[str]:
        """Names of subjects in the recorded lessons."""
        return {
            lesson.subject_name
            for week in self._weeks.values()
            for day in week.week_days or ()
            for lesson in day.lessons or ()
        }

    def _replayed(self, monday: date) -> date:
        most = max(_school_days(week) for week in self._weeks.values())
        full = [start for start, week in sorted(self._weeks.items()) if _school_days(week) == most]
        return full[(monday - full[0]).days // 7 % len(full)]


def empty_week(monday: date) -> models.Week:
    """A week without days, as the journal answers it in the holidays."""
    return models.Week(week_start=monday.isoformat(), week_end=(monday + timedelta(days=6)).isoformat())


def shifted_week(week: models.Week, monday: date) -> models.Week:
    """The week shifted to begin on `monday`, with ids of its own, because a lesson has one id."""
    shift = monday - monday_of(models.day_of(week.week_start))
    suffix = f".{monday:%Y%m%d}"
    return msgspec.structs.replace(
        week,
        week_start=_shifted(week.week_start, shift),
        week_end=_shifted(week.week_end, shift),
        week_days=tuple(_shifted_day(day, shift, suffix) for day in week.week_days or ()),
    )


def as_known_at(week: models.Week, now: datetime) -> models.Week:
    """The week as it is known at `now`, in the school's time: without marks of lessons that aren't over."""
    return msgspec.structs.replace(week, week_days=tuple(_known(day, now) for day in week.week_days or ()))


def read_neighbours(folder: Path) -> list[models.School]:
    """The journal's organisations, if its list was recorded too (`*schools*.json`)."""
    files = sorted(folder.glob("*schools*.json"))
    return [
        school
        for file in files
        for school in models.decode(file.read_bytes(), list[models.School], str(file))
    ]


def _known(day: models.Day, now: datetime) -> models.Day:
    date, moment = models.day_of(day.date), (now.date(), f"{now:%H:%M}")
    lessons = tuple(
        lesson if (date, lesson.end_time) <= moment else _unmarked(lesson) for lesson in day.lessons or ()
    )
    return msgspec.structs.replace(day, lessons=lessons)


def _unmarked(lesson: models.Lesson) -> models.Lesson:
    works = tuple(msgspec.structs.replace(work, mark=None) for work in lesson.assignments or ())
    return msgspec.structs.replace(lesson, attendance=None, assignments=works)


def _shifted_day(day: models.Day, shift: timedelta, suffix: str) -> models.Day:
    lessons = tuple(
        msgspec.structs.replace(
            lesson,
            id=f"{lesson.id}{suffix}",
            assignments=tuple(
                msgspec.structs.replace(
                    work,
                    id=f"{work.id}{suffix}",
                    due_date=work.due_date and _shifted(work.due_date, shift),
                )
                for work in lesson.assignments or ()
            ),
        )
        for lesson in day.lessons or ()
    )
    return msgspec.structs.replace(day, date=_shifted(day.date, shift), lessons=lessons)


def _shifted(text: str, shift: timedelta) -> str:
    return f"{models.day_of(text) + shift}T00:00:00"


def _read_weeks(folder: Path) -> Mapping[date, models.Week]:
    files = sorted(folder.glob("*diary*.json"))
    if not files:
        raise SourceRefuses(
            f"{folder} has no *diary*.json: give the folder of recorded answers,"
            " or write generated ones with `--sample`"
        )
    weeks = [models.decode(file.read_bytes(), models.Week, str(file)) for file in files]
    return {monday_of(models.day_of(week.week_start)): week for week in weeks}


def _school_days(week: models.Week) -> int:
    return sum(1 for day in week.week_days or () if day.lessons)
