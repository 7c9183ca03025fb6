"""What the rules of data share."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from myedu.connector.conformance.ask import Answer
from myedu.connector.conformance.case import Case, Read
from myedu.connector.conformance.rule import Blocked, Nothing
from myedu.contract.answers import Answer as DayAnswer
from myedu.contract.answers import (
    AttendanceList,
    FinalMarks,
    HomeworkList,
    Marks,
    Schedule,
    StudentAnswer,
)

_PARTS: tuple[type[StudentAnswer], ...] = (Schedule, HomeworkList, Marks, AttendanceList)
_SCALES = {
    "5": re.compile(r"[1-5][+-]?"),
    "10": re.compile(r"10|[0-9]"),
    "12": re.compile(r"1[0-2]|[1-9]"),
    "100": re.compile(r"100|[1-9]?[0-9]"),
}


def some(found: Sequence[Any], ru: str, en: str, answer: Answer) -> None:
    """Raises Nothing where there is nothing to judge by; `ru`, `en`: what is missing."""
    if not found:
        raise Nothing(f"в окне нет: {ru}", f"the window has no {en}", answer)


def zone_of(read: Read[Any]) -> ZoneInfo:
    """The school's zone. Raises Blocked for a name that is none."""
    answer: DayAnswer = read.value
    try:
        return ZoneInfo(answer.time_zone)
    except (KeyError, ValueError, OSError):  # a folder's name is an OSError
        raise Blocked(
            "data.time-zone-known", "часовой пояс неизвестен", "the time zone is unknown", read.answer
        ) from None


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The school's day of an instant."""
    return at.astimezone(zone).date()


def on_scale(value: str, scale: str) -> bool:
    """Whether a mark's value belongs to its scale; scales in words and unknown ones hold anything."""
    pattern = _SCALES.get(scale)
    return pattern is None or pattern.fullmatch(value) is not None


async def texts_of(case: Case) -> list[tuple[str, str, Answer]]:
    """Every text for people in the answers about days: where it stands, the text, the answer."""
    found = []
    for kind in _PARTS:
        try:
            read = await case.read(kind)
        except Nothing:
            continue
        found += [(where, text, read.answer) for where, text in _texts(msgspec.to_builtins(read.value), "")]
    return found


async def final_marks(case: Case) -> Read[FinalMarks]:
    """The student's final marks of the running year; in summer, of the year that has ended."""
    today = case.clock.now().date()
    year = today.year if today.month >= 9 else today.year - 1
    answer = await case.ask.get(case.path("final-marks"), {"academic_year": str(year)})
    read = Read(case.served(answer, FinalMarks), answer)
    some(read.value.final_marks, "итоговые отметки", "final marks", answer)
    return read


def ids_of(answer: StudentAnswer) -> set[str]:
    """The ids of what an answer lists."""
    name = {Schedule: "lessons", HomeworkList: "homework", Marks: "marks"}[type(answer)]
    return {one.id for one in getattr(answer, name)}


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{where}.{name}" if where else name)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{where}[{number}]")
    elif isinstance(value, str) and where.rpartition(".")[2] in _TEXT_FIELDS:
        yield where, value


_TEXT_FIELDS = {"name", "text", "topic", "comment", "reason", "room"}
