"""A OneRoster 1.2 provider as a JournalSystem: homework and marks; the standard has no timetable."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from myedu.connector.adapters.contract_errors import contract_errors
from myedu.connector.adapters.oneroster import gradebook
from myedu.connector.adapters.oneroster import rest_models as rest
from myedu.connector.adapters.oneroster.fields import is_id
from myedu.connector.adapters.oneroster.gradebook import ClassGradebook, StudentContext
from myedu.connector.adapters.oneroster.rest_models import id_of
from myedu.connector.adapters.oneroster.source import Provider, path_of
from myedu.connector.sdk.diary import compose
from myedu.contract.answers import (
    Diary,
    HomeworkList,
    Marks,
    Schedule,
    SystemDescription,
    SystemInfo,
)
from myedu.contract.placeholders import filled
from myedu.contract.plain_text import sanitize_text
from myedu.contract.school import Ref
from myedu.contract.windows import Window
from myedu.kit.clock import Clock

NAMES_TTL = 300.0  # seconds for which names of courses and organisations are cached
_PROVIDER = "the provider"


class OneRosterSystem:
    """Implements connector.sdk.system.JournalSystem with the diary. All answers raise ContractError."""

    def __init__(
        self, provider: Provider, info: SystemInfo, clock: Clock, time_zone: str, zones: dict[str, str]
    ) -> None:
        """`zones`: id of an organisation → its time zone, where it differs from `time_zone`."""
        self._provider, self._info, self._clock = provider, info, clock
        self._time_zone, self._zones = time_zone, zones
        self._names: dict[str, tuple[float, Ref | None]] = {}

    def today(self) -> date:
        """The current day in `time_zone`."""
        return self._clock.now().astimezone(ZoneInfo(self._time_zone)).date()

    async def close(self) -> None:
        """Close the connections."""
        await self._provider.close()

    async def capabilities(self) -> SystemDescription:
        """The diary, with homework and marks: the standard has no lessons, attendance or final marks."""
        return SystemDescription(system=self._info, capabilities=("diary",))

    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        """No lessons; None if the provider has no such student."""
        with contract_errors(_PROVIDER):
            classes = await self._classes(student_id)
            if classes is None:
                return None
            return gradebook.schedule(await self._context(student_id, classes), window)

    async def homework(self, student_id: str, window: Window) -> HomeworkList | None:
        """Line items of the student's classes; None if the provider has no such student."""
        with contract_errors(_PROVIDER):
            classes = await self._classes(student_id)
            if classes is None:
                return None
            gradebooks = await asyncio.gather(*map(self._line_items, classes))
            return gradebook.homework(await self._context(student_id, classes), window, gradebooks)

    async def marks(self, student_id: str, window: Window) -> Marks | None:
        """Results of the student; None if the provider has no such student."""
        with contract_errors(_PROVIDER):
            found = await self._student_gradebooks(student_id)
            return (
                gradebook.marks(found.student, window, found.gradebooks, found.categories) if found else None
            )

    async def diary(self, student_id: str, window: Window) -> Diary | None:
        """Homework and marks without lessons; None if the provider has no such student."""
        with contract_errors(_PROVIDER):
            found = await self._student_gradebooks(student_id)
            if found is None:
                return None
            return compose(
                gradebook.schedule(found.student, window),
                gradebook.homework(found.student, window, found.gradebooks),
                gradebook.marks(found.student, window, found.gradebooks, found.categories),
                None,
            )

    async def _student_gradebooks(self, student_id: str) -> "_StudentGradebooks | None":
        classes = await self._classes(student_id)
        if classes is None:
            return None
        student = await self._context(student_id, classes)
        gradebooks = await asyncio.gather(
            *(self._gradebook(school_class, student_id) for school_class in classes)
        )
        collection = self._provider.all("/categories", "categories", rest.Category)
        categories = {category.sourced_id: category.title async for category in collection}
        return _StudentGradebooks(student, gradebooks, categories)

    async def _classes(self, student_id: str) -> list[rest.SchoolClass] | None:
        """None if the provider has no such student, or the student is to be deleted."""
        if "/" in student_id:  # servers decode %2F before they look for the route
            return None
        student = await self._provider.one(path_of("students", student_id), "user", rest.User)
        if student is None or student.is_deleted or student.sourced_id != student_id:
            return None
        path = path_of("students", student_id, "classes")
        classes = [found async for found in self._provider.all(path, "classes", rest.SchoolClass)]
        return [found for found in classes if not found.is_deleted and is_id(found.sourced_id)]

    async def _context(self, student_id: str, classes: list[rest.SchoolClass]) -> StudentContext:
        """The class is the homeroom; the school is that of the homeroom, else of any class."""
        if not classes:
            return StudentContext(student_id, self._time_zone, None, None)
        homeroom = next((found for found in classes if found.class_type == "homeroom"), None)
        schools = [id_of(found.school) for found in ([homeroom] if homeroom else []) + classes]
        school = next(filter(None, schools), "")
        return StudentContext(
            student_id,
            self._zones.get(school, self._time_zone),
            await self._ref("orgs", school, "org", rest.Org, lambda org: org.name),
            _ref_of(homeroom.sourced_id, homeroom.title) if homeroom else None,
        )

    async def _line_items(self, school_class: rest.SchoolClass) -> ClassGradebook:
        path = f"{path_of('classes', school_class.sourced_id)}/lineItems"
        items = {item.sourced_id: item async for item in self._provider.all(path, "lineItems", rest.LineItem)}
        course_id = id_of(school_class.course)
        subject = await self._ref("courses", course_id, "course", rest.Course, lambda course: course.title)
        # A class may name no course: then the class itself is what is taught.
        subject = subject or _ref_of(
            course_id if is_id(course_id) else school_class.sourced_id, school_class.title
        )
        return ClassGradebook(subject, items, ())

    async def _gradebook(self, school_class: rest.SchoolClass, student_id: str) -> ClassGradebook:
        line_items = await self._line_items(school_class)
        path = f"{path_of('classes', school_class.sourced_id, 'students', student_id)}/results"
        results = [
            result
            async for result in self._provider.all(path, "results", rest.Result)
            if id_of(result.student) == student_id  # never pass on another student's mark
        ]
        return ClassGradebook(line_items.subject, line_items.items, tuple(results))

    async def _ref(
        self, collection: str, object_id: str, name: str, kind: type[rest.T], name_of: Callable[[rest.T], str]
    ) -> Ref | None:
        """The object of a collection with its name, cached; None if the provider doesn't have it."""
        if not is_id(object_id) or "/" in object_id:
            return None
        path, now = path_of(collection, object_id), self._clock.now().timestamp()
        if path not in self._names or now - self._names[path][0] > NAMES_TTL:
            thing = await self._provider.one(path, name, kind)
            self._names[path] = (now, _ref_of(object_id, name_of(thing)) if thing else None)
        return self._names[path][1]


def _ref_of(object_id: str, name: str) -> Ref:
    """A reference, whose name needs something visible: else it is the id."""
    return Ref(id=object_id, name=filled(sanitize_text(name, 500, lines=False)) or object_id)


class _StudentGradebooks(NamedTuple):
    student: StudentContext
    gradebooks: list[ClassGradebook]
    categories: dict[str, str]  # id → title
