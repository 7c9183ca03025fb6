"""What the rules of the group data share."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from myedu.connector.conformance.case import DAY_ANSWERS, Case, DecodedAnswer
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.http import Answer
from myedu.connector.conformance.rule import Blocked, Skipped
from myedu.contract.answers import Answer as DayAnswer
from myedu.contract.answers import (
    AttendanceList,
    FinalMarks,
    HomeworkList,
    Marks,
    Schedule,
    StudentAnswer,
)

Days = TypeVar("Days", bound=DayAnswer)

_PARTS: tuple[type[StudentAnswer], ...] = (Schedule, HomeworkList, Marks, AttendanceList)


def some(found: Sequence[object], ru: str, en: str, answer: Answer) -> None:
    """Raises Skipped if `found` is empty: there is nothing to judge. `ru`, `en`: what is missing."""
    if not found:
        raise Skipped(f"в окне нет: {ru}", f"the window has no {en}", answer)


def zone_of(decoded: DecodedAnswer[Days]) -> ZoneInfo:
    """The school's time zone. Raises Blocked if its name is unknown."""
    try:
        return ZoneInfo(decoded.value.time_zone)
    except (KeyError, ValueError, OSError):  # the name of a folder of the database raises OSError
        raise Blocked(
            "data.time-zone-known", "часовой пояс неизвестен", "the time zone is unknown", decoded.answer
        ) from None


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The date of an instant by the school's clock."""
    return at.astimezone(zone).date()


async def each_part(case: Case) -> list[tuple[str, DecodedAnswer[StudentAnswer]]]:
    """The answers about days of every method that is served, by the method's name. Raises Blocked."""
    found: list[tuple[str, DecodedAnswer[StudentAnswer]]] = []
    for kind in _PARTS:
        try:
            decoded = await case.read_days(kind)
        except Skipped:
            continue
        found.append((DAY_ANSWERS[kind], decoded))
    return found


async def no_wrong_text(case: Case, is_wrong: Callable[[str, str], bool], ru: str, en: str) -> None:
    """Raises Broken with this sentence if `is_wrong(path of the field, text)` holds for a text for people."""
    wrong = [(field, answer) for field, text, answer in await _texts_of(case) if is_wrong(field, text)]
    none_at([field for field, _ in wrong], ru, en, *[answer for _, answer in wrong[:1]])


async def _texts_of(case: Case) -> list[tuple[str, str, Answer]]:
    """Every text for people in the answers about days: (path of the field, text, answer)."""
    found = []
    for kind in _PARTS:
        try:
            decoded = await case.read_days(kind)
        except Skipped:
            continue
        found += [
            (where, text, decoded.answer) for where, text in _texts(msgspec.to_builtins(decoded.value), "")
        ]
    return found


async def final_marks(case: Case) -> DecodedAnswer[FinalMarks]:
    """The student's final marks of the school year that began last September. Raises Skipped, Blocked."""
    today = case.clock.now().date()
    year = today.year if today.month >= 9 else today.year - 1
    answer = await case.http.get(case.path("final-marks"), {"academic_year": str(year)})
    decoded = DecodedAnswer(case.decode_served(answer, FinalMarks), answer)
    some(decoded.value.final_marks, "итоговые отметки", "final marks", answer)
    return decoded


def ids_of(answer: StudentAnswer) -> set[str]:
    """The ids of the lessons, homework or marks of an answer."""
    match answer:
        case Schedule():
            return {lesson.id for lesson in answer.lessons}
        case HomeworkList():
            return {task.id for task in answer.homework}
        case Marks():
            return {mark.id for mark in answer.marks}
    raise TypeError(f"a {type(answer).__name__} lists nothing with ids")


def _texts(value: object, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{where}.{name}" if where else name)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{where}[{number}]")
    elif isinstance(value, str) and where.rpartition(".")[2] in _TEXT_FIELDS:
        yield where, value


_TEXT_FIELDS = {"name", "text", "topic", "comment", "reason", "room"}
