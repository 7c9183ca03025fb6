"""Objects of a OneRoster 1.2 REST provider, with the fields that the contract has a place for."""

from datetime import date, datetime
from typing import TypeVar

import msgspec

T = TypeVar("T", bound="Thing")


class Thing(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The common fields of all objects. Any status other than tobedeleted is active."""

    sourced_id: str
    status: str = "active"
    date_last_modified: datetime | None = None


class Link(msgspec.Struct, frozen=True, rename="camel"):
    """A GUIDRef: the id of an object in another collection."""

    sourced_id: str


class UserId(msgspec.Struct, frozen=True):
    """A number of a user in another register, e.g. of the type SNILS."""

    type: str
    identifier: str


class UserRole(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A user's role in an organisation."""

    role: str
    org: Link
    role_type: str = "secondary"
    begin_date: str | None = None
    end_date: str | None = None


class User(Thing, frozen=True, kw_only=True, rename="camel"):
    """A user of any role."""

    given_name: str
    family_name: str
    middle_name: str | None = None
    enabled_user: bool | str = True
    username: str = ""
    user_ids: tuple[UserId, ...] = ()
    roles: tuple[UserRole, ...] = ()
    agents: tuple[Link, ...] = ()


class Org(Thing, frozen=True, kw_only=True, rename="camel"):
    """A school, a district or another organisation."""

    name: str
    type: str
    parent: Link | None = None


class AcademicSession(Thing, frozen=True, kw_only=True, rename="camel"):
    """A school year or a part of it. Its end is the first day after it."""

    title: str
    type: str
    start_date: str
    end_date: str
    school_year: str | int
    parent: Link | None = None


class Course(Thing, frozen=True, kw_only=True, rename="camel"):
    """A course of a school."""

    title: str
    org: Link
    school_year: Link | None = None
    grades: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


class SchoolClass(Thing, frozen=True, kw_only=True, rename="camel"):
    """A class: a homeroom, or the group to which a course is taught."""

    title: str
    class_type: str
    course: Link
    school: Link
    terms: tuple[Link, ...] = ()
    grades: tuple[str, ...] = ()


class Enrollment(Thing, frozen=True, kw_only=True, rename="camel"):
    """A user in a class."""

    role: str
    user: Link
    school: Link
    school_class: Link = msgspec.field(name="class")
    begin_date: str | None = None
    end_date: str | None = None


class Demographics(Thing, frozen=True, kw_only=True, rename="camel"):
    """A user's demographics; its id is the user's."""

    birth_date: str | None = None
    sex: str | None = None


class Category(Thing, frozen=True, kw_only=True, rename="camel"):
    """A kind of line items, named by the provider."""

    title: str


class LineItem(Thing, frozen=True, kw_only=True, rename="camel"):
    """A task. Its dates are days or instants with an offset; only the day is used."""

    title: str
    assign_date: str
    due_date: str
    category: Link
    description: str | None = None
    result_value_max: float | None = None


class Result(Thing, frozen=True, kw_only=True, rename="camel"):
    """A student's result of a line item."""

    line_item: Link
    student: Link
    score_status: str
    score_date: str
    score: float | None = None
    text_score: str | None = None
    comment: str | None = None


def day_of(text: str) -> date | None:
    """The day of 2026-09-01 or 2026-09-01T10:00:00Z; None for any other text."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
