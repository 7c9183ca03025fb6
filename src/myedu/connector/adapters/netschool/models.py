"""The answers of `/webapi` as servers send them: with nulls, missing keys and local times without a zone.

Each day, lesson and assignment of a week is read by itself: one of another shape is left out and logged.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar, cast, get_args, get_origin
from zoneinfo import ZoneInfo

import msgspec

S = TypeVar("S")

_log = logging.getLogger(__name__)

Number = int | str
"""An id: a number of any size, which some servers quote."""


class WrongShape(Exception):
    """An answer doesn't have this journal's shape; its vendor has to look at it."""


class Answer(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """An object of an answer. Unknown keys are ignored: each of the ~50 servers adds its own."""


class Mark(Answer, frozen=True, kw_only=True):
    """A mark of an assignment."""

    mark: int | float | str | None = None  # null while the mark is owed
    duty_mark: bool | None = False  # «задолженность», shown as a point
    abbr: str | None = None  # a code of attendance, instead of a mark


class MarkComment(Answer, frozen=True, kw_only=True):
    """The teacher's comment on a mark."""

    name: str | None = None


class Assignment(Answer, frozen=True, kw_only=True):
    """A task of a lesson: homework or any other work, with its mark."""

    id: Number
    type_id: int | None = None
    assignment_name: str | None = None
    weight: float | None = None  # always 0 in a school without weights
    due_date: str | None = None
    mark: Mark | None = None
    mark_comment: MarkComment | None = None


class Lesson(Answer, frozen=True, kw_only=True):
    """A lesson of a day."""

    id: Number = msgspec.field(name="classmeetingId")
    start_time: str  # "08:00", the school's local time
    end_time: str
    subject_name: str
    number: int | None = None
    room: str | None = None
    assignments: tuple[Assignment, ...] | None = None
    is_ea_lesson: bool | None = False  # extracurricular
    attendance: str | None = None  # a code; no recorded answer has it


class Day(Answer, frozen=True, kw_only=True):
    """A day with its lessons."""

    date: str  # "2022-01-13T00:00:00"
    lessons: tuple[Lesson, ...] | None = None


class Week(Answer, frozen=True, kw_only=True):
    """`student/diary`: a week of one student."""

    week_start: str
    week_end: str
    week_days: tuple[Day, ...] | None = None
    class_name: str | None = None


class DiaryStudent(Answer, frozen=True, kw_only=True):
    """A student whose diary an account may read."""

    student_id: Number


class DiaryInit(Answer, frozen=True, kw_only=True):
    """`student/diary/init`: the students that this account may read, and how the school marks."""

    students: tuple[DiaryStudent, ...] = ()
    max_mark: int | None = 5
    weight: bool | None = False


class WorkType(Answer, frozen=True, kw_only=True):
    """`grade/assignment/types`: ids differ between servers, letters (`abbr`) don't."""

    id: int
    name: str | None = None
    abbr: str | None = None


class LoginData(Answer, frozen=True, kw_only=True):
    """`auth/getdata`: the salt of the password; `lt` and `ver` are sent back unchanged."""

    lt: Number
    ver: Number
    salt: Number


class SignedIn(Answer, frozen=True, kw_only=True):
    """`login`: the token for the header `at`."""

    at: str


class Year(Answer, frozen=True, kw_only=True):
    """`years/current`."""

    id: Number


class School(Answer, frozen=True, kw_only=True):
    """An organisation of the journal. Organisations may share INN and OGRN."""

    id: Number
    name: str
    short_name: str | None = None
    inn: str | None = None
    ogrn: str | None = None
    address: str | None = None


def day_of(text: str, time_zone: str | None = None) -> date:
    """The day of «2022-01-13T00:00:00»: the midnight has no meaning.

    An instant with an offset, such as «2022-01-13T21:30:00Z», is on the day that `time_zone` has then. Raises
    WrongShape.
    """
    try:
        at = datetime.fromisoformat(text)
        return (at.astimezone(ZoneInfo(time_zone)) if at.tzinfo and time_zone else at).date()
    except (ValueError, OverflowError):
        pass  # the day may be readable without its time
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise WrongShape(f"{text[:40]!r} is not a day of «Сетевой город»") from None


def decode(body: bytes, kind: type[S], what: str) -> S:
    """An answer as `kind`. Raises WrongShape that says where it differs; `what` names the answer."""
    if kind is Week:
        return cast(S, _week(body, what))
    if kind is DiaryInit:
        return cast(S, _init(body, what))
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        elements = decode(body, cast(type[Any], Any), what)
        return cast(S, [*_readable(elements, lambda element: _converted(element, item), f"a part of {what}")])
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WrongShape(f"{what} is not an answer of «Сетевой город»: {error}") from None


class _WeekEnvelope(Answer, frozen=True, kw_only=True):
    """A week whose days have not been read yet."""

    week_start: str
    week_end: str
    week_days: list[Any] | None = None
    class_name: str | None = None


def _week(body: bytes, what: str) -> Week:
    envelope = decode(body, _WeekEnvelope, what)
    days = _readable(envelope.week_days, _day, "a day")
    return Week(
        week_start=envelope.week_start,
        week_end=envelope.week_end,
        week_days=days,
        class_name=envelope.class_name,
    )


def _init(body: bytes, what: str) -> DiaryInit:
    """How the school marks is as usual where it can't be read: the students matter more."""
    answer = decode(body, dict[str, Any], what)
    students = _readable(
        answer.get("students"), lambda element: _converted(element, DiaryStudent), "a student of an account"
    )
    rules = {name: answer.get(name) for name in ("maxMark", "weight")}
    try:
        return msgspec.structs.replace(msgspec.convert(rules, DiaryInit, strict=False), students=students)
    except msgspec.ValidationError as error:
        _log.warning(
            "«Сетевой город» sent rules of marking that can't be read, the usual ones hold: %s", error
        )
        return DiaryInit(students=students)


def _readable(elements: Any, read: Callable[[Any], S], what: str) -> tuple[S, ...]:
    found = []
    # A list of one is sent as its element by some servers.
    for element in elements if isinstance(elements, list) else [] if elements is None else [elements]:
        try:
            found.append(read(element))
        except (msgspec.ValidationError, WrongShape) as error:
            _log.warning("«Сетевой город» sent %s that can't be read, it is left out: %s", what, error)
    return tuple(found)


def _day(element: Any) -> Day:
    day = _converted(element, Day, lessons=None)
    day_of(day.date)
    lessons = _readable(element.get("lessons"), _lesson, f"a lesson of {day.date[:10]}")
    return msgspec.structs.replace(day, lessons=lessons)


def _lesson(element: Any) -> Lesson:
    lesson = _converted(element, Lesson, assignments=None)
    works = _readable(element.get("assignments"), _assignment, f"an assignment of the lesson {lesson.id}")
    return msgspec.structs.replace(lesson, assignments=works)


def _assignment(element: Any) -> Assignment:
    mark = element.get("mark") if isinstance(element, dict) else None
    if mark is not None and not isinstance(mark, dict):
        return _converted(element, Assignment, mark={"mark": mark})
    return _converted(element, Assignment)


def _converted(element: Any, kind: type[S], **instead: Any) -> S:
    """The element as `kind`, with other values of some keys. Raises ValidationError."""
    return msgspec.convert({**element, **instead} if isinstance(element, dict) else element, type=kind)
