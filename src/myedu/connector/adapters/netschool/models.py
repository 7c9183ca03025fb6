"""The answers of `/webapi` as they really come: nulls, missing keys and local times without a zone."""

from datetime import date
from typing import Any, TypeVar

import msgspec

S = TypeVar("S")

Number = int | str
"""An id. A number of any size on their models; some servers quote it."""


class WrongShape(Exception):
    """An answer is not what this journal answers; the journal's vendor has to look at it."""


class Their(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Unknown keys are ignored: every server of the ~50 adds its own."""


class Mark(Their, frozen=True, kw_only=True):
    mark: int | float | str | None = None  # null while the pupil only owes it
    duty_mark: bool | None = False  # «задолженность», shown as a point


class MarkComment(Their, frozen=True, kw_only=True):
    name: str | None = None


class Assignment(Their, frozen=True, kw_only=True):
    id: Number
    type_id: int
    assignment_name: str | None = None
    weight: float | None = None  # 0 in every answer of a school that doesn't weigh
    due_date: str | None = None
    mark: Mark | None = None
    mark_comment: MarkComment | None = None


class Lesson(Their, frozen=True, kw_only=True):
    id: Number = msgspec.field(name="classmeetingId")
    start_time: str  # "08:00", the school's clock
    end_time: str
    subject_name: str
    number: int | None = None
    room: str | None = None
    assignments: tuple[Assignment, ...] | None = None
    is_ea_lesson: bool | None = False  # extracurricular
    attendance: str | None = None  # a code; no recorded answer has it


class Day(Their, frozen=True, kw_only=True):
    date: str  # "2022-01-13T00:00:00"
    lessons: tuple[Lesson, ...] | None = None


class Week(Their, frozen=True, kw_only=True):
    week_start: str
    week_end: str
    week_days: tuple[Day, ...] | None = None
    class_name: str | None = None


class Pupil(Their, frozen=True, kw_only=True):
    student_id: Number


class DiaryInit(Their, frozen=True, kw_only=True):
    """`student/diary/init`: whom this account may read, and how the school marks."""

    students: tuple[Pupil, ...] = ()
    max_mark: int | None = 5
    weight: bool | None = False


class WorkType(Their, frozen=True, kw_only=True):
    """`grade/assignment/types`: ids are the server's own, the letters are common."""

    id: int
    name: str | None = None
    abbr: str | None = None


class LoginData(Their, frozen=True, kw_only=True):
    """`auth/getdata`: what the password is salted with; `lt` and `ver` are sent back as they came."""

    lt: Number
    ver: Number
    salt: Number


class Opened(Their, frozen=True, kw_only=True):
    """`login`: the token for the header `at`."""

    at: str


class Year(Their, frozen=True, kw_only=True):
    id: Number


class School(Their, frozen=True, kw_only=True):
    """An organisation of the journal. INN and OGRN repeat between organisations."""

    id: Number
    name: str
    short_name: str | None = None
    inn: str | None = None
    ogrn: str | None = None
    address: str | None = None


def day_of(text: str) -> date:
    """«2022-01-13T00:00:00» is a day: the midnight is nobody's. Raises WrongShape."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise WrongShape(f"{text[:40]!r} is not a day of «Сетевой город»") from None


def decode(body: bytes, kind: type[S], what: str) -> S:
    """An answer as a struct; raises WrongShape that says where it differs."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WrongShape(f"{what} is not an answer of «Сетевой город»: {error}") from None


def encode(value: Any) -> bytes:
    """The same struct as their JSON."""
    return msgspec.json.encode(value)
