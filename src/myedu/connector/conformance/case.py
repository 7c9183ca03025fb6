"""What a check is given: the system to ask, and whom and when to ask about."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from myedu.connector.conformance.ask import Answer, Asker, in_path
from myedu.connector.conformance.package import Package
from myedu.connector.conformance.people import first_teacher, student_with_oid
from myedu.connector.conformance.reading import decoded, fault_of
from myedu.connector.conformance.rule import Blocked, Nothing
from myedu.contract.answers import (
    AttendanceList,
    Capabilities,
    Diary,
    HomeworkList,
    Marks,
    Schedule,
    StudentAnswer,
)
from myedu.contract.methods import METHODS, Method, method
from myedu.contract.windows import Window, monday_of
from myedu.kit.clock import Clock

T = TypeVar("T")
Days = TypeVar("Days", bound=StudentAnswer)

SERVED, DECLARED = "methods.served", "capabilities.declared"
DAY_ANSWERS: dict[type[StudentAnswer], str] = {
    Schedule: "schedule",
    HomeworkList: "homework",
    Marks: "marks",
    Diary: "diary",
    AttendanceList: "attendance",
}
"""The answers about a student's days → the method's name."""
_YEAR_BEGINS = 8  # August
_LONGEST_LOOK = 14  # days of the window that the rules look at: last week and this one
_LOOKS = 10  # windows back: over the longest holidays


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the person who judges gave. `students`: ids; the first is asked most."""

    students: tuple[str, ...] = ()
    teacher: str | None = None
    esia_oid: str | None = None
    load_seconds: float = 10.0


class Read(msgspec.Struct, Generic[T], frozen=True):
    """An answer that keeps the contract's shape, and how it came."""

    value: T
    answer: Answer


class Case:
    """One system before the judge. Everything that is asked twice is kept."""

    def __init__(self, ask: Asker, described: Answer, options: Options, clock: Clock, folder: Path) -> None:
        self.ask, self.described, self.options, self.clock = ask, described, options, clock
        self.students: tuple[str, ...] = options.students
        self._folder = folder
        self._once: dict[str, asyncio.Task[Any]] = {}

    # -- the system --------------------------------------------------------------------------

    @property
    def capabilities(self) -> Capabilities:
        """Raises Blocked where the description can't be read."""
        return described(self.described)

    def declares(self, name: str) -> bool:
        """A capability or a profile."""
        return name in (*self.capabilities.capabilities, *self.capabilities.profiles)

    def serves(self, one: Method) -> bool:
        """Whether the system must answer this method."""
        needed = one.capability or one.profile
        return needed is None or self.declares(needed)

    @property
    def day_methods(self) -> tuple[str, ...]:
        """Names of the served methods about a student's days."""
        return tuple(name for name in DAY_ANSWERS.values() if self.serves(method(name)))

    # -- whom and when -----------------------------------------------------------------------

    @property
    def student(self) -> str:
        """The student who is asked most."""
        return self.students[0]

    async def window(self) -> Window:
        """Two weeks or less with lessons, the newest there are; this week where none are found."""
        return await self.once("window", self._find_window)

    async def _find_window(self) -> Window:
        monday = monday_of(self.clock.now().date())
        length = min(_LONGEST_LOOK, self.capabilities.limits.window_days)
        last = monday + timedelta(days=6)
        newest = Window(first=last - timedelta(days=length - 1), last=last)
        for back in range(_LOOKS):
            step = timedelta(days=length * back)
            window = Window(first=newest.first - step, last=newest.last - step)
            answer = await self.ask_days("schedule", window=window)
            if fault_of(answer, Schedule) is not None or answer.status != 200:
                break
            if msgspec.json.decode(answer.body, type=Schedule).lessons:
                return window
        return newest

    async def teacher(self) -> str:
        """The teacher given, or one of the export's. Raises Nothing where neither is there."""
        if self.options.teacher is not None:
            return self.options.teacher
        return await self.once("teacher", lambda: first_teacher(self.package()))

    async def esia_oid(self) -> str:
        """The oid given, or one of the export's students. Raises Nothing where neither is there."""
        given = self.options.esia_oid
        return given if given is not None else (await self._known_oid())[0]

    async def student_of_oid(self) -> str | None:
        """Whose oid `esia_oid` gives, None where that isn't known."""
        try:
            oid, student = await self._known_oid()
        except (Nothing, Blocked):
            return None
        return student if oid == await self.esia_oid() else None

    async def _known_oid(self) -> tuple[str, str]:
        return await self.once("esia-oid", lambda: student_with_oid(self.package(), self.students))

    def path(self, name: str, own_id: str | None = None) -> str:
        """The path of a method with one id in it (default: the student)."""
        path = method(name).path
        id_name = path.partition("{")[2].partition("}")[0]
        return path.replace(f"{{{id_name}}}", in_path(own_id if own_id is not None else self.student))

    async def ask_days(
        self,
        name: str,
        *,
        student_id: str | None = None,
        window: Window | None = None,
        headers: dict[str, str] | None = None,
        again: bool = False,
    ) -> Answer:
        """GET of a method about days, whatever is answered. `window` None: `self.window()`."""
        asked = window or await self.window()
        return await self.ask.get(self.path(name, student_id), query_of(asked), headers=headers, again=again)

    async def read(
        self, kind: type[Days], *, student_id: str | None = None, window: Window | None = None
    ) -> Read[Days]:
        """A good answer about days. Raises Nothing where undeclared, Blocked where it is not served well."""
        name = DAY_ANSWERS[kind]
        if not self.serves(method(name)):
            raise Nothing(f"{name} не объявлен", f"{name} is not declared")
        answer = await self.ask_days(name, student_id=student_id, window=window)
        return Read(self.served(answer, kind), answer)

    def served(self, answer: Answer, kind: type[T]) -> T:
        """The body of a 200. Raises Blocked by the rule that tells of anything else."""
        if answer.status != 200:
            # a method that isn't there at all is a wrong description; anything else is a method that fails
            by = DECLARED if answer.status == 501 else SERVED
            raise Blocked(by, f"ответ {answer.status} вместо 200", f"{answer.status}, not 200", answer)
        return decoded(answer, kind)

    async def package(self) -> Package:
        """The newest export package. Raises Nothing where exports are not declared."""
        if not self.declares("exports"):
            raise Nothing("выгрузка не объявлена", "exports are not declared")
        return await self.once("package", lambda: Package.open(self.ask, self._folder))

    async def once(self, name: str, make: Callable[[], Awaitable[T]]) -> T:
        """What several rules need, made once in a run; its verdict is told to each."""
        if name not in self._once:
            self._once[name] = asyncio.ensure_future(make())
        found: T = await asyncio.shield(self._once[name])
        return found


def described(answer: Answer) -> Capabilities:
    """What an answer of /v1/capabilities says. Raises Blocked where it can't be read."""
    if answer.status == 200 and fault_of(answer, Capabilities) is None:
        return msgspec.json.decode(answer.body, type=Capabilities)
    ru, en = "описание системы не читается", "the system's description can't be read"
    raise Blocked("capabilities.shape", ru, en, answer)


def query_of(window: Window) -> dict[str, str]:
    return {"from": window.first.isoformat(), "to": window.last.isoformat()}


def one_day(day: date) -> Window:
    return Window(first=day, last=day)


def academic_year(day: date) -> int:
    """The first calendar year of the school year around a day."""
    return day.year - (day.month < _YEAR_BEGINS)


def get_methods() -> tuple[Method, ...]:
    """Every method that only reads."""
    return tuple(one for one in METHODS if one.verb == "GET")
