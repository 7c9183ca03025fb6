"""A OneRoster 1.2 provider as the SDK wants it: homework and marks, and honestly nothing of the timetable."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from myedu.connector.adapters.oneroster import rest_days
from myedu.connector.adapters.oneroster import rest_models as rest
from myedu.connector.adapters.oneroster.rest_days import About, Course
from myedu.connector.adapters.oneroster.source import Provider, of
from myedu.connector.sdk.errors import JournalError, JournalSilent
from myedu.contract.answers import (
    Diary,
    HomeworkList,
    Marks,
    Schedule,
    SystemDescription,
    SystemInfo,
)
from myedu.contract.problems import ContractError, problem
from myedu.contract.school import Ref
from myedu.contract.windows import Window
from myedu.kit.clock import Clock

log = logging.getLogger(__name__)

T = TypeVar("T")
RETRY_AFTER = 30  # seconds, where the provider names none
KEPT = 300.0  # seconds for which names of courses and organisations are remembered


class OneRosterSystem:
    """Implements connector.sdk.system.JournalSystem."""

    def __init__(
        self, provider: Provider, info: SystemInfo, clock: Clock, time_zone: str, zones: dict[str, str]
    ) -> None:
        """`zones`: organisations whose clock is another."""
        self._provider, self._info, self._clock = provider, info, clock
        self._time_zone, self._zones = time_zone, zones
        self._named: dict[str, tuple[float, Ref | None]] = {}

    def today(self) -> date:
        return self._clock.now().astimezone(ZoneInfo(self._time_zone)).date()

    async def close(self) -> None:
        await self._provider.close()

    async def capabilities(self) -> SystemDescription:
        """The diary, of homework and marks: the standard has no lessons, attendance or final marks."""
        return SystemDescription(system=self._info, capabilities=("diary",))

    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        async def ask() -> Schedule | None:
            classes = await self._classes(student_id)
            return (
                None
                if classes is None
                else rest_days.schedule(await self._about(student_id, classes), window)
            )

        return await _told(ask)

    async def homework(self, student_id: str, window: Window) -> HomeworkList | None:
        async def ask() -> HomeworkList | None:
            classes = await self._classes(student_id)
            if classes is None:
                return None
            courses = await asyncio.gather(*(self._tasks(one) for one in classes))
            return rest_days.homework(await self._about(student_id, classes), window, courses)

        return await _told(ask)

    async def marks(self, student_id: str, window: Window) -> Marks | None:
        async def ask() -> Marks | None:
            found = await self._whole(student_id, window)
            return found[1] if found else None

        return await _told(ask)

    async def diary(self, student_id: str, window: Window) -> Diary | None:
        async def ask() -> Diary | None:
            found = await self._whole(student_id, window)
            return rest_days.diary(*found) if found else None

        return await _told(ask)

    async def _whole(self, student_id: str, window: Window) -> tuple[HomeworkList, Marks] | None:
        classes = await self._classes(student_id)
        if classes is None:
            return None
        about = await self._about(student_id, classes)
        courses = await asyncio.gather(*(self._results(one, student_id) for one in classes))
        collection = self._provider.all("/categories", "categories", rest.Category)
        categories = {one.sourced_id: one.title async for one in collection}
        return (
            rest_days.homework(about, window, courses),
            rest_days.marks(about, window, courses, categories),
        )

    async def _classes(self, student_id: str) -> list[rest.SchoolClass] | None:
        """None: the provider has no such student, or they are to be deleted."""
        if "/" in student_id:  # servers unpack %2F before they look for the route
            return None
        student = await self._provider.one(of("students", student_id), "user", rest.User)
        if student is None or student.status == "tobedeleted" or student.sourced_id != student_id:
            return None
        path = of("students", student_id, "classes")
        found = [one async for one in self._provider.all(path, "classes", rest.SchoolClass)]
        return [one for one in found if one.status != "tobedeleted"]

    async def _about(self, student_id: str, classes: list[rest.SchoolClass]) -> About:
        """The homeroom is the class; the school is that of the homeroom, else of any class."""
        if not classes:
            return About(student_id, self._time_zone, None, None)
        home = next((one for one in classes if one.class_type == "homeroom"), None)
        school = (home or classes[0]).school.sourced_id
        return About(
            student_id,
            self._zones.get(school, self._time_zone),
            await self._name(of("orgs", school), "org", rest.Org, school, lambda org: org.name),
            Ref(id=home.sourced_id, name=home.title) if home else None,
        )

    async def _tasks(self, one: rest.SchoolClass) -> Course:
        path = f"{of('classes', one.sourced_id)}/lineItems"
        items = {item.sourced_id: item async for item in self._provider.all(path, "lineItems", rest.LineItem)}
        course = one.course.sourced_id
        subject = await self._name(
            of("courses", course), "course", rest.Course, course, lambda got: got.title
        )
        return Course(subject or Ref(id=course, name=one.title), items, ())

    async def _results(self, one: rest.SchoolClass, student_id: str) -> Course:
        course = await self._tasks(one)
        path = f"{of('classes', one.sourced_id, 'students', student_id)}/results"
        results = [
            found
            async for found in self._provider.all(path, "results", rest.Result)
            if found.student.sourced_id == student_id  # another pupil's mark is never passed on
        ]
        return Course(course.subject, course.items, tuple(results))

    async def _name(
        self, path: str, name: str, kind: type[rest.T], one_id: str, called: Callable[[rest.T], str]
    ) -> Ref | None:
        now = self._clock.now().timestamp()
        if path not in self._named or now - self._named[path][0] > KEPT:
            found = await self._provider.one(path, name, kind)
            self._named[path] = (now, Ref(id=one_id, name=called(found)) if found else None)
        return self._named[path][1]


async def _told(ask: Callable[[], Awaitable[T]]) -> T:
    """What the provider did as an error of the contract."""
    try:
        return await ask()
    except JournalSilent as error:
        log.warning("no answer of the provider: %s", error)
        wait = int(error.retry_after or RETRY_AFTER)
        raise ContractError(problem("unavailable", detail=str(error)), retry_after=wait) from error
    except JournalError as error:
        # it will not pass by itself; the sentence says who can do something
        log.error("the provider can't be read: %s", error)
        raise ContractError(problem("internal", detail=str(error))) from error
