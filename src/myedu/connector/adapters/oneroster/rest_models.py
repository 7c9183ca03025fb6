"""What a OneRoster 1.2 REST provider answers, as far as the contract has a place for it."""

from datetime import date, datetime
from typing import TypeVar

import msgspec

T = TypeVar("T", bound="Thing")


class Thing(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What every object has. A status of another word than tobedeleted is active."""

    sourced_id: str
    status: str = "active"
    date_last_modified: datetime | None = None


class Link(msgspec.Struct, frozen=True, rename="camel"):
    """A GUIDRef: which object of another collection."""

    sourced_id: str


class UserId(msgspec.Struct, frozen=True):
    type: str
    identifier: str


class UserRole(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    role: str
    org: Link
    role_type: str = "secondary"
    begin_date: str | None = None
    end_date: str | None = None


class User(Thing, frozen=True, kw_only=True, rename="camel"):
    given_name: str
    family_name: str
    middle_name: str | None = None
    enabled_user: bool | str = True
    username: str = ""
    user_ids: tuple[UserId, ...] = ()
    roles: tuple[UserRole, ...] = ()
    agents: tuple[Link, ...] = ()


class Org(Thing, frozen=True, kw_only=True, rename="camel"):
    name: str
    type: str
    parent: Link | None = None


class AcademicSession(Thing, frozen=True, kw_only=True, rename="camel"):
    title: str
    type: str
    start_date: str
    end_date: str
    school_year: str | int
    parent: Link | None = None


class Course(Thing, frozen=True, kw_only=True, rename="camel"):
    title: str
    org: Link
    school_year: Link | None = None
    grades: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


class SchoolClass(Thing, frozen=True, kw_only=True, rename="camel"):
    title: str
    class_type: str
    course: Link
    school: Link
    terms: tuple[Link, ...] = ()
    grades: tuple[str, ...] = ()


class Enrollment(Thing, frozen=True, kw_only=True, rename="camel"):
    role: str
    user: Link
    school: Link
    school_class: Link = msgspec.field(name="class")
    begin_date: str | None = None
    end_date: str | None = None


class Demographics(Thing, frozen=True, kw_only=True, rename="camel"):
    birth_date: str | None = None
    sex: str | None = None


class Category(Thing, frozen=True, kw_only=True, rename="camel"):
    title: str


class LineItem(Thing, frozen=True, kw_only=True, rename="camel"):
    """A task. Its instants have offsets or are days; the day is what counts."""

    title: str
    assign_date: str
    due_date: str
    category: Link
    description: str | None = None
    result_value_max: float | None = None


class Result(Thing, frozen=True, kw_only=True, rename="camel"):
    line_item: Link
    student: Link
    score_status: str
    score_date: str
    score: float | None = None
    text_score: str | None = None
    comment: str | None = None


def day_of(text: str) -> date | None:
    """2026-09-01 or 2026-09-01T10:00:00Z; None for what is neither."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
