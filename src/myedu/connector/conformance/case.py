"""What a check receives: the system, and which students and days to request."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from myedu.connector.conformance.decode import decode_answer, fault_of
from myedu.connector.conformance.export_people import first_teacher, student_with_oid
from myedu.connector.conformance.http import Answer, HttpClient, in_path
from myedu.connector.conformance.package import Package
from myedu.connector.conformance.rule import Blocked, Skipped
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
"""The struct of an answer about a student's days → the name of its method."""
_FIRST_MONTH = 8  # of a school year: August
_WINDOW_DAYS = 14  # at most, in the window that the rules look at: last week and this one
_WINDOWS_BACK = 10  # searched for lessons: reaches past the summer holidays


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line gave. `students`: ids; most rules use the first only."""

    students: tuple[str, ...] = ()
    teacher: str | None = None
    esia_oid: str | None = None
    load_seconds: float = 10.0  # for which each rule of load sends requests


class DecodedAnswer(msgspec.Struct, Generic[T], frozen=True):
    """An answer that has the contract's shape: the struct, and the exchange that brought it."""

    value: T
    answer: Answer


class Case:
    """One system under judgement. What several rules need is requested once.

    `folder`: where files of the export package are kept during the run.
    """

    def __init__(
        self, http: HttpClient, capabilities_answer: Answer, options: Options, clock: Clock, folder: Path
    ) -> None:
        self.http, self.capabilities_answer = http, capabilities_answer
        self.options, self.clock = options, clock
        self.students: tuple[str, ...] = options.students
        self._folder = folder
        self._cached: dict[str, asyncio.Task[Any]] = {}

    # -- the system --------------------------------------------------------------------------

    @property
    def capabilities(self) -> Capabilities:
        """What the system declares. Raises Blocked if the answer can't be decoded."""
        return decode_capabilities(self.capabilities_answer)

    def declares(self, name: str) -> bool:
        """True for a declared capability or profile."""
        return name in (*self.capabilities.capabilities, *self.capabilities.profiles)

    def serves(self, called: Method) -> bool:
        """True if the system must answer this method: it is required, or its capability is declared."""
        needed = called.capability or called.profile
        return needed is None or self.declares(needed)

    @property
    def day_methods(self) -> tuple[str, ...]:
        """Names of the served methods about a student's days, in the order of DAY_ANSWERS."""
        return tuple(name for name in DAY_ANSWERS.values() if self.serves(method(name)))

    # -- students and days -------------------------------------------------------------------

    @property
    def student(self) -> str:
        """The id of the student that most rules use."""
        return self.students[0]

    async def window(self) -> Window:
        """The newest window of at most two weeks that has lessons; last week and this one if none has."""
        return await self.cached("window", self._find_window)

    async def _find_window(self) -> Window:
        monday = monday_of(self.clock.now().date())
        length = min(_WINDOW_DAYS, self.capabilities.limits.window_days)
        last = monday + timedelta(days=6)
        newest = Window(first=last - timedelta(days=length - 1), last=last)
        for back in range(_WINDOWS_BACK):
            step = timedelta(days=length * back)
            window = Window(first=newest.first - step, last=newest.last - step)
            answer = await self.get_days("schedule", window=window)
            if fault_of(answer, Schedule) is not None or answer.status != 200:
                break
            if msgspec.json.decode(answer.body, type=Schedule).lessons:
                return window
        return newest

    async def teacher(self) -> str:
        """The given teacher's id, or one from the export. Raises Skipped if there is neither."""
        if self.options.teacher is not None:
            return self.options.teacher
        return await self.cached("teacher", lambda: first_teacher(self.package()))

    async def esia_oid(self) -> str:
        """The given oid, or that of a student in the export. Raises Skipped if there is neither."""
        given = self.options.esia_oid
        return given if given is not None else (await self._known_oid())[0]

    async def student_of_oid(self) -> str | None:
        """The id of the student with the oid of `esia_oid`; None if the export doesn't say."""
        try:
            oid, student = await self._known_oid()
        except (Skipped, Blocked):
            return None
        return student if oid == await self.esia_oid() else None

    async def _known_oid(self) -> tuple[str, str]:
        return await self.cached("esia-oid", lambda: student_with_oid(self.package(), self.students))

    # -- requests ----------------------------------------------------------------------------

    def path(self, name: str, own_id: str | None = None) -> str:
        """The path of a method with one id in it (default: the student)."""
        path = method(name).path
        id_name = path.partition("{")[2].partition("}")[0]
        return path.replace(f"{{{id_name}}}", in_path(own_id if own_id is not None else self.student))

    async def get_days(
        self,
        name: str,
        *,
        student_id: str | None = None,
        window: Window | None = None,
        headers: dict[str, str] | None = None,
        again: bool = False,
    ) -> Answer:
        """GET of the method `name` about days, whatever its status. `window` None: `self.window()`."""
        query = query_of(window or await self.window())
        return await self.http.get(self.path(name, student_id), query, headers=headers, again=again)

    async def read_days(
        self, kind: type[Days], *, student_id: str | None = None, window: Window | None = None
    ) -> DecodedAnswer[Days]:
        """A correct answer about days. Raises Skipped if the method isn't declared, Blocked if it fails."""
        name = DAY_ANSWERS[kind]
        if not self.serves(method(name)):
            raise Skipped(f"{name} не объявлен", f"{name} is not declared")
        answer = await self.get_days(name, student_id=student_id, window=window)
        return DecodedAnswer(self.decode_served(answer, kind), answer)

    def decode_served(self, answer: Answer, kind: type[T]) -> T:
        """The body of a 200. Raises Blocked by the rule that reports any other answer."""
        if answer.status != 200:
            # 501: the description is wrong; any other status: the method fails
            by = DECLARED if answer.status == 501 else SERVED
            raise Blocked(by, f"ответ {answer.status} вместо 200", f"{answer.status}, not 200", answer)
        return decode_answer(answer, kind)

    async def package(self) -> Package:
        """The newest export package. Raises Skipped if exports are not declared."""
        if not self.declares("exports"):
            raise Skipped("выгрузка не объявлена", "exports are not declared")
        return await self.cached("package", lambda: Package.open(self.http, self._folder))

    async def cached(self, name: str, make: Callable[[], Awaitable[T]]) -> T:
        """The result of `make`, called once in a run for each `name`; a verdict it raises is raised again."""
        if name not in self._cached:
            self._cached[name] = asyncio.ensure_future(make())
        result: T = await asyncio.shield(self._cached[name])
        return result


def decode_capabilities(answer: Answer) -> Capabilities:
    """The body of an answer to /v1/capabilities. Raises Blocked if it can't be decoded."""
    if answer.status == 200 and fault_of(answer, Capabilities) is None:
        return msgspec.json.decode(answer.body, type=Capabilities)
    ru, en = "описание системы не читается", "the system's description can't be read"
    raise Blocked("capabilities.shape", ru, en, answer)


def query_of(window: Window) -> dict[str, str]:
    """`from` and `to` of a query, ISO 8601."""
    return {"from": window.first.isoformat(), "to": window.last.isoformat()}


def academic_year(day: date) -> int:
    """The first calendar year of the school year around a day; a school year begins in August."""
    return day.year - (day.month < _FIRST_MONTH)


def get_methods() -> tuple[Method, ...]:
    """Every method of the contract that only reads."""
    return tuple(listed for listed in METHODS if listed.verb == "GET")
